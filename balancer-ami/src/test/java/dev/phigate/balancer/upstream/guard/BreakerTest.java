package dev.phigate.balancer.upstream.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B4")
final class BreakerTest {
    private final AtomicLong now = new AtomicLong(1);
    private final BreakerConfig config = new BreakerConfig(50, 4, Duration.ofSeconds(10), Duration.ofSeconds(5), 2);
    private final Breaker breaker = new Breaker(config, now::get);

    private void pass(int seconds) {
        now.addAndGet(Duration.ofSeconds(seconds).toNanos());
    }

    private void fail(int requests) {
        for (int i = 0; i < requests; i++) {
            breaker.failed(breaker.admit());
        }
    }

    private void open() {
        fail(4);
        assertThat(breaker.shown()).isEqualTo("open");
    }

    private boolean allows() {
        return breaker.admit() != Breaker.REFUSED;
    }

    @Test
    void itOpensWhenHalfOfEnoughRequestsFail() {
        fail(2);
        breaker.succeeded(breaker.admit());
        assertThat(breaker.shown()).isEqualTo("closed");
        fail(1);
        assertThat(breaker.shown()).isEqualTo("open");
        assertThat(allows()).isFalse();
    }

    @Test
    void failuresOfLongAgoDoNotCount() {
        fail(3);
        pass(11);
        fail(1);
        assertThat(allows()).isTrue();
    }

    @Test
    void answersThatAreBrokenOffCountAsFailed() {
        for (int i = 0; i < 4; i++) {
            long turn = breaker.admit();
            breaker.succeeded(turn);
            assertThat(breaker.shown()).isEqualTo("closed");
            breaker.brokeOff(turn);
        }
        assertThat(breaker.shown()).isEqualTo("open");
    }

    @Test
    void afterAWhileAFewTryAndWhenAllSucceedItCloses() {
        open();
        pass(5);
        long one = breaker.admit();
        long other = breaker.admit();
        assertThat(List.of(one, other)).doesNotContain(Breaker.REFUSED);
        assertThat(allows()).as("more than the trials").isFalse();
        breaker.succeeded(one);
        assertThat(breaker.shown()).isEqualTo("half-open");
        breaker.succeeded(other);
        assertThat(breaker.shown()).isEqualTo("closed");
        assertThat(allows()).isTrue();
    }

    @Test
    void oneFailureWhileTryingOpensItAgain() {
        open();
        pass(5);
        breaker.failed(breaker.admit());
        assertThat(breaker.shown()).isEqualTo("open");
        assertThat(allows()).isFalse();
    }

    @Test
    void trialsThatAreNeverHeardOfDoNotKeepItShut() {
        open();
        pass(5);
        assertThat(allows()).isTrue();
        assertThat(allows()).isTrue();
        pass(5);
        assertThat(allows()).isTrue();
    }

    @Test
    void requestsThatBeganBeforeItOpenedSayNothingOfHowItIsAfterwards() {
        long before = breaker.admit();
        open();
        pass(5);
        long trial = breaker.admit();
        breaker.failed(before);
        assertThat(breaker.shown()).as("failed long ago").isEqualTo("half-open");
        breaker.succeeded(before);
        breaker.succeeded(trial);
        assertThat(breaker.shown()).as("one of two trials has succeeded").isEqualTo("half-open");
        breaker.succeeded(breaker.admit());
        assertThat(breaker.shown()).isEqualTo("closed");
        pass(5);
        breaker.brokeOff(trial);
        fail(3);
        assertThat(breaker.shown()).as("three of four").isEqualTo("closed");
    }

    @Test
    void trialsThatBreakOffSoonOpenItAgain() {
        open();
        pass(5);
        long trial = breaker.admit();
        breaker.succeeded(trial);
        breaker.succeeded(breaker.admit());
        assertThat(breaker.shown()).isEqualTo("closed");
        breaker.brokeOff(trial);
        assertThat(breaker.shown()).isEqualTo("open");
        assertThat(allows()).isFalse();
    }

    @Test
    void whatReplacesItGoesOnAsItWas() {
        long before = breaker.admit();
        fail(3);
        Breaker next = new Breaker(config, now::get);
        next.inherit(breaker);
        breaker.failed(before);
        assertThat(next.shown()).isEqualTo("open");
        assertThat(next.admit()).isEqualTo(Breaker.REFUSED);
    }
}
