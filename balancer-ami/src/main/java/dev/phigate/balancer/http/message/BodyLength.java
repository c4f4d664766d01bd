package dev.phigate.balancer.http.message;

/** Lengths of a body that are no number of bytes. */
public final class BodyLength {
    /** The body's end is marked by its coding. */
    public static final long CHUNKED = -1;

    /** The body ends with its connection; responses only. */
    public static final long UNTIL_CLOSE = -2;

    private BodyLength() {}
}
