package dev.phigate.balancer.tls;

/** Why a handshake did not succeed, in words that are safe to record. */
public enum Failure {
    /** The client speaks something else, most likely plain HTTP. */
    NOT_TLS(0),
    /** The ClientHello cannot be read, or is too long. */
    MALFORMED_HELLO(50),
    /** The client offers no allowed version. */
    VERSION_TOO_OLD(70),
    /** The client offers no allowed cipher suite. */
    NO_COMMON_SUITE(40),
    /** The client offers no allowed group. */
    NO_COMMON_GROUP(40),
    /** The client can verify the signature of no certificate that there is for it. */
    NO_COMMON_SIGNATURE(40),
    /** There is no certificate for the name the client asks for, or it asks for none. */
    UNKNOWN_NAME(112),
    /** TLS 1.2 without RFC 7627. */
    NO_EXTENDED_MASTER_SECRET(40),
    /** ALPN without {@code h2} and {@code http/1.1}. */
    NO_COMMON_PROTOCOL(120),
    /** The handshake took too long. */
    TIMEOUT(0),
    /** The client went away. */
    CLOSED(0),
    /** The client's certificate was missing or not accepted. */
    CLIENT_CERTIFICATE(0),
    /** The client gave up with an alert, or its messages were wrong. */
    PROTOCOL(0);

    private final int alert;

    Failure(int alert) {
        this.alert = alert;
    }

    /** The TLS alert to send (RFC 8446 section 6.2), or 0 for none: the engine has sent its own, or nobody would read it. */
    int alert() {
        return alert;
    }
}
