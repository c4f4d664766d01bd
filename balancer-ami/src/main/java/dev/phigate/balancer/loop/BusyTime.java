package dev.phigate.balancer.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How long one loop was busy: all the time that it did not wait for events. Told by the loop with one look at the clock for each wait and
 * each wake, whatever it does between them; anybody may look, also while it is busy, and never sees less than before.
 */
final class BusyTime {
    private static final long WAITS = Long.MIN_VALUE;

    private final LongSupplier clock;
    private final AtomicLong busy = new AtomicLong();
    private final AtomicLong since;
    private final AtomicLong told = new AtomicLong();

    /**
     * The time of a loop that begins now.
     *
     * @param clock nanoseconds of a clock that only runs forward
     */
    BusyTime(LongSupplier clock) {
        this.clock = clock;
        this.since = new AtomicLong(clock.getAsLong());
    }

    /** The loop begins to wait; called on it. */
    void waits() {
        long began = since.getPlain();
        if (began != WAITS) {
            // In this order: whoever looks between the two sees too little, and never a turn twice.
            since.setRelease(WAITS);
            busy.setRelease(busy.getPlain() + clock.getAsLong() - began);
        }
    }

    /** The loop has waited, and works from now on; called on it, again without effect. */
    void works() {
        if (since.getPlain() == WAITS) {
            since.setRelease(clock.getAsLong());
        }
    }

    /** Nanoseconds so far. */
    long nanos() {
        long began;
        long before;
        do {
            began = since.getAcquire();
            before = busy.getAcquire();
        } while (began != since.getAcquire());
        long now = began == WAITS ? before : before + Math.max(0, clock.getAsLong() - began);
        return told.accumulateAndGet(now, Math::max);
    }
}
