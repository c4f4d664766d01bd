package dev.phigate.audit.fact;

import org.jspecify.annotations.Nullable;

/**
 * What was reached for, as far as the exchange came.
 *
 * @param route the name of the route; never the path
 * @param upstream the name of the upstream
 * @param host the host that answered or failed last
 * @param attempts how many hosts were reached for
 */
public record Target(
        @Nullable Name route,
        @Nullable Name upstream,
        @Nullable Endpoint host,
        int attempts) {
    /** Nothing yet. */
    public static final Target NONE = new Target(null, null, null, 0);
}
