package dev.phigate.balancer.upstream.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B4")
final class LifetimeTest {
    private static final long MADE = Long.MAX_VALUE - 5; // the clock may begin anywhere, and overflow
    private static final Duration HOUR = Duration.ofHours(1);

    private static long after(Duration time) {
        return MADE + time.toNanos();
    }

    @Test
    void noConnectionBecomesOlderThanConfigured() {
        Lifetime longest = Lifetime.of(MADE, HOUR, 0);
        assertThat(longest.over(after(HOUR.minusSeconds(1)))).isFalse();
        assertThat(longest.over(after(HOUR))).isTrue();
    }

    @Test
    void upToATenthLessIsDrawnByLotSoThatNotAllEndAtOnce() {
        assertThat(Lifetime.of(MADE, HOUR, 0.5).end()).isEqualTo(after(Duration.ofMinutes(57)));
        assertThat(Lifetime.of(MADE, HOUR, 0.999_999).end())
                .isGreaterThanOrEqualTo(after(Duration.ofMinutes(54)))
                .isLessThan(after(Duration.ofMinutes(54).plusSeconds(1)));
    }

    @Test
    void itIsRenewedBeforeItsEndAndNeverForMostOfItsLife() {
        Lifetime lifetime = Lifetime.of(MADE, HOUR, 0);
        assertThat(lifetime.renews(after(HOUR.minusSeconds(6)))).isFalse();
        assertThat(lifetime.renews(after(HOUR.minusSeconds(5)))).isTrue();
        assertThat(Lifetime.renewal(Duration.ofMillis(100))).isEqualTo(Duration.ofMillis(10));
        assertThat(TimeUnit.NANOSECONDS.toMillis(lifetime.end() - lifetime.renewal()))
                .isEqualTo(5000);
    }
}
