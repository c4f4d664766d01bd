package dev.phigate.balancer.limits;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** Whom an address stands for: an IPv4 address, or the /64 of an IPv6 address, of which one customer has them all. */
final class Source {
    /** No /64 that is routed begins so. */
    private static final long IPV4 = 0x0000_ffff_0000_0000L;

    private Source() {}

    static Long of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? IPV4 | (bytes.getInt() & 0xffff_ffffL) : bytes.getLong();
    }
}
