package dev.phigate.balancer.http.redirect;

import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Scheme;
import dev.phigate.balancer.http.policy.HttpConfig;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * Where a listener's clients are sent, in force. A reload makes another, which the next request on every connection meets.
 *
 * @param limits what requests may be like and how long they may take
 * @param status the status of the answer
 * @param host the host that all are sent to; null for the one that they asked for
 * @param port the port as it follows the host, with its colon; empty for that of {@code https}
 */
public record Redirect(
        HttpConfig limits, int status, @Nullable AsciiString host, AsciiString port) {
    private static final int HTTPS_PORT = 443;

    /**
     * A redirect from its configuration.
     *
     * @param config what it is made from
     * @param listening the port that the other listener listens at
     * @param limits what requests may be like and how long they may take
     */
    public static Redirect of(RedirectConfig config, int listening, HttpConfig limits) {
        int port = config.port().orElse(listening);
        return new Redirect(
                limits,
                config.status(),
                config.host().map(AsciiString::new).orElse(null),
                port == HTTPS_PORT ? AsciiString.EMPTY_STRING : new AsciiString(":" + port));
    }

    /**
     * The same resource over TLS. Of the request there are only its host and its target in it, both checked: nothing in them
     * ends a line of the answer's head, and no target makes another host of it, since the host and a slash stand before it.
     */
    AsciiString location(Request request) {
        // What is asked of the server as a whole has no path (RFC 9110 section 7.1).
        AsciiString path = request.target().charAt(0) == '/' ? request.target() : AsciiString.EMPTY_STRING;
        return new AsciiString(Scheme.HTTPS.beginning() + (host == null ? request.host() : host) + port + path);
    }
}
