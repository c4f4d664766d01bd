package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.OpaqueId;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a session's cookie says.
 *
 * @param high the first half of the session's number
 * @param low the second half
 * @param began when it began, in seconds since 1970
 * @param seen when it was last used, as far as the cookie knows
 * @param host what stands for its host
 */
record Token(long high, long low, long began, long seen, long host) {
    private static final byte VERSION = 1;
    private static final int SIGNED = 1 + Integer.BYTES + 5 * Long.BYTES;
    private static final int SIGNATURE = 32;

    /** The length of its written form. */
    static final int WRITTEN = ((SIGNED + SIGNATURE) * Byte.SIZE + 5) / 6;

    /** Its written form, signed. */
    String written(SessionKey key) {
        ByteBuffer bytes = ByteBuffer.allocate(SIGNED + SIGNATURE)
                .put(VERSION)
                .putInt(key.name())
                .putLong(high)
                .putLong(low)
                .putLong(began)
                .putLong(seen)
                .putLong(host);
        bytes.put(key.sign(bytes.array(), SIGNED));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /** A token with the key that signed it. */
    record Signed(Token token, SessionKey key) {}

    /** Reads a written form; null unless one of the keys has signed exactly it. */
    static @Nullable Signed read(AsciiString text, List<SessionKey> keys) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.toByteArray());
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length != SIGNED + SIGNATURE || bytes[0] != VERSION) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes, 1, SIGNED - 1);
        int name = in.getInt();
        for (SessionKey key : keys) {
            if (key.name() == name) {
                byte[] signature = java.util.Arrays.copyOfRange(bytes, SIGNED, bytes.length);
                return MessageDigest.isEqual(key.sign(bytes, SIGNED), signature)
                        ? new Signed(
                                new Token(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong()), key)
                        : null;
            }
        }
        return null;
    }

    /** The session's number, as records name it. */
    OpaqueId id() {
        return new OpaqueId(high, low);
    }
}
