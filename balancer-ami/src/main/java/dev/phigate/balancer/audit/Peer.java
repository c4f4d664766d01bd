package dev.phigate.balancer.audit;

import org.jspecify.annotations.Nullable;

/**
 * What a record may say about the connection it belongs to.
 *
 * @param listener the listener's name
 * @param connection the connection's number, unique in this process
 * @param address the client's address
 * @param port the client's port
 * @param tls the facts of the handshake, once there was one
 */
public record Peer(
        String listener,
        long connection,
        String address,
        int port,
        @Nullable Tls tls) {
    /**
     * The facts of a completed handshake.
     *
     * @param version {@code TLSv1.2} or {@code TLSv1.3}
     * @param suite the cipher suite by its IANA name
     * @param serverName the name the client asked for (RFC 6066), when it asked for one
     * @param identity the name in the client's verified certificate, when one was demanded
     */
    public record Tls(
            String version,
            String suite,
            @Nullable String serverName,
            @Nullable String identity) {}
}
