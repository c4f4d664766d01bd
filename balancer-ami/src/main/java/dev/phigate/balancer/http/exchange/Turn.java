package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.audit.AuditRecord;
import dev.phigate.balancer.audit.Batch;
import io.netty.channel.EventLoop;
import io.netty.channel.SingleThreadEventLoop;

/**
 * One turn of an event loop: the records of all exchanges that end in it are written together at its end, and only then are
 * the ends of their answers handed over.
 */
final class Turn {
    private final Batch batch;
    private boolean ending;

    Turn(Batch batch) {
        this.batch = batch;
    }

    /** Records the end of an exchange; what follows from it happens before the loop waits again. */
    void record(EventLoop loop, AuditRecord any, Batch.Written then) {
        batch.add(any, then);
        if (!ending) {
            ending = true;
            ((SingleThreadEventLoop) loop).executeAfterEventLoopIteration(this::end);
        }
    }

    private void end() {
        ending = false;
        batch.write();
    }
}
