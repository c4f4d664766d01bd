package dev.phigate.balancer.upstream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hosts that are reached for on behalf of one request, one after the other. Used on its event loop only. */
public final class Attempts {
    private final Upstream upstream;
    private final long key;
    private final @Nullable Host preferred;
    private final List<Host> tried = new ArrayList<>(2);
    private @Nullable Host host;
    private boolean underWay;
    private int count;
    private int failuresBefore;
    private int wholeBefore;

    Attempts(Upstream upstream, long key, @Nullable Host preferred) {
        this.upstream = upstream;
        this.key = key;
        this.preferred = preferred;
    }

    /**
     * Turns to the host that is to be tried next.
     *
     * @return null when there is none that was not tried
     */
    public @Nullable Host next() {
        Host next = preferred != null && tried.isEmpty() ? preferred : upstream.choose(key, tried);
        if (next != null) {
            tried.add(next);
            begin(next);
        }
        return next;
    }

    /** Turns to the same host once more, whose kept connection had ended meanwhile. */
    public Host again() {
        Host same = host;
        if (same == null) {
            throw new IllegalStateException("no host was tried");
        }
        begin(same);
        return same;
    }

    private void begin(Host next) {
        leave();
        host = next;
        count++;
        underWay = true;
        next.began();
    }

    /** Whether the same host may be asked again: its kept connection had ended, which is nobody's failure. */
    public boolean mayAskAgain() {
        return count <= upstream.config().retries().most();
    }

    /** Whether there is another host to try, and one more attempt is allowed; takes it out of the budget. */
    public boolean mayTryAnother() {
        return mayAskAgain()
                && tried.size() < upstream.hosts().size()
                && upstream.budget().allows();
    }

    /** Notes that the host's answer begins. */
    public void succeeded() {
        if (host != null) {
            wholeBefore = host.whole();
            failuresBefore = host.succeeded();
        }
    }

    /** Notes that the host ended its answer as it should. */
    public void whole() {
        if (host != null) {
            host.endedWhole();
        }
    }

    /** Notes that the host broke off the answer that it had begun. */
    public void brokeOff() {
        if (host != null) {
            host.brokeOff(failuresBefore, wholeBefore);
        }
    }

    /** Notes that the host could not be reached, or did not answer as it must. */
    public void failed() {
        if (host != null) {
            host.failed();
        }
    }

    /** Notes that the host has nothing to do for this request any more. */
    public void leave() {
        if (underWay && host != null) {
            underWay = false;
            host.ended();
        }
    }

    /** The host that was turned to last. */
    public @Nullable Host host() {
        return host;
    }

    /** How many attempts there were. */
    public int count() {
        return count;
    }
}
