package dev.phigate.balancer.http.message;

/** Lengths of a body that are no number of bytes. */
public final class BodyLength {
    /** The body's end is marked by its coding. */
    public static final long CHUNKED = -1;

    /** The body ends with its connection; responses only. */
    public static final long UNTIL_CLOSE = -2;

    /** No body follows the head, but whatever the two sides say to each other once both agreed to (WebSocket). */
    public static final long TUNNEL = -3;

    private BodyLength() {}
}
