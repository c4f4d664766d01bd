package dev.phigate.balancer.http.session;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Cookies in the fields of a request (RFC 6265 section 4.2.1), in one line as HTTP/1.1 has them or in several as HTTP/2 may. */
final class Cookies {
    private Cookies() {}

    /** The value of a cookie; null when it is not there, or more than once: whoever sets two means to deceive. */
    static @Nullable AsciiString value(Fields fields, String name) {
        AsciiString found = null;
        for (int i = 0; i < fields.size(); i++) {
            if (!fields.name(i).contentEqualsIgnoreCase(Names.COOKIE)) {
                continue;
            }
            AsciiString line = fields.value(i);
            for (int at = 0; at < line.length(); at = end(line, at) + 1) {
                AsciiString pair = pair(line, at);
                if (named(pair, name)) {
                    if (found != null) {
                        return null;
                    }
                    found = pair.subSequence(name.length() + 1, pair.length(), false);
                }
            }
        }
        return found;
    }

    /** What passes of one cookie. */
    @FunctionalInterface
    interface Sieve {
        /**
         * Judges a cookie.
         *
         * @param name its name
         * @param value its value
         * @param pair both as they came
         * @return what passes instead of the pair; null for nothing
         */
        @Nullable
        AsciiString passes(String name, AsciiString value, AsciiString pair);
    }

    /** The fields with what a sieve lets pass of their cookies. */
    static Fields sieved(Fields fields, Sieve sieve) {
        Fields out = new Fields();
        for (int i = 0; i < fields.size(); i++) {
            AsciiString value = fields.value(i);
            if (fields.name(i).contentEqualsIgnoreCase(Names.COOKIE)) {
                value = sieved(value, sieve);
                if (value.isEmpty()) {
                    continue;
                }
            }
            out.add(fields.name(i), value);
        }
        return out;
    }

    private static AsciiString sieved(AsciiString line, Sieve sieve) {
        StringBuilder kept = new StringBuilder(line.length());
        for (int at = 0; at < line.length(); at = end(line, at) + 1) {
            AsciiString pair = pair(line, at);
            int equals = pair.indexOf('=', 0);
            AsciiString passes = pair.isEmpty() || equals < 0
                    ? pair
                    : sieve.passes(
                            pair.subSequence(0, equals, false).trim().toString(),
                            pair.subSequence(equals + 1, pair.length(), false).trim(),
                            pair);
            if (passes != null && !passes.isEmpty()) {
                kept.append(kept.isEmpty() ? "" : "; ").append(passes);
            }
        }
        return new AsciiString(kept);
    }

    private static int end(AsciiString line, int from) {
        int semicolon = line.indexOf(';', from);
        return semicolon < 0 ? line.length() : semicolon;
    }

    private static AsciiString pair(AsciiString line, int from) {
        return line.subSequence(from, end(line, from), false).trim();
    }

    /** Names of cookies are told apart by case. A blank before the sign would be read over by some servers. */
    private static boolean named(AsciiString pair, String name) {
        int equals = pair.indexOf('=', 0);
        return equals >= name.length()
                && pair.subSequence(0, equals, false).trim().contentEquals(name);
    }
}
