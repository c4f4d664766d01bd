package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.balancer.audit.FreshId;
import io.netty.util.AsciiString;

/**
 * The id of an exchange, which request, response and record carry.
 *
 * @param value as the record has it
 * @param text as fields have it
 */
public record ExchangeId(OpaqueId value, AsciiString text) {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int DIGITS = 16;

    /** A fresh one. */
    public static ExchangeId next() {
        OpaqueId id = FreshId.next();
        byte[] text = new byte[2 * DIGITS];
        write(id.high(), text, 0);
        write(id.low(), text, DIGITS);
        return new ExchangeId(id, new AsciiString(text, false));
    }

    private static void write(long half, byte[] to, int at) {
        for (int i = 0; i < DIGITS; i++) {
            to[at + i] = HEX[(int) (half >>> ((DIGITS - 1 - i) * 4)) & 15];
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
