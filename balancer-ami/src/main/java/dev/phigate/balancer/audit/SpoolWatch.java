package dev.phigate.balancer.audit;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ShippingState;
import dev.phigate.audit.ship.Spool;
import java.io.IOException;

/**
 * How far the shipping of a log had come when somebody looked. Looking reads files, from one thread at a time and no event loop; asking
 * does not, from any.
 */
final class SpoolWatch {
    private final LogFolder folder;
    private volatile Seen seen = new Seen(ShippingState.NONE, 0);

    private record Seen(ShippingState state, long waiting) {}

    /** A watch that has looked once. */
    SpoolWatch(LogFolder folder) {
        this.folder = folder;
        look();
    }

    void look() {
        ShippingState state = ShippingState.read(folder);
        long waiting;
        try {
            waiting = Spool.waiting(folder, state);
        } catch (IOException e) {
            waiting = seen.waiting();
        }
        seen = new Seen(state, waiting);
    }

    ShippingState state() {
        return seen.state();
    }

    /** How many bytes wait for the store; when they cannot be told any more, as many as before. */
    long waiting() {
        return seen.waiting();
    }
}
