package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.message.Grammar;
import io.netty.util.AsciiString;
import java.util.Locale;

/**
 * Fuzz target: the plain form of paths, by which routes are chosen. What is not refused has no dot segments and no repeated slashes in it, and
 * is the same however its letters are escaped.
 */
public final class PathFuzz {
    private PathFuzz() {}

    /** One input: which letters are escaped, then the path behind its first slash. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 2) {
            return;
        }
        byte[] path = input.clone();
        path[0] = '/';
        AsciiString target = new AsciiString(path);
        if (Grammar.ambiguousPath(target, target.length())) {
            return;
        }
        AsciiString plain = PlainPath.of(target, target.length());
        for (String segment : plain.toString().split("[/\\\\]", -1)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new IllegalStateException(target + " is " + plain);
            }
        }
        if (plain.contains("//") || PlainPath.endOf(target, target.length(), plain.length()) != target.length()) {
            throw new IllegalStateException(target + " is " + plain);
        }
        AsciiString escaped = escaped(target, input[0]);
        if (!PlainPath.of(escaped, escaped.length()).equals(plain)) {
            throw new IllegalStateException(target + " is " + plain + ", but not as " + escaped);
        }
    }

    private static AsciiString escaped(AsciiString target, byte every) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < target.length(); i++) {
            byte c = target.byteAt(i);
            boolean insideEscape = (i >= 1 && target.byteAt(i - 1) == '%') || (i >= 2 && target.byteAt(i - 2) == '%');
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (letter && !insideEscape && (i + every) % 3 == 0) {
                text.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
            } else {
                text.append((char) (c & 0xff));
            }
        }
        return new AsciiString(text);
    }
}
