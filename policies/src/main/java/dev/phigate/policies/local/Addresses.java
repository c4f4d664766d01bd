package dev.phigate.policies.local;

import java.net.InetAddress;

/** What an address in a configuration says by itself; no name is looked up. */
final class Addresses {
    private Addresses() {}

    static boolean isLoopback(String address) {
        if ("localhost".equals(address)) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(address).isLoopbackAddress();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
