package dev.phigate.balancer.http.trace;

import dev.phigate.settings.Section;

/**
 * How a listener takes part in traces (W3C Trace Context). Without it, it does not: trace fields pass as any others do.
 *
 * @param clients what becomes of the trace that a client names; default {@code replace}
 */
public record TraceConfig(Clients clients) {
    /** What becomes of the trace that a client names. */
    public enum Clients {
        /**
         * It is forgotten, and a new one begins: what a client chooses reaches neither records nor collector, and cannot ask to be
         * sampled.
         */
        REPLACE,
        /** It goes on: for clients that are trusted as the hosts are. */
        CONTINUE
    }

    /** Reads the section {@code trace} of a listener. */
    public static TraceConfig read(Section section) {
        return new TraceConfig(section.choice("clients", Clients.class).orElse(Clients.REPLACE));
    }
}
