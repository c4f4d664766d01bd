package dev.phigate.components.network;

import dev.phigate.settings.Cidr;
import dev.phigate.settings.Section;
import java.util.List;

/**
 * Where the environment's network lies.
 *
 * @param addressSpace {@code addressSpace}: private addresses (RFC 1918), which no peer may have as well
 * @param zones {@code zones} of the region, two at least, so that losing one loses no service
 */
public record NetworkIntent(Cidr addressSpace, List<String> zones) {
    private static final Cidr STAND_IN = Cidr.of("10.0.0.0/16");

    /** Reads {@code phigate:addressSpace} and {@code phigate:zones}. */
    public static NetworkIntent read(Section root, String region) {
        List<String> zones = root.texts("zones")
                .must(
                        list -> list.stream().allMatch(zone -> region.isEmpty() || zone.matches(region + "[a-f]")),
                        "zones of region " + region + ", such as " + region + "a")
                .must(list -> list.stream().distinct().count() == list.size(), "each zone once")
                .must(list -> list.size() >= 2, "at least two zones")
                .required();
        int count = Math.max(zones.size(), 2);
        int most = NetworkPlan.longestPrefix(count);
        String written = root.text("addressSpace")
                .must(
                        text -> Cidr.parse(text)
                                .filter(space -> space.prefix() >= 16 && space.prefix() <= most)
                                .isPresent(),
                        "a block of /16 to /" + most + ": each of " + count + " zones gets two subnets")
                .must(
                        text -> Cidr.parse(text).filter(Cidr::isPrivate).isPresent(),
                        "a block of private addresses such as 10.20.0.0/16, with no bits behind its prefix")
                .required();
        return new NetworkIntent(Cidr.parse(written).orElse(STAND_IN), zones);
    }

    /** Whether the address space is what was written, and not what stands in for one that could not be read. */
    public boolean isSaidIn(Section root) {
        return root.raw("addressSpace")
                .filter(space -> space.asString("").equals(addressSpace.toString()))
                .isPresent();
    }

    /** The half of the space that the private subnets are made of; the balancers' are in the other. */
    public Cidr privateHalf() {
        return addressSpace.part(addressSpace.prefix() + 1, 0);
    }

    /** Whether an address is one of the private half. */
    public boolean holds(String address) {
        return Cidr.parse(address + "/32").filter(privateHalf()::contains).isPresent();
    }
}
