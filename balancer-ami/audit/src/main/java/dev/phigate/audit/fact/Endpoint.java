package dev.phigate.audit.fact;

import java.net.InetSocketAddress;

/**
 * One end of a connection.
 *
 * @param address the IP address as text, without a scope; IPv6 in the form of {@link java.net.InetAddress#getHostAddress()}
 * @param port 0 to 65535
 */
public record Endpoint(String address, int port) {
    private static final int LONGEST = 45;
    private static final int LAST_PORT = 65_535;

    /** Refuses what is no address or no port. */
    public Endpoint {
        if (address.isEmpty() || address.length() > LONGEST || !address.chars().allMatch(Endpoint::allowed)) {
            throw new IllegalArgumentException("not an IP address: a text of " + address.length() + " characters");
        }
        if (port < 0 || port > LAST_PORT) {
            throw new IllegalArgumentException("port " + port + " (expected: 0 to 65535)");
        }
    }

    /** The end that a resolved socket address names. */
    public static Endpoint of(InetSocketAddress address) {
        String text = address.getAddress().getHostAddress();
        int scope = text.indexOf('%');
        return new Endpoint(scope < 0 ? text : text.substring(0, scope), address.getPort());
    }

    private static boolean allowed(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
    }
}
