package dev.phigate.balancer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B12")
final class BusyTimeTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // it may begin anywhere, and overflow
    private final BusyTime time = new BusyTime(clock::get);

    private void pass(long nanos) {
        clock.addAndGet(nanos);
    }

    @Test
    void onlyWhatIsNotWaitedCounts() {
        pass(7);
        time.waits();
        pass(1000);
        assertThat(time.nanos()).isEqualTo(7);
        time.works();
        pass(3);
        time.works();
        time.waits();
        pass(1000);
        assertThat(time.nanos()).isEqualTo(10);
    }

    @Test
    void aLoopThatDoesNotComeBackIsSeenWhileItDoesNot() {
        pass(50);
        assertThat(time.nanos()).isEqualTo(50);
        pass(50);
        assertThat(time.nanos()).isEqualTo(100);
        time.waits();
        assertThat(time.nanos()).isEqualTo(100);
    }
}
