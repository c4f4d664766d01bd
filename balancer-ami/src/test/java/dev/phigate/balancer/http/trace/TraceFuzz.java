package dev.phigate.balancer.http.trace;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;

/** Fuzz target: the fields of W3C Trace Context. What goes on is what the next one would let go on. */
public final class TraceFuzz {
    private static final int MOST_BYTES = 512;

    private TraceFuzz() {}

    /** One input: a traceparent and a tracestate. */
    public static void fuzzerTestOneInput(byte[] input) {
        TraceParent parent = TraceParent.read(new AsciiString(input));
        if (parent != null && ((parent.high() | parent.low()) == 0 || parent.span() == 0)) {
            throw new IllegalStateException("goes on with " + parent);
        }
        AsciiString state = TraceState.read(fields(new AsciiString(input)));
        if (state != null && (state.length() > MOST_BYTES || !state.equals(TraceState.read(fields(state))))) {
            throw new IllegalStateException("goes on as " + state);
        }
    }

    private static Fields fields(AsciiString state) {
        Fields fields = new Fields();
        fields.add(Names.TRACESTATE, state);
        return fields;
    }
}
