package dev.phigate.audit.fact;

import java.util.HexFormat;

/**
 * 128 bits that mean nothing outside the log: of a connection, an exchange, a session, a trace (W3C trace-id). Written as 32
 * lower-case hexadecimal digits. A session's id is never the cookie or the token itself.
 */
public record OpaqueId(long high, long low) {
    private static final int DIGITS = 32;

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws IllegalArgumentException when the text is not 32 hexadecimal digits
     */
    public static OpaqueId parse(String text) {
        if (text.length() != DIGITS) {
            throw new IllegalArgumentException(
                    "an id of " + text.length() + " characters (expected: 32 hexadecimal digits)");
        }
        return new OpaqueId(
                HexFormat.fromHexDigitsToLong(text, 0, 16), HexFormat.fromHexDigitsToLong(text, 16, DIGITS));
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }
}
