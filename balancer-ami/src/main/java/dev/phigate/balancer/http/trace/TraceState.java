package dev.phigate.balancer.http.trace;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the field {@code tracestate} says (W3C Trace Context level 1, section 3.3): what others keep in a trace. It is passed on
 * whole or, where a member breaks the rules or a key is there twice, not at all. We keep nothing in it.
 */
final class TraceState {
    private static final int MOST_MEMBERS = 32;
    /** What must be passed on at least; beyond it, long members go first, and then the last ones (section 3.3.1.5). */
    private static final int MOST_BYTES = 512;

    private static final int LONG_MEMBER = 128;
    private static final Pattern MEMBER =
            Pattern.compile("(?<key>[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})="
                    + "[\\x20-\\x2b\\x2d-\\x3c\\x3e-\\x7e]{0,255}[\\x21-\\x2b\\x2d-\\x3c\\x3e-\\x7e]");

    private TraceState() {}

    /** What goes on; null for nothing. Lines of one request are one list in their order. */
    static @Nullable AsciiString read(Fields fields) {
        if (!fields.has(Names.TRACESTATE)) {
            return null;
        }
        List<String> members = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.name(i).contentEqualsIgnoreCase(Names.TRACESTATE) && !add(fields.value(i), members, keys)) {
                return null;
            }
        }
        shorten(members);
        return members.isEmpty() ? null : new AsciiString(String.join(",", members));
    }

    private static boolean add(AsciiString line, List<String> members, Set<String> keys) {
        String text = new String(line.toByteArray(), StandardCharsets.ISO_8859_1);
        for (String part : text.split(",", -1)) {
            String member = trimmed(part);
            if (member.isEmpty()) {
                continue;
            }
            var matcher = MEMBER.matcher(member);
            if (!matcher.matches() || !keys.add(matcher.group("key")) || members.size() == MOST_MEMBERS) {
                return false;
            }
            members.add(member);
        }
        return true;
    }

    /** Without the white space that may stand around a member: blanks and tabs, nothing else. */
    private static String trimmed(String part) {
        int from = 0;
        int to = part.length();
        while (from < to && blank(part.charAt(from))) {
            from++;
        }
        while (to > from && blank(part.charAt(to - 1))) {
            to--;
        }
        return part.substring(from, to);
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    private static void shorten(List<String> members) {
        for (int i = members.size() - 1; i >= 0 && length(members) > MOST_BYTES; i--) {
            if (members.get(i).length() > LONG_MEMBER) {
                members.remove(i);
            }
        }
        while (length(members) > MOST_BYTES) {
            members.removeLast();
        }
    }

    private static int length(List<String> members) {
        return members.stream().mapToInt(member -> member.length() + 1).sum() - 1;
    }
}
