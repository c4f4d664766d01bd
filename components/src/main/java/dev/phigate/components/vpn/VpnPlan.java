package dev.phigate.components.vpn;

import dev.phigate.settings.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The connections that an environment has to its peers: one for each VPN device, of two tunnels each.
 *
 * @param gatewayAsn the BGP autonomous system of the environment's side
 * @param connections in the order of the peers
 */
public record VpnPlan(int gatewayAsn, List<Connection> connections) {
    /**
     * One connection.
     *
     * @param name the peer's name, and the number of the device when there are two, as in {@code clinic.2}
     * @param address the public address of the peer's device
     * @param asn the peer's BGP autonomous system; routes are static without one
     * @param routes blocks of addresses behind the peer, when routes are static
     * @param proposal what both tunnels may negotiate
     * @param paired whether the peer has a second device, and so a second connection
     */
    public record Connection(
            String name, String address, Optional<Integer> asn, List<Cidr> routes, Proposal proposal, boolean paired) {}

    /** The plan of an intent. */
    public static VpnPlan of(VpnIntent intent) {
        List<Connection> connections = new ArrayList<>();
        for (PeerIntent peer : intent.peers()) {
            boolean paired = peer.addresses().size() > 1;
            for (int i = 0; i < peer.addresses().size(); i++) {
                connections.add(new Connection(
                        paired ? peer.name() + "." + (i + 1) : peer.name(),
                        peer.addresses().get(i),
                        peer.asn(),
                        peer.asn().isPresent() ? List.of() : peer.networks(),
                        peer.proposal(),
                        paired));
            }
        }
        return new VpnPlan(intent.gatewayAsn(), List.copyOf(connections));
    }
}
