package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.settings.Section;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a route changes in the fields of a message: first the removals, then what is set, instead of every field of the name.
 *
 * @param remove names of fields that end here
 * @param set fields that are set
 */
public record HeaderPolicy(List<AsciiString> remove, Fields set) {
    /** Fields of framing, of a hop, and those that only the balancer may say. */
    private static final Set<String> OURS = Set.of(
            "connection",
            "content-length",
            "expect",
            "forwarded",
            "host",
            "keep-alive",
            "proxy-connection",
            "strict-transport-security",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "via",
            "x-request-id");

    private static final String NAME = "[a-z0-9!#$%&'*+.^_`|~-]+";

    /** Reads a section with {@code set} (names and values) and {@code remove} (names); what is wrong is noted in it. */
    static HeaderPolicy read(Section section) {
        Map<String, String> set = section.textMap("set").orElse(Map.of());
        List<String> remove = section.texts("remove").orElse(List.of());
        Fields fields = new Fields();
        set.forEach((name, value) -> {
            checkName(section, "set", name);
            checkValue(section, "set", name, value);
            fields.add(new AsciiString(name), new AsciiString(value));
        });
        List<AsciiString> names = new ArrayList<>();
        for (String name : remove) {
            checkName(section, "remove", name);
            names.add(new AsciiString(name));
        }
        return new HeaderPolicy(List.copyOf(names), fields);
    }

    private static boolean ascii(String value) {
        return value.chars().allMatch(c -> c < 0x7f);
    }

    /** One that no field may have is sent by nobody, and never met. */
    static void checkValue(Section section, String key, String name, String value) {
        if (!value.equals(value.strip()) || !Grammar.value(new AsciiString(value)) || !ascii(value)) {
            section.problem(key, name + " (expected: a value of visible ASCII, without blanks around it)");
        }
    }

    static void checkName(Section section, String key, String name) {
        if (!name.matches(NAME)) {
            section.problem(key, name + " (expected: a field name in lower case)");
        } else if (OURS.contains(name) || name.toLowerCase(Locale.ROOT).startsWith("x-forwarded")) {
            section.problem(key, name + " is the balancer's own (expected: another field)");
        }
    }

    /** The trailers as they go on: what the route decides about fields cannot be said after the body. */
    public Fields trailers(Fields in) {
        if (in.size() == 0 || (remove.isEmpty() && set.size() == 0)) {
            return in;
        }
        Fields out = new Fields();
        for (int i = 0; i < in.size(); i++) {
            if (!governs(in.name(i))) {
                out.add(in.name(i), in.value(i));
            }
        }
        return out;
    }

    /** Whether the route decides about a field, also when it is spelt with underscores, which some servers read as hyphens. */
    private boolean governs(AsciiString name) {
        for (int i = 0; i < set.size(); i++) {
            if (alike(name, set.name(i))) {
                return true;
            }
        }
        return remove.stream().anyMatch(removed -> alike(name, removed));
    }

    private static boolean alike(AsciiString name, AsciiString ours) {
        if (name.length() != ours.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (folded(name.charAt(i)) != folded(ours.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static char folded(char c) {
        return c == '_' ? '-' : Character.toLowerCase(c);
    }

    /** The fields as they go on. */
    public Fields apply(Fields in) {
        if (remove.isEmpty() && set.size() == 0) {
            return in;
        }
        Fields out = new Fields();
        for (int i = 0; i < in.size(); i++) {
            AsciiString name = in.name(i);
            if (!governs(name)) {
                out.add(name, in.value(i));
            }
        }
        for (int i = 0; i < set.size(); i++) {
            out.add(set.name(i), set.value(i));
        }
        return out;
    }
}
