package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.trace.Tracing;
import dev.phigate.balancer.tls.ServerTls;
import dev.phigate.balancer.upstream.guard.Limiters;
import io.netty.util.AsciiString;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the requests of one listener. A reload makes another, which the next request on every connection meets.
 *
 * @param config timeouts and limits
 * @param terms the TLS terms new connections are made under
 * @param router the routes
 * @param hsts the value of {@code strict-transport-security}
 * @param tracing how its exchanges take part in traces; null for not at all
 * @param limiters how many of its requests may wait for answers; empty for as many as come
 */
public record Policy(
        HttpConfig config,
        ServerTls terms,
        Router router,
        AsciiString hsts,
        @Nullable Tracing tracing,
        Optional<Limiters> limiters) {
    /** A policy from its parts. */
    public static Policy of(
            HttpConfig config, ServerTls terms, Router router, @Nullable Tracing tracing, Optional<Limiters> limiters) {
        return new Policy(config, terms, router, new AsciiString(config.hsts()), tracing, limiters);
    }
}
