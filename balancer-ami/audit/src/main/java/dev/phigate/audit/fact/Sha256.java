package dev.phigate.audit.fact;

import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest: of a certificate, a configuration, a key. Written as 64 lower-case hexadecimal digits. */
public final class Sha256 {
    private static final int BYTES = 32;

    private final byte[] bytes;

    /**
     * A digest that somebody computed.
     *
     * @param digest 32 bytes
     */
    public Sha256(byte[] digest) {
        if (digest.length != BYTES) {
            throw new IllegalArgumentException("a digest of " + digest.length + " bytes (expected: 32)");
        }
        this.bytes = digest.clone();
    }

    /** Reads what {@link #toString()} writes. */
    public static Sha256 parse(String text) {
        return new Sha256(HexFormat.of().parseHex(text));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 digest && Arrays.equals(digest.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
