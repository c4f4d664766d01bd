package dev.phigate.balancer.admin;

import dev.phigate.balancer.tls.ServerTlsConfig;
import dev.phigate.settings.Section;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;

/**
 * The administrators' interface.
 *
 * @param address where it is bound; default 127.0.0.1
 * @param tls how it speaks TLS; client certificates are always demanded
 * @param clients the names in client certificates that are let in; nobody by default
 */
public record AdminConfig(InetSocketAddress address, ServerTlsConfig tls, Set<String> clients) {
    /** Reads the section {@code admin}. */
    public static AdminConfig read(Section section) {
        Section tls = section.section("tls");
        ServerTlsConfig mutual = ServerTlsConfig.readMutual(tls);
        List<String> clients = tls.texts("clients")
                .must(names -> !names.isEmpty(), "at least one name of a client certificate")
                .required();
        return new AdminConfig(address(section), mutual, Set.copyOf(clients));
    }

    private static InetSocketAddress address(Section section) {
        String address = section.text("address").orElse("127.0.0.1");
        int port = section.integer("port").between(0, 65535).required();
        try {
            if (address.matches("[0-9.]+") || address.indexOf(':') >= 0) {
                return new InetSocketAddress(InetAddress.getByName(address), port);
            }
        } catch (UnknownHostException e) {
            // Told below, as for anything else that is no address.
        }
        section.problem("address", address + " (expected: an IPv4 or IPv6 address)");
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
