package dev.phigate.balancer.bench.load;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A thread that beats all the time, and tells of how long this machine let it do nothing: what others were late by as well. */
public final class Heartbeat implements AutoCloseable {
    private static final Duration BEAT = Duration.ofMillis(10);

    private long before = System.nanoTime();
    private long longest;
    private volatile boolean over;

    public Heartbeat() {
        Thread.ofPlatform().daemon().name("heartbeat").start(() -> {
            while (!over) {
                LockSupport.parkNanos(BEAT.toNanos());
                beat();
            }
        });
    }

    private synchronized void beat() {
        long now = System.nanoTime();
        longest = Math.max(longest, now - before - BEAT.toNanos());
        before = now;
    }

    /** How late a beat was at most since the last reset, also one that is due. */
    public synchronized Duration longest() {
        beat();
        return Duration.ofNanos(longest);
    }

    /** Forgets what was before. */
    public synchronized void reset() {
        before = System.nanoTime();
        longest = 0;
    }

    @Override
    public void close() {
        over = true;
    }
}
