package dev.phigate.balancer.listener;

import dev.phigate.balancer.http.policy.HttpConfig;
import dev.phigate.balancer.http.redirect.RedirectConfig;
import dev.phigate.balancer.http.trace.TraceConfig;
import dev.phigate.balancer.tls.ServerTlsConfig;
import dev.phigate.settings.Section;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;

/**
 * A socket that clients connect to.
 *
 * @param name how routes and records name it
 * @param address the address it is bound to, never a host name; default 127.0.0.1, so that nothing is reachable by mistake
 * @param proxy who says for whom connections are; by default nobody, and a connection is for who made it
 * @param tls how it speaks TLS; empty for one that only redirects
 * @param redirect where it sends clients, without TLS; empty for one that speaks TLS
 * @param handshake how long a handshake may take; default 5s
 * @param connections the most connections at once; default 10000
 * @param perSource the most connections of one source at once; by default as many as there may be at all
 * @param http how it speaks HTTP
 * @param trace how it takes part in traces; by default not at all
 */
public record ListenerConfig(
        String name,
        InetSocketAddress address,
        Optional<ProxyConfig> proxy,
        Optional<ServerTlsConfig> tls,
        Optional<RedirectConfig> redirect,
        Duration handshake,
        int connections,
        int perSource,
        HttpConfig http,
        Optional<TraceConfig> trace) {
    private static final int LARGEST_PORT = 65535;

    /** Reads one entry of {@code listeners}. */
    public static ListenerConfig read(Section section) {
        Section timeouts = section.section("timeouts");
        Section limits = section.section("limits");
        Optional<ServerTlsConfig> tls = section.optionalSection("tls").map(ServerTlsConfig::read);
        Optional<RedirectConfig> redirect = section.optionalSection("redirect").map(RedirectConfig::read);
        if (redirect.isPresent() && tls.isPresent()) {
            section.problem("redirect", "beside tls (expected: one of the two)");
        } else if (redirect.isPresent()) {
            checkOnlyRedirects(section, "hsts", "trace");
            checkOnlyRedirects(timeouts, "body", "connection");
            checkOnlyRedirects(limits, "body", "adaptive");
        } else if (tls.isEmpty()) {
            section.problem("tls", "missing (expected: tls, or redirect for a listener that only redirects)");
        }
        return new ListenerConfig(
                section.text("name")
                        .must(
                                text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                                "at most 64 letters, digits, dots, hyphens and underscores")
                        .required(),
                address(section),
                section.optionalSection("proxyProtocol").map(ProxyConfig::read),
                tls,
                redirect,
                timeouts.duration("handshake")
                        .between(Duration.ofMillis(1), Duration.ofHours(1))
                        .orElse(Duration.ofSeconds(5)),
                limits.integer("connections").between(1, 1_000_000).orElse(10_000),
                limits.integer("connectionsPerSource").between(1, 1_000_000).orElse(Integer.MAX_VALUE),
                HttpConfig.read(timeouts, limits, section.section("hsts")),
                section.optionalSection("trace").map(TraceConfig::read));
    }

    /** What concerns TLS, or requests that are served, has nothing to say where there is neither. */
    private static void checkOnlyRedirects(Section section, String... keys) {
        for (String key : keys) {
            section.raw(key)
                    .ifPresent(value -> section.problem(
                            key,
                            (value.isContainer() ? "" : value.asString() + " ")
                                    + "beside redirect (expected: nothing; it has no meaning at a listener that only"
                                    + " redirects)"));
        }
    }

    /** Reads {@code address} and {@code port}; port 0 lets the system choose. */
    public static InetSocketAddress address(Section section) {
        String address = section.text("address").orElse("127.0.0.1");
        int port = section.integer("port").between(0, LARGEST_PORT).required();
        boolean literal = address.matches("[0-9.]+") || address.indexOf(':') >= 0;
        try {
            if (literal) {
                return new InetSocketAddress(InetAddress.getByName(address), port);
            }
        } catch (UnknownHostException e) {
            // Told below, as for anything else that is no address.
        }
        section.problem("address", address + " (expected: an IPv4 or IPv6 address)");
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
