package dev.phigate.components.network;

import dev.phigate.settings.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A network before it exists: which addresses each subnet has, and who may reach whom. The lower half of the address space is divided
 * among the private subnets, the start of the upper half among the balancers' subnets, a quarter as large; the rest is left for growth.
 *
 * @param space all its addresses
 * @param privateSubnets by zone, in the order of the zones' names
 * @param balancerSubnets the same
 * @param reaches who may reach whom; nobody else may
 */
public record NetworkPlan(
        Cidr space, Map<String, Cidr> privateSubnets, Map<String, Cidr> balancerSubnets, List<Reach> reaches) {
    /** A private subnet has 64 addresses at least, of which AWS takes five. */
    private static final int SMALLEST_PRIVATE = 26;

    /** AWS makes no smaller subnet. */
    private static final int SMALLEST = 28;

    /** The plan of a network in which nobody reaches anybody yet. */
    public static NetworkPlan of(NetworkIntent intent) {
        int bits = bits(intent.zones().size());
        int privatePrefix = intent.addressSpace().prefix() + 1 + bits;
        if (privatePrefix > SMALLEST_PRIVATE) {
            throw new IllegalArgumentException("addressSpace: " + intent.addressSpace() + " (expected: at least /"
                    + longestPrefix(intent.zones().size()) + " for "
                    + intent.zones().size() + " zones)");
        }
        int balancerPrefix = Math.min(privatePrefix + 2, SMALLEST);
        Cidr lower = intent.privateHalf();
        Cidr upper = intent.addressSpace().part(intent.addressSpace().prefix() + 1, 1);
        Map<String, Cidr> privates = new LinkedHashMap<>();
        Map<String, Cidr> balancers = new LinkedHashMap<>();
        List<String> zones = intent.zones().stream().sorted().toList();
        for (int i = 0; i < zones.size(); i++) {
            privates.put(zones.get(i), lower.part(privatePrefix, i));
            balancers.put(zones.get(i), upper.part(balancerPrefix, i));
        }
        return new NetworkPlan(intent.addressSpace(), privates, balancers, List.of());
    }

    /** The longest prefix of an address space that has room for a number of zones. */
    public static int longestPrefix(int zones) {
        return SMALLEST_PRIVATE - 1 - bits(zones);
    }

    /** The same network, in which a tier also reaches another one. */
    public NetworkPlan allow(Tier from, Tier to, int port, String reason) {
        return with(new Reach(Optional.of(from), Optional.empty(), to, port, reason));
    }

    /** The same network, whose entry is also reached from some private addresses outside. */
    public NetworkPlan allow(Cidr from, Tier to, int port, String reason) {
        return with(new Reach(Optional.empty(), Optional.of(from), to, port, reason));
    }

    /** All that is reached, by a name of its own each. */
    Map<String, Reach> named() {
        Map<String, Reach> named = new TreeMap<>();
        reaches.forEach(reach -> named.put(reach.name(), reach));
        return named;
    }

    /** All subnets. */
    Stream<Cidr> subnets() {
        return Stream.concat(privateSubnets.values().stream(), balancerSubnets.values().stream());
    }

    private NetworkPlan with(Reach reach) {
        if (reach.outside().filter(space::overlaps).isPresent()) {
            throw new IllegalArgumentException(
                    "from: " + reach.source() + " (expected: addresses outside " + space + ")");
        }
        List<Reach> more = new ArrayList<>(reaches);
        if (reaches.stream().noneMatch(known -> known.name().equals(reach.name()))) {
            more.add(reach);
        }
        return new NetworkPlan(space, privateSubnets, balancerSubnets, List.copyOf(more));
    }

    /** How many bits tell so many things apart. */
    private static int bits(int things) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(things - 1);
    }
}
