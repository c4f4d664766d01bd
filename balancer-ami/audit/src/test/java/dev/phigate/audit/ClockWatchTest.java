package dev.phigate.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("A2")
class ClockWatchTest {
    private final AtomicLong wallMillis = new AtomicLong(1_000_000);
    private final AtomicLong nanos = new AtomicLong();
    private final List<Long> jumps = new ArrayList<>();
    private boolean recordable = true;
    private final ClockWatch watch =
            new ClockWatch(this::jumped, () -> {}, () -> Instant.ofEpochMilli(wallMillis.get()), nanos::get);

    private boolean jumped(long millis) {
        jumps.add(millis);
        return recordable;
    }

    private void pass(long wall, long monotonic) {
        wallMillis.addAndGet(wall);
        nanos.addAndGet(monotonic * 1_000_000);
        watch.look();
    }

    @Test
    void aClockThatStepsBackIsReportedOnceWithHowFar() {
        pass(1000, 1000);
        pass(-3_600_000, 1000);
        pass(1000, 1000);
        assertThat(jumps).containsExactly(-3_601_000L);
    }

    @Test
    void aJumpThatCouldNotBeRecordedIsReportedAgain() {
        recordable = false;
        pass(90_000, 1000);
        recordable = true;
        pass(1000, 1000);
        pass(1000, 1000);
        assertThat(jumps).containsExactly(89_000L, 89_000L);
    }

    @Test
    void slewingIsNoJump() {
        for (int i = 0; i < 100; i++) {
            pass(1100, 1000);
        }
        assertThat(jumps).isEmpty();
    }
}
