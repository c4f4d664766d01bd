package dev.phigate.audit.segment;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Work that nobody waits for, in pieces. Linux lets a thread that computes go on for up to a time slice (4 ms) before an event loop on the same
 * CPU that has something to do; such a thread therefore rests for about as long as it has worked. One thread.
 */
public final class Breather {
    private static final long WORK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long REST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    private long since = System.nanoTime();

    /** Rests when it is time to. To be called at least each 50 microseconds. */
    public void breathe() {
        if (System.nanoTime() - since >= WORK_NANOS) {
            LockSupport.parkNanos(REST_NANOS);
            since = System.nanoTime();
        }
    }
}
