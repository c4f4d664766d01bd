package dev.phigate.balancer.deadline;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One moment by which something must have happened, else its action runs once. It can be moved as often as wished at the
 * cost of a field. The action runs at most {@link Deadlines#TICK} late. Used on its event loop only.
 */
public final class Deadline {
    static final long NEVER = Long.MAX_VALUE;

    private final Deadlines owner;
    private final Runnable missed;
    private long at = NEVER;
    private boolean tracked;

    @Nullable
    Deadline before;

    @Nullable
    Deadline after;

    Deadline(Deadlines owner, Runnable missed) {
        this.owner = owner;
        this.missed = missed;
    }

    /** Moves the deadline to a length of time from now. */
    public void in(Duration time) {
        set(owner.now() + time.toNanos());
    }

    /** Moves the deadline to a moment of {@link Deadlines#now()}. */
    public void set(long moment) {
        at = moment;
        if (!tracked) {
            tracked = true;
            owner.track(this);
        }
    }

    /** Forgets the deadline until it is set again. */
    public void clear() {
        at = NEVER;
    }

    /** Forgets the deadline and everything kept for it; may be set again. */
    public void drop() {
        at = NEVER;
        if (tracked) {
            tracked = false;
            owner.forget(this);
        }
    }

    void check(long now) {
        if (at != NEVER && now - at >= 0) {
            at = NEVER;
            missed.run();
        }
    }
}
