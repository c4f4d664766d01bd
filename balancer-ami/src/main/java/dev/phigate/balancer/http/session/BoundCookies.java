package dev.phigate.balancer.http.session;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cookies of the workload that end with the session in which a host set them: their values are signed for that session on the way
 * to the client, and pass on to hosts, without the signature, within the same session only. Whoever has such a cookie of a session
 * that ended, or of somebody else's, has nothing.
 */
final class BoundCookies {
    private static final int SIGNATURE = 16;
    /** A dot, then base64url without padding. */
    private static final int WRITTEN = 1 + (SIGNATURE * Byte.SIZE + 5) / 6;

    private final Set<String> names;
    private final List<SessionKey> keys;

    /**
     * Cookies of a route's sessions.
     *
     * @param names their names
     * @param keys what signs them, the newest first
     */
    BoundCookies(List<String> names, List<SessionKey> keys) {
        this.names = Set.copyOf(names);
        this.keys = keys;
    }

    /** Whether it is one of these. */
    boolean has(String name) {
        return names.contains(name);
    }

    /** The pair {@code NAME=VALUE} as the host set it; null when it was not set in this session. */
    @Nullable
    AsciiString passes(String name, AsciiString value, Token session) {
        int end = value.length() - WRITTEN;
        if (end < 0 || value.charAt(end) != '.') {
            return null;
        }
        String set = value.subSequence(0, end, false).toString();
        byte[] shown = value.subSequence(end + 1, value.length(), false).toByteArray();
        for (SessionKey key : keys) {
            if (MessageDigest.isEqual(signature(key, name, set, session), shown)) {
                return new AsciiString(name + "=" + set);
            }
        }
        return null;
    }

    /** An answer's fields, in which these cookies are bound to the session; the same ones where it sets none. */
    Fields bind(Fields fields, Token session) {
        if (names.isEmpty() || !fields.has(Names.SET_COOKIE)) {
            return fields;
        }
        Fields out = new Fields();
        for (int i = 0; i < fields.size(); i++) {
            AsciiString value = fields.value(i);
            out.add(
                    fields.name(i),
                    fields.name(i).contentEqualsIgnoreCase(Names.SET_COOKIE) ? bound(value, session) : value);
        }
        return out;
    }

    private AsciiString bound(AsciiString line, Token session) {
        int semicolon = line.indexOf(';', 0);
        int end = semicolon < 0 ? line.length() : semicolon;
        int equals = line.indexOf('=', 0);
        if (equals < 0 || equals > end) {
            return line;
        }
        String name = line.subSequence(0, equals, false).trim().toString();
        String value = line.subSequence(equals + 1, end, false).trim().toString();
        if (value.isEmpty() || !names.contains(name)) {
            // One without a value is taken back.
            return line;
        }
        String signature = new String(signature(keys.getFirst(), name, value, session), StandardCharsets.US_ASCII);
        return new AsciiString(name + "=" + value + "." + signature + line.subSequence(end, line.length(), false));
    }

    private static byte[] signature(SessionKey key, String name, String value, Token session) {
        byte[] text = ("cookie " + name + "=" + value).getBytes(StandardCharsets.ISO_8859_1);
        byte[] signed = ByteBuffer.allocate(text.length + 2 * Long.BYTES)
                .put(text)
                .putLong(session.high())
                .putLong(session.low())
                .array();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encode(Arrays.copyOf(key.sign(signed, signed.length), SIGNATURE));
    }
}
