package dev.phigate.balancer.upstream;

import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Why a host gave no connection. */
public enum Unreachable {
    /** It does not accept connections, or ends them during the handshake. */
    REFUSED,
    /** It did not finish in time. */
    TIMEOUT,
    /** Its certificate did not verify, or no allowed version and suite was agreed. */
    UNTRUSTED,
    /** It does not speak the protocol that it is configured for (ALPN). */
    OTHER_PROTOCOL,
    /** It carries no WebSockets over HTTP/2 (RFC 8441 section 3), as its settings say. */
    NO_WEB_SOCKET,
    /** All connections that are allowed are in use. */
    BUSY;

    /** What a handshake that failed by a cause says of its host. */
    static Unreachable by(@Nullable Throwable cause) {
        for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
            if (deeper instanceof CertificateException || deeper instanceof SSLHandshakeException) {
                return UNTRUSTED;
            }
        }
        return cause instanceof SSLException ? UNTRUSTED : REFUSED;
    }

    /** Whether the host is to blame. One that carries no WebSockets may answer everything else as it should. */
    public boolean hostFailed() {
        return this != BUSY && this != NO_WEB_SOCKET;
    }
}
