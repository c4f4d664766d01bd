package dev.phigate.balancer.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B12")
final class SpanBudgetTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final SpanBudget budget = new SpanBudget(10, clock::get);

    private int taken() {
        int taken = 0;
        while (budget.takes()) {
            taken++;
        }
        return taken;
    }

    @Test
    void asManyAsConfiguredASecondAndNoMoreAfterARest() {
        assertThat(taken()).isEqualTo(10);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(taken()).isEqualTo(1);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(99));
        assertThat(taken()).isZero();
        clock.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertThat(taken()).isEqualTo(10);
    }
}
