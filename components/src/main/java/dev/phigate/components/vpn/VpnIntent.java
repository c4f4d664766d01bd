package dev.phigate.components.vpn;

import dev.phigate.components.Wording;
import dev.phigate.settings.Cidr;
import dev.phigate.settings.Section;
import java.util.ArrayList;
import java.util.List;

/**
 * The sites that reach the environment over encrypted tunnels.
 *
 * @param gatewayAsn {@code gatewayAsn}: the BGP autonomous system of the environment's side, 64512 to 65534; default 64512
 * @param peers {@code peers}, at least one
 */
public record VpnIntent(int gatewayAsn, List<PeerIntent> peers) {
    private static final int FIRST_PRIVATE = 64_512;
    private static final int LAST_PRIVATE = 65_534;

    private record Claim(String owner, Cidr block) {}

    /**
     * Reads {@code phigate:vpn}.
     *
     * @param own the environment's own addresses, which no peer may have too; empty while they could not be read
     */
    public static VpnIntent read(Section section, List<Cidr> own) {
        int gatewayAsn = section.integer("gatewayAsn")
                .between(FIRST_PRIVATE, LAST_PRIVATE)
                .orElse(FIRST_PRIVATE);
        List<PeerIntent> peers =
                Wording.named(section.atLeastOneSection("peers"), each -> PeerIntent.read(each, gatewayAsn));
        refuseOverlaps(section, own, peers);
        return new VpnIntent(gatewayAsn, peers);
    }

    /** The addresses behind all peers: who reaches the environment. */
    public List<Cidr> networks() {
        return peers.stream().flatMap(peer -> peer.networks().stream()).toList();
    }

    /** An address belongs to one network only, or packets for it go astray: to the wrong site, past its tunnel, or nowhere. */
    private static void refuseOverlaps(Section section, List<Cidr> own, List<PeerIntent> peers) {
        List<Claim> claims = new ArrayList<>();
        own.forEach(block -> claims.add(new Claim("the environment", block)));
        for (PeerIntent peer : peers) {
            for (Cidr block : peer.networks()) {
                claims.stream()
                        .filter(claim -> claim.block().overlaps(block))
                        .findFirst()
                        .ifPresent(claim -> section.problem(
                                "peers",
                                "\"" + peer.name() + "\": networks: " + block + " (expected: apart from "
                                        + claim.block() + " of " + claim.owner() + ")"));
                claims.add(new Claim("\"" + peer.name() + "\"", block));
            }
        }
    }
}
