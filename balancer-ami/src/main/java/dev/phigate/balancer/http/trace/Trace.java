package dev.phigate.balancer.http.trace;

import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The trace of one exchange, the exchange's own span in it, and below that those of its attempts. Used on its event loop only. */
public final class Trace {
    private final TraceParent own;
    private final long parent;
    private final @Nullable AsciiString state;
    private final @Nullable Spans recorded;
    private final Instant began;
    private final long beganNanos;
    private @Nullable Attempt attempt;
    private int attempts;

    /**
     * A span that begins.
     *
     * @param own what the next hop is told
     * @param parent the span that the client named; 0 for none
     * @param state what others keep in the trace
     * @param recorded where it goes at its end; null when it is not sampled
     * @param began when the request's head was complete
     * @param beganNanos the same on the clock that only runs forward
     */
    Trace(
            TraceParent own,
            long parent,
            @Nullable AsciiString state,
            @Nullable Spans recorded,
            Instant began,
            long beganNanos) {
        this.own = own;
        this.parent = parent;
        this.state = state;
        this.recorded = recorded;
        this.began = began;
        this.beganNanos = beganNanos;
    }

    /** The trace's id, as records have it. */
    public OpaqueId id() {
        return new OpaqueId(own.high(), own.low());
    }

    /**
     * A host is turned to. Where there is no room for a span of it, there is none, and what happens there hangs under the exchange's.
     *
     * @param host its name or address
     * @param port its port
     * @param request what it is to be asked
     */
    public void attempts(String host, int port, Request request) {
        if (recorded == null) {
            return;
        }
        attempt = !recorded.takes()
                ? null
                : new Attempt(
                        own.with(Tracing.notZero(ThreadLocalRandom.current())),
                        own.span(),
                        request.recordedMethod(),
                        host,
                        port,
                        attempts,
                        now(),
                        Duration.ZERO,
                        0,
                        null);
        attempts++;
    }

    /** Whether an attempt is under way that has a span. */
    public boolean attempting() {
        return attempt != null;
    }

    /** The host that was turned to begins to answer. */
    public void answered(int status) {
        if (attempt != null) {
            attempt = attempt.answered(status);
        }
    }

    /**
     * The attempt that is under way, if it has a span, is over.
     *
     * @param end why, in the words of records
     * @param failed whether the host is to blame
     */
    public void attempted(String end, boolean failed) {
        if (attempt != null && recorded != null) {
            recorded.ended(attempt.ended(now(), end, failed));
            attempt = null;
        }
    }

    /** In whole microseconds after the beginning, as records have durations, so that no attempt outlasts its exchange. */
    private Instant now() {
        return began.plus(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - beganNanos), ChronoUnit.MICROS);
    }

    /** The fields of a request as the next hop gets them: the attempt is the parent of what happens there. */
    public Fields applied(Fields fields) {
        Fields out = new Fields();
        for (int i = 0; i < fields.size(); i++) {
            AsciiString name = fields.name(i);
            if (!name.contentEqualsIgnoreCase(Names.TRACEPARENT) && !name.contentEqualsIgnoreCase(Names.TRACESTATE)) {
                out.add(name, fields.value(i));
            }
        }
        out.add(Names.TRACEPARENT, (attempt == null ? own : attempt.ids()).text());
        return state == null ? out : out.add(Names.TRACESTATE, state);
    }

    /** The exchange is over. */
    public void ended(AuditRecord record, @Nullable String pattern) {
        // Only what nobody foresaw leaves an attempt under way.
        attempted("our-fault", false);
        if (recorded != null) {
            recorded.ended(new Span(own, parent, began, record, pattern));
        }
    }
}
