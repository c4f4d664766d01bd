package dev.phigate.balancer.listener;

import dev.phigate.settings.Section;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands between clients and a listener and says who they are (PROXY protocol, version 1 or 2). Without such a header nobody is
 * served, and nobody else's header is believed.
 *
 * @param from the networks whose headers are believed, at least one
 */
public record ProxyConfig(List<Network> from) {
    /** Reads the section {@code proxyProtocol}. */
    static ProxyConfig read(Section section) {
        List<Network> networks = new ArrayList<>();
        for (String text : section.texts("from")
                .must(all -> !all.isEmpty(), "at least one network such as 10.0.0.0/8")
                .required()) {
            Network.parse(text)
                    .ifPresentOrElse(
                            networks::add,
                            () -> section.problem(
                                    "from",
                                    text
                                            + " (expected: an address, or a network such as 10.0.0.0/8, but not everybody)"));
        }
        return new ProxyConfig(List.copyOf(networks));
    }

    /** Whether the header of a peer is believed. */
    boolean believes(InetSocketAddress peer) {
        return from.stream().anyMatch(network -> network.contains(peer.getAddress()));
    }
}
