package dev.phigate.provider.protocol;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Whether the engine still wants what it asked for. Any thread may cancel; work that waits, waits here and so hears of it. */
public final class Cancellation {
    private static final Duration POLL = Duration.ofMillis(20);

    private final CountDownLatch cancelled = new CountDownLatch(1);

    /** The operation was cancelled. */
    public static final class Cancelled extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Cancelled() {
            super("cancelled; what had begun was undone");
        }
    }

    /** Ends every wait, now and later. */
    public void cancel() {
        cancelled.countDown();
    }

    /** Whether it was cancelled. */
    public boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /**
     * Waits until something holds.
     *
     * @param limit how long to wait at most
     * @param holds asked again and again
     * @return whether it held before the limit
     * @throws Cancelled when cancelled meanwhile
     */
    public boolean await(Duration limit, BooleanSupplier holds) {
        long end = System.nanoTime() + limit.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() >= end) {
                return false;
            }
            try {
                if (cancelled.await(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new Cancelled();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Cancelled();
            }
        }
        return true;
    }
}
