package dev.phigate.balancer.upstream.guard;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The place of one exchange among those that wait for an answer, at its listener and at its upstream. It is taken once its request is
 * complete, so that a client that sends slowly keeps nobody else's, and left when the answer begins. Used on its loop only.
 */
public final class Place {
    private final @Nullable Limiters listener;
    private final @Nullable Limiters upstream;
    private final Executor loop;
    private long from;
    private boolean taken;
    private boolean left;

    private Place(@Nullable Limiters listener, @Nullable Limiters upstream, Executor loop) {
        this.listener = listener;
        this.upstream = upstream;
        this.loop = loop;
    }

    /** The place of one exchange; null when neither limits anything. */
    public static @Nullable Place of(Optional<Limiters> listener, Optional<Limiters> upstream, Executor loop) {
        return listener.isEmpty() && upstream.isEmpty()
                ? null
                : new Place(listener.orElse(null), upstream.orElse(null), loop);
    }

    /** Who has no room for one more, {@code listener} or {@code upstream}; empty when both have. */
    public String objection() {
        if (full(listener)) {
            return "listener";
        }
        return full(upstream) ? "upstream" : "";
    }

    private boolean full(@Nullable Limiters limiters) {
        if (limiters == null || limiters.of(loop).admits()) {
            return false;
        }
        limiters.of(loop).shed();
        return true;
    }

    /** The request is complete: from now on an answer is waited for. */
    public void take(long now) {
        if (!taken && !left) {
            taken = true;
            from = now;
            if (listener != null) {
                listener.of(loop).enter();
            }
            if (upstream != null) {
                upstream.of(loop).enter();
            }
        }
    }

    /** The answer begins, or none will come and that is the host's doing. */
    public void answered(boolean overloaded) {
        boolean waited = taken && !left;
        leave();
        if (waited) {
            if (listener != null) {
                listener.of(loop).answered(from, overloaded);
            }
            if (upstream != null) {
                upstream.of(loop).answered(from, overloaded);
            }
        }
    }

    /** Nobody waits for the answer any more. It would have taken at least as long as it was waited for. */
    public void gaveUp() {
        boolean waited = taken && !left;
        leave();
        if (waited) {
            if (listener != null) {
                listener.of(loop).gaveUp(from);
            }
            if (upstream != null) {
                upstream.of(loop).gaveUp(from);
            }
        }
    }

    /** Nothing is waited for any more, and nothing is learnt. */
    public void leave() {
        if (taken && !left) {
            if (listener != null) {
                listener.of(loop).leave();
            }
            if (upstream != null) {
                upstream.of(loop).leave();
            }
        }
        left = true;
    }
}
