package dev.phigate.balancer.telemetry.otlp;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** So many spans a second, a second's worth of them at once. Shared by all loops, without locks. */
final class SpanBudget {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long each;
    private final LongSupplier clock;
    /** When all that was taken is paid for. */
    private final AtomicLong paid;

    SpanBudget(int perSecond, LongSupplier clock) {
        this.each = SECOND / perSecond;
        this.clock = clock;
        this.paid = new AtomicLong(clock.getAsLong() - SECOND);
    }

    boolean takes() {
        while (true) {
            long now = clock.getAsLong();
            long before = paid.get();
            long after = (before - now < -SECOND ? now - SECOND : before) + each;
            if (after - now > 0) {
                return false;
            }
            if (paid.compareAndSet(before, after)) {
                return true;
            }
        }
    }
}
