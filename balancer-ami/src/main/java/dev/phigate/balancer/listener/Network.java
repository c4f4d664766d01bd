package dev.phigate.balancer.listener;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A network of addresses of one family.
 *
 * @param address an address in it
 * @param bits how many leading bits its addresses have in common
 */
record Network(InetAddress address, int bits) {
    private static final String IPV4 = "[0-9]{1,3}(\\.[0-9]{1,3}){3}";
    private static final String IPV6 = "[0-9a-fA-F:.]*:[0-9a-fA-F:.]*";

    /** Reads {@code 10.0.0.0/8}, {@code fd00::/8}, or an address for itself alone; empty for anything else, and for everybody. */
    static Optional<Network> parse(String text) {
        String[] parts = text.split("/", 2);
        if (!parts[0].matches(IPV4) && !parts[0].matches(IPV6)) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.ofLiteral(parts[0]);
            int most = address.getAddress().length * Byte.SIZE;
            int bits = parts.length == 1 ? most : prefix(parts[1]);
            return bits < 1 || bits > most ? Optional.empty() : Optional.of(new Network(address, bits));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static int prefix(String text) {
        return text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
    }

    /** Whether an address is in it. */
    boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += Byte.SIZE) {
            int mask = 0xff << Math.max(0, bit + Byte.SIZE - bits);
            if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask & 0xff) != 0) {
                return false;
            }
        }
        return true;
    }
}
