package dev.phigate.balancer.http.message;

import io.netty.util.AsciiString;
import io.netty.util.NetUtil;

/** The characters and small productions of RFC 9110 and 9112, as tables. */
public final class Grammar {
    private static final byte TOKEN = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;
    private static final byte HOST = 8;
    private static final byte LOWER = 16;
    private static final byte[] KINDS = new byte[256];

    static {
        for (int c = 0; c < KINDS.length; c++) {
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0) {
                KINDS[c] |= TOKEN;
                KINDS[c] |= c >= 'A' && c <= 'Z' ? 0 : LOWER;
            }
            if (c == '\t' || (c >= ' ' && c != 0x7f)) {
                KINDS[c] |= VALUE;
            }
            if (c > ' ' && c < 0x7f && c != '#' && c != '\\') {
                KINDS[c] |= TARGET;
            }
            if (letterOrDigit || "-._~:[]".indexOf(c) >= 0) {
                KINDS[c] |= HOST;
            }
        }
    }

    private Grammar() {}

    public static boolean token(byte c) {
        return (KINDS[c & 0xff] & TOKEN) != 0;
    }

    public static boolean value(byte c) {
        return (KINDS[c & 0xff] & VALUE) != 0;
    }

    /** A field name: one or more token characters. */
    public static boolean name(AsciiString text) {
        return all(text, TOKEN);
    }

    /** A field name as HTTP/2 writes it. */
    public static boolean lowerName(AsciiString text) {
        return all(text, LOWER);
    }

    /** A field value as HTTP/2 writes it: without white space at its ends. */
    public static boolean exactValue(AsciiString text) {
        return text.isEmpty() || (all(text, VALUE) && !blank(text.byteAt(0)) && !blank(text.byteAt(text.length() - 1)));
    }

    private static boolean blank(byte c) {
        return c == ' ' || c == '\t';
    }

    /** A field value, already without white space at its ends. */
    public static boolean value(AsciiString text) {
        return text.isEmpty() || all(text, VALUE);
    }

    /** The characters of a request target. */
    public static boolean target(AsciiString text) {
        return all(text, TARGET);
    }

    /** {@code host [":" port]} without user information; brackets only around an IPv6 address. */
    public static boolean authority(AsciiString text) {
        if (!all(text, HOST)) {
            return false;
        }
        int portColon;
        if (text.charAt(0) == '[') {
            int close = text.indexOf(']', 0);
            if (close < 0
                    || !NetUtil.isValidIpV6Address(text.subSequence(1, close, false))
                    || (close != text.length() - 1 && text.charAt(close + 1) != ':')) {
                return false;
            }
            portColon = close == text.length() - 1 ? -1 : close + 1;
        } else {
            portColon = text.indexOf(':', 0);
            if (portColon == 0 || text.indexOf('[', 0) >= 0 || text.indexOf(']', 0) >= 0) {
                return false;
            }
        }
        return portColon < 0 || port(text, portColon + 1);
    }

    private static boolean port(AsciiString text, int from) {
        if (text.length() - from > 5) {
            return false;
        }
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    /** A number of at most 18 digits, or -1. */
    public static long digits(AsciiString text) {
        if (text.isEmpty() || text.length() > 18) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + (c - '0');
        }
        return value;
    }

    /**
     * Whether a path has a segment {@code .} or {@code ..}, a NUL, or an escape that is none: what a route is chosen by must
     * mean the same to the host behind it. Whatever some host takes for a segment is one: plain or percent-encoded, between
     * slashes and backslashes of both kinds, with parameters or without.
     */
    public static boolean ambiguousPath(AsciiString target, int pathEnd) {
        int segment = 0;
        int at = 0;
        while (at < pathEnd) {
            int width = 1;
            int c = target.byteAt(at);
            if (c == '%') {
                width = 3;
                int high = hex(target, at + 1, pathEnd);
                int low = hex(target, at + 2, pathEnd);
                c = high << 4 | low;
                if (high < 0 || low < 0 || c == 0) {
                    return true;
                }
            }
            if (c == '/' || c == '\\') {
                if (dots(target, segment, at)) {
                    return true;
                }
                segment = at + width;
            }
            at += width;
        }
        return dots(target, segment, pathEnd);
    }

    private static int hex(AsciiString text, int at, int end) {
        return at < end ? Character.digit(text.byteAt(at), 16) : -1;
    }

    /** Whether a segment is one or two dots, whatever its parameters; its escapes are ones. */
    private static boolean dots(AsciiString text, int from, int to) {
        int dots = 0;
        int at = from;
        while (at < to) {
            boolean escape = text.byteAt(at) == '%';
            int c = escape ? hex(text, at + 1, to) << 4 | hex(text, at + 2, to) : text.byteAt(at);
            if (c == ';') {
                break;
            }
            if (c != '.') {
                return false;
            }
            dots++;
            at += escape ? 3 : 1;
        }
        return dots == 1 || dots == 2;
    }

    private static boolean all(AsciiString text, byte kind) {
        byte[] bytes = text.array();
        int from = text.arrayOffset();
        int to = from + text.length();
        for (int i = from; i < to; i++) {
            if ((KINDS[bytes[i] & 0xff] & kind) == 0) {
                return false;
            }
        }
        return to > from;
    }
}
