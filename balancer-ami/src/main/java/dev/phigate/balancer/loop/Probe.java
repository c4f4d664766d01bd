package dev.phigate.balancer.loop;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;

/** Asks one loop how long something waits there before it runs. A loop that has not answered is not asked again. */
final class Probe {
    private static final double NANOS = 1e9;

    private final Executor loop;
    private final DoubleConsumer seconds;
    private final LongSupplier clock;
    private final AtomicBoolean asked = new AtomicBoolean();

    /**
     * A probe that has not asked.
     *
     * @param seconds is told each answer, on the loop
     * @param clock nanoseconds of a clock that only runs forward
     */
    Probe(Executor loop, DoubleConsumer seconds, LongSupplier clock) {
        this.loop = loop;
        this.seconds = seconds;
        this.clock = clock;
    }

    /** Asks once; any thread. */
    void ask() {
        if (!asked.compareAndSet(false, true)) {
            return;
        }
        long due = clock.getAsLong();
        try {
            loop.execute(() -> {
                asked.set(false);
                seconds.accept((clock.getAsLong() - due) / NANOS);
            });
        } catch (RejectedExecutionException e) {
            // The process ends; there is nothing to find out any more.
            asked.set(false);
        }
    }
}
