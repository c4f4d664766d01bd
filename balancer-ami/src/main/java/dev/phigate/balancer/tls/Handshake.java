package dev.phigate.balancer.tls;

import dev.phigate.audit.fact.Sha256;
import dev.phigate.balancer.tls.certificate.ClientCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The facts of a completed handshake.
 *
 * @param accepted the connection it was made on
 * @param version {@code TLSv1.2} or {@code TLSv1.3}
 * @param suite the cipher suite, by its IANA name
 * @param resumed whether it resumed an earlier session
 * @param serverName the name the client asked for (RFC 6066), when it did
 * @param application what was agreed by ALPN (RFC 7301): {@code h2}, {@code http/1.1}, or null for nothing
 * @param identity the name in the client's verified certificate, when it showed one
 * @param certificate the digest of that certificate
 * @param client that certificate
 * @param madeNanos when it was completed, on the clock that only runs forward
 * @param terms the server's terms it was made under
 */
public record Handshake(
        Accepted accepted,
        String version,
        String suite,
        boolean resumed,
        @Nullable String serverName,
        @Nullable String application,
        @Nullable String identity,
        @Nullable Sha256 certificate,
        @Nullable ClientCertificate client,
        long madeNanos,
        ServerTls terms) {}
