package dev.phigate.balancer.http.trace;

import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The trace of one exchange, and the exchange's own span in it. Used on its event loop only. */
public final class Trace {
    private final TraceParent own;
    private final long parent;
    private final @Nullable AsciiString state;
    private final @Nullable Spans recorded;

    /**
     * A span that begins.
     *
     * @param own what the next hop is told
     * @param parent the span that the client named; 0 for none
     * @param state what others keep in the trace
     * @param recorded where it goes at its end; null when it is not sampled
     */
    Trace(TraceParent own, long parent, @Nullable AsciiString state, @Nullable Spans recorded) {
        this.own = own;
        this.parent = parent;
        this.state = state;
        this.recorded = recorded;
    }

    /** The trace's id, as records have it. */
    public OpaqueId id() {
        return new OpaqueId(own.high(), own.low());
    }

    /** The fields of a request as the next hop gets them: our span is the parent of what happens there. */
    public Fields applied(Fields fields) {
        Fields out = new Fields();
        for (int i = 0; i < fields.size(); i++) {
            AsciiString name = fields.name(i);
            if (!name.contentEqualsIgnoreCase(Names.TRACEPARENT) && !name.contentEqualsIgnoreCase(Names.TRACESTATE)) {
                out.add(name, fields.value(i));
            }
        }
        out.add(Names.TRACEPARENT, own.text());
        return state == null ? out : out.add(Names.TRACESTATE, state);
    }

    /** The exchange is over. */
    public void ended(Instant began, AuditRecord record, @Nullable String pattern) {
        if (recorded != null) {
            recorded.ended(new Span(own, parent, began, record, pattern));
        }
    }
}
