package dev.phigate.components.vpn;

import dev.phigate.settings.Cidr;
import dev.phigate.settings.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A site that reaches the environment through the VPN.
 *
 * @param name {@code name}, unique among the peers
 * @param addresses {@code addresses}: the public IPv4 addresses of its VPN devices, one or two. With two, each has a connection of its own,
 *     and the site stays connected while one device is down.
 * @param asn {@code asn}: its BGP autonomous system, 1 to 2147483647; routes are static without one
 * @param networks {@code networks}: the blocks of private addresses (RFC 1918) behind it, at least one
 * @param proposal what its tunnels may negotiate
 */
public record PeerIntent(
        String name, List<String> addresses, Optional<Integer> asn, List<Cidr> networks, Proposal proposal) {
    private static final int MOST_DEVICES = 2;

    /** Addresses that no device on the internet has (RFC 6890); those of examples (RFC 5737) are let pass. */
    private static final List<Cidr> NOT_PUBLIC = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "224.0.0.0/3")
            .map(Cidr::of)
            .toList();

    static PeerIntent read(Section section, int gatewayAsn) {
        Optional<Integer> asn =
                section.integer("asn").between(1, Integer.MAX_VALUE).optional();
        if (asn.filter(number -> number == gatewayAsn).isPresent()) {
            section.problem("asn", gatewayAsn + " (expected: another than the gateway's)");
        }
        return new PeerIntent(
                section.text("name").orElse(""), addresses(section), asn, networks(section), Proposal.read(section));
    }

    private static List<String> addresses(Section section) {
        List<String> addresses = section.texts("addresses")
                .must(
                        list -> !list.isEmpty() && list.size() <= MOST_DEVICES,
                        "the public address of one VPN device or of two")
                .required();
        for (String address : addresses) {
            if (!isPublic(address)) {
                section.problem("addresses", address + " (expected: a public IPv4 address such as 198.51.100.7)");
            }
        }
        if (addresses.stream().distinct().count() != addresses.size()) {
            section.problem("addresses", addresses + " (expected: two different devices)");
        }
        return addresses;
    }

    private static boolean isPublic(String address) {
        return Cidr.parse(address + "/32")
                .filter(host -> NOT_PUBLIC.stream().noneMatch(block -> block.contains(host)))
                .isPresent();
    }

    private static List<Cidr> networks(Section section) {
        List<Cidr> networks = new ArrayList<>();
        List<String> written = section.texts("networks")
                .must(list -> !list.isEmpty(), "at least one block of addresses such as 192.168.10.0/24")
                .required();
        for (String text : written) {
            Cidr.parse(text)
                    .filter(Cidr::isPrivate)
                    .ifPresentOrElse(
                            networks::add,
                            () -> section.problem(
                                    "networks",
                                    text + " (expected: a block of private addresses such as 192.168.10.0/24)"));
        }
        return List.copyOf(networks);
    }
}
