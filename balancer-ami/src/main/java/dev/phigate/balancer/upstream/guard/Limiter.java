package dev.phigate.balancer.upstream.guard;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How many requests of one event loop may wait for an answer at once. The limit is judged by the answers to requests that began
 * under it: it shrinks in proportion when they take longer than the target on average, and grows when they do not and it was
 * nearly reached (additive increase, multiplicative decrease). Changed by its loop only; anybody may look.
 */
public final class Limiter {
    private static final long SHORTEST_LOOK = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_LOOK = TimeUnit.SECONDS.toNanos(1);
    private static final int ENOUGH = 20;
    /** What can wait no longer than the target at the present pace is the target's share of what waits (Little's law). */
    private static final double HARDEST = 0.125;

    private static final double GENTLEST = 0.95;
    private static final double FAST = 1.5;
    private static final double SLOW = 1.05;
    /** An answer counts for at most so many times the target: one that is stuck says no more than that. */
    private static final long LATEST = 8;

    private final long target;
    private final int least;
    private final int most;
    private final LongSupplier clock;
    private final AtomicInteger limit;
    private final AtomicInteger waiting = new AtomicInteger();
    private long since;
    private int answers;
    private long nanos;
    private int peak;

    /**
     * A limiter for a part of what is configured.
     *
     * @param loops how many loops share it
     */
    Limiter(LimiterConfig config, int loops, LongSupplier clock) {
        this.target = config.target().toNanos();
        this.least = Math.max(1, config.least() / loops);
        this.most = Math.max(least, config.most() / loops);
        this.clock = clock;
        this.limit = new AtomicInteger(most);
        this.since = clock.getAsLong();
    }

    /** Whether one more may wait. */
    boolean admits() {
        return waiting.getPlain() < limit.getPlain();
    }

    /** One more waits. */
    void enter() {
        int now = waiting.getPlain() + 1;
        waiting.setOpaque(now);
        peak = Math.max(peak, now);
    }

    /** One waits no more. */
    void leave() {
        waiting.setOpaque(waiting.getPlain() - 1);
    }

    /** One was turned away. */
    void shed() {
        peak = Math.max(peak, limit.getPlain());
    }

    /**
     * Learns from one answer.
     *
     * @param from when it began to be waited for, on the limiter's clock
     * @param overloaded whether the host says itself that it has too much to do
     */
    void answered(long from, boolean overloaded) {
        if (from - since < 0) {
            return;
        }
        long now = clock.getAsLong();
        long took = now - from;
        answers++;
        nanos += Math.min(overloaded ? Math.max(took, 2 * target) : took, LATEST * target);
        long looked = now - since;
        if (looked >= LONGEST_LOOK || (looked >= SHORTEST_LOOK && answers >= ENOUGH)) {
            judge(nanos / answers);
            since = now;
            answers = 0;
            nanos = 0;
            peak = waiting.getPlain();
        }
    }

    /** Learns from one that nobody waits for any more: something, once that was too long. */
    void gaveUp(long from) {
        if (clock.getAsLong() - from > target) {
            answered(from, false);
        }
    }

    private void judge(long average) {
        int now = limit.getPlain();
        if (average > target) {
            // What was never reached did not make them slow.
            double factor = Math.clamp((double) target / average, HARDEST, GENTLEST);
            int next = (int) (Math.min(now, peak) * factor);
            limit.setOpaque(peak <= least ? now : Math.max(least, next));
        } else if (4L * peak >= 3L * now) {
            double factor = 2 * average <= target ? FAST : SLOW;
            limit.setOpaque(Math.min(most, Math.max(now + 1, (int) (now * factor))));
        }
    }

    /** Goes on with the limit that another one, for the same thing, has found. */
    void inherit(Limiter before) {
        limit.setOpaque(Math.clamp(before.limit.getOpaque(), least, most));
    }

    int limit() {
        return limit.getOpaque();
    }

    int waiting() {
        return waiting.getOpaque();
    }
}
