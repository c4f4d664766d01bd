package dev.phigate.balancer.http.trace;

import dev.phigate.balancer.http.message.Fields;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;

/** How the exchanges of one listener take part in traces. Used by all loops at once. */
public final class Tracing {
    private final boolean continues;
    private final Spans spans;

    /**
     * Takes part as configured.
     *
     * @param spans where finished spans go
     */
    public Tracing(TraceConfig config, Spans spans) {
        this.continues = config.clients() == TraceConfig.Clients.CONTINUE;
        this.spans = spans;
    }

    /**
     * Continues the trace that a request names, where its client is trusted to name one, or begins another.
     *
     * @param fields the request's
     * @param began when its head was complete
     * @param beganNanos the same on the clock that only runs forward
     */
    public Trace begin(Fields fields, Instant began, long beganNanos) {
        TraceParent parent = continues ? TraceParent.read(fields) : null;
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long span = notZero(random);
        if (parent == null) {
            long low = notZero(random);
            boolean recorded = spans.chooses(low) && spans.takes();
            TraceParent own = new TraceParent(random.nextLong(), low, span, recorded);
            return new Trace(own, 0, null, recorded ? spans : null, began, beganNanos);
        }
        // Where we keep no spans, whether others do is theirs to say.
        boolean recorded = parent.sampled() && spans.takes();
        TraceParent own =
                new TraceParent(parent.high(), parent.low(), span, spans.kept() ? recorded : parent.sampled());
        return new Trace(own, parent.span(), TraceState.read(fields), recorded ? spans : null, began, beganNanos);
    }

    static long notZero(ThreadLocalRandom random) {
        long id = random.nextLong();
        return id == 0 ? 1 : id;
    }
}
