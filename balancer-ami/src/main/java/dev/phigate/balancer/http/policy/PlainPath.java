package dev.phigate.balancer.http.policy;

import io.netty.util.AsciiString;

/**
 * Paths as hosts read them who are generous: escapes resolved, backslashes (which come as {@code %5c} only) taken as slashes,
 * repeated slashes as one, parameters ({@code ;a=b}) left out. Routes are chosen by this form, so that nobody passes by the route
 * of {@code /admin} by asking for {@code //admin}, {@code /%61dmin}, {@code /%5cadmin} or {@code /admin;x}. What is forwarded stays as it came. Dot segments never get here: they are refused.
 */
final class PlainPath {
    private PlainPath() {}

    /**
     * The plain form.
     *
     * @param target a path, with or without what follows it
     * @param end where the path ends
     */
    static AsciiString of(AsciiString target, int end) {
        if (isPlain(target, end)) {
            return target.subSequence(0, end, false);
        }
        byte[] plain = new byte[end];
        int length = 0;
        for (int at = 0; at < end; at = next(target, at, end)) {
            int c = read(target, at, end);
            if (c >= 0 && !(c == '/' && length > 0 && plain[length - 1] == '/')) {
                plain[length++] = (byte) c;
            }
        }
        return new AsciiString(plain, 0, length, false);
    }

    /**
     * Where a part of the plain form ends in the path as it came.
     *
     * @param target the path, with or without what follows it
     * @param end where the path ends
     * @param length how long the part is
     */
    static int endOf(AsciiString target, int end, int length) {
        int at = 0;
        int read = 0;
        boolean slash = false;
        while (at < end) {
            int c = read(target, at, end);
            boolean counts = c >= 0 && !(c == '/' && slash);
            if (counts && read == length) {
                return at;
            }
            if (counts) {
                read++;
            }
            slash = c < 0 ? slash : c == '/';
            at = next(target, at, end);
        }
        return end;
    }

    private static boolean isPlain(AsciiString target, int end) {
        byte before = 0;
        for (int i = 0; i < end; i++) {
            byte c = target.byteAt(i);
            if (c == '%' || c == ';' || c == '\\' || (c == '/' && before == '/')) {
                return false;
            }
            before = c;
        }
        return true;
    }

    /** The character here; -1 for parameters, which are none. */
    private static int read(AsciiString target, int at, int end) {
        byte c = target.byteAt(at);
        if (c == ';') {
            return -1;
        }
        int plain = c == '%' && escaped(target, at, end) >= 0 ? escaped(target, at, end) : c & 0xff;
        return plain == '\\' ? '/' : plain;
    }

    private static int next(AsciiString target, int at, int end) {
        byte c = target.byteAt(at);
        if (c == ';') {
            int slash = target.indexOf('/', at);
            return slash < 0 || slash > end ? end : slash;
        }
        return c == '%' && escaped(target, at, end) >= 0 ? at + 3 : at + 1;
    }

    private static int escaped(AsciiString target, int at, int end) {
        if (at + 3 > end) {
            return -1;
        }
        int high = Character.digit(target.byteAt(at + 1), 16);
        int low = Character.digit(target.byteAt(at + 2), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
