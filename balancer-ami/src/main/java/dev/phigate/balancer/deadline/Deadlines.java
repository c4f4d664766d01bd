package dev.phigate.balancer.deadline;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All deadlines of one event loop, looked through every {@link #TICK}. Timers that are set and cancelled for every request
 * would cost more than the request's own work; nothing here is needed more exactly than this.
 */
public final class Deadlines {
    /** How late a missed deadline is noticed at most. */
    public static final Duration TICK = Duration.ofMillis(100);

    private static final System.Logger LOG = System.getLogger(Deadlines.class.getName());
    private static final FastThreadLocal<Deadlines> OF_LOOP = new FastThreadLocal<>();

    private final EventExecutor loop;
    private @Nullable Deadline first;

    /** Where the walk goes on: the action of one deadline may drop others, also the next. */
    private @Nullable Deadline next;

    private boolean ticking;

    private Deadlines(EventExecutor loop) {
        this.loop = loop;
    }

    /** The deadlines of a loop; called on that loop. */
    public static Deadlines of(EventExecutor loop) {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("deadlines are used on their own event loop");
        }
        Deadlines deadlines = OF_LOOP.getIfExists();
        if (deadlines == null) {
            deadlines = new Deadlines(loop);
            OF_LOOP.set(deadlines);
        }
        return deadlines;
    }

    /** A deadline that is not set yet. */
    public Deadline create(Runnable missed) {
        return new Deadline(this, missed);
    }

    /** Nanoseconds of a clock that only runs forward. */
    public long now() {
        return System.nanoTime();
    }

    void track(Deadline deadline) {
        deadline.after = first;
        if (first != null) {
            first.before = deadline;
        }
        first = deadline;
        if (!ticking) {
            ticking = true;
            tickLater();
        }
    }

    void forget(Deadline deadline) {
        if (next == deadline) {
            next = deadline.after;
        }
        if (deadline.before == null) {
            first = deadline.after;
        } else {
            deadline.before.after = deadline.after;
        }
        if (deadline.after != null) {
            deadline.after.before = deadline.before;
        }
        deadline.before = null;
        deadline.after = null;
    }

    private void tickLater() {
        if (!loop.isShuttingDown()) {
            var _ = loop.schedule(this::tick, TICK.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        long now = now();
        try {
            for (Deadline deadline = first; deadline != null; deadline = next) {
                next = deadline.after;
                check(deadline, now);
            }
        } finally {
            if (first == null) {
                ticking = false;
            } else {
                tickLater();
            }
        }
    }

    /** What one does must not keep the others from being met. */
    private static void check(Deadline deadline, long now) {
        try {
            deadline.check(now);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "what a deadline does has failed", e);
        }
    }
}
