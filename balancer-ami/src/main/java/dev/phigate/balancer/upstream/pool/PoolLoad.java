package dev.phigate.balancer.upstream.pool;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many connections one pool has, by what they do, and how many requests wait for one. Told by the pool's loop, which waits for
 * nobody for it; anybody may look, and sees each number as it was a moment ago.
 */
public final class PoolLoad {
    private static final int CONNECTING = 0;
    private static final int BUSY = 1;
    private static final int IDLE = 2;
    private static final int DRAINING = 3;
    private static final int QUEUED = 4;

    private final AtomicIntegerArray numbers = new AtomicIntegerArray(5);

    /**
     * The numbers of this moment; called on the pool's loop only.
     *
     * @param connecting connections that are being made
     * @param open connections that were made and are not closed
     * @param idle those of them that carry nothing
     * @param draining those of them that get no request any more and end with what they carry
     * @param queued requests that wait
     */
    public void is(int connecting, int open, int idle, int draining, int queued) {
        numbers.setOpaque(CONNECTING, connecting);
        numbers.setOpaque(BUSY, open - idle - draining);
        numbers.setOpaque(IDLE, idle);
        numbers.setOpaque(DRAINING, draining);
        numbers.setOpaque(QUEUED, queued);
    }

    /** Connections that are being made; they count among the most that there may be. */
    public int connecting() {
        return numbers.getOpaque(CONNECTING);
    }

    /** Connections that carry requests; they count among the most that there may be. */
    public int busy() {
        return numbers.getOpaque(BUSY);
    }

    /** Connections that carry nothing; they count among the most that there may be. */
    public int idle() {
        return numbers.getOpaque(IDLE);
    }

    /** Connections that get no request any more and end with what they carry; they count no more. */
    public int draining() {
        return numbers.getOpaque(DRAINING);
    }

    /** Requests that wait for a connection. */
    public int queued() {
        return numbers.getOpaque(QUEUED);
    }
}
