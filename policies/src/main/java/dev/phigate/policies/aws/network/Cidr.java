package dev.phigate.policies.aws.network;

import java.net.InetAddress;

/** Blocks of addresses. */
public final class Cidr {
    private Cidr() {}

    /**
     * Whether a block is the internet, or so large a part of it that a few of them are: shorter than /8, or than /16 in IPv6, and not the
     * private addresses of IPv6. What is no block counts as open.
     */
    public static boolean isOpen(String block) {
        int slash = block.indexOf('/');
        try {
            InetAddress address = InetAddress.ofLiteral(slash < 0 ? block : block.substring(0, slash));
            boolean isV4 = address.getAddress().length == 4;
            int length = slash < 0 ? address.getAddress().length * 8 : Integer.parseInt(block.substring(slash + 1));
            boolean isPrivateV6 = !isV4 && (address.getAddress()[0] & 0xfe) == 0xfc && length >= 7;
            return length < (isV4 ? 8 : 16) && !isPrivateV6;
        } catch (IllegalArgumentException _) {
            return true;
        }
    }
}
