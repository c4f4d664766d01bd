package dev.phigate.balancer.listener;

import dev.phigate.balancer.http.policy.HttpConfig;
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
 * @param tls how it speaks TLS
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
        ServerTlsConfig tls,
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
        return new ListenerConfig(
                section.text("name")
                        .must(
                                text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
                                "at most 64 letters, digits, dots, hyphens and underscores")
                        .required(),
                address(section),
                section.optionalSection("proxyProtocol").map(ProxyConfig::read),
                ServerTlsConfig.read(section.section("tls")),
                timeouts.duration("handshake")
                        .between(Duration.ofMillis(1), Duration.ofHours(1))
                        .orElse(Duration.ofSeconds(5)),
                limits.integer("connections").between(1, 1_000_000).orElse(10_000),
                limits.integer("connectionsPerSource").between(1, 1_000_000).orElse(Integer.MAX_VALUE),
                HttpConfig.read(timeouts, limits, section.section("hsts")),
                section.optionalSection("trace").map(TraceConfig::read));
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
