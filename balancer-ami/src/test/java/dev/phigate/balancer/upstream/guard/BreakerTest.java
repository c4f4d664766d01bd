package dev.phigate.balancer.upstream.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B4")
final class BreakerTest {
    private final AtomicLong now = new AtomicLong(1);
    private final Breaker breaker =
            new Breaker(new BreakerConfig(50, 4, Duration.ofSeconds(10), Duration.ofSeconds(5), 2), now::get);

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void open() {
        for (int i = 0; i < 4; i++) {
            breaker.failed();
        }
        assertThat(breaker.shown()).isEqualTo("open");
    }

    @Test
    void itOpensWhenHalfOfEnoughRequestsFail() {
        breaker.failed();
        breaker.failed();
        breaker.succeeded();
        assertThat(breaker.shown()).isEqualTo("closed");
        breaker.failed();
        assertThat(breaker.shown()).isEqualTo("open");
        assertThat(breaker.allows()).isFalse();
    }

    @Test
    void failuresOfLongAgoDoNotCount() {
        breaker.failed();
        breaker.failed();
        breaker.failed();
        pass(11);
        breaker.failed();
        assertThat(breaker.allows()).isTrue();
    }

    @Test
    void afterAWhileAFewTryAndWhenAllSucceedItCloses() {
        open();
        pass(5);
        assertThat(breaker.allows()).isTrue();
        assertThat(breaker.allows()).isTrue();
        assertThat(breaker.allows()).as("more than the trials").isFalse();
        breaker.succeeded();
        assertThat(breaker.shown()).isEqualTo("half-open");
        breaker.succeeded();
        assertThat(breaker.shown()).isEqualTo("closed");
        assertThat(breaker.allows()).isTrue();
    }

    @Test
    void oneFailureWhileTryingOpensItAgain() {
        open();
        pass(5);
        assertThat(breaker.allows()).isTrue();
        breaker.failed();
        assertThat(breaker.allows()).isFalse();
    }

    @Test
    void trialsThatAreNeverHeardOfDoNotKeepItShut() {
        open();
        pass(5);
        assertThat(breaker.allows()).isTrue();
        assertThat(breaker.allows()).isTrue();
        pass(5);
        assertThat(breaker.allows()).isTrue();
    }
}
