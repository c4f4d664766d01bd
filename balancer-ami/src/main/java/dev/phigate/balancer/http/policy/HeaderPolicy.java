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
            if (!value.equals(value.strip()) || !Grammar.value(new AsciiString(value)) || !ascii(value)) {
                section.problem("set", name + " (expected: a value of visible ASCII, without blanks around it)");
            }
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

    static void checkName(Section section, String key, String name) {
        if (!name.matches(NAME)) {
            section.problem(key, name + " (expected: a field name in lower case)");
        } else if (OURS.contains(name) || name.toLowerCase(Locale.ROOT).startsWith("x-forwarded")) {
            section.problem(key, name + " is the balancer's own (expected: another field)");
        }
    }

    /** The fields as they go on. */
    public Fields apply(Fields in) {
        if (remove.isEmpty() && set.size() == 0) {
            return in;
        }
        Fields out = new Fields();
        for (int i = 0; i < in.size(); i++) {
            AsciiString name = in.name(i);
            if (!set.has(name) && remove.stream().noneMatch(name::contentEqualsIgnoreCase)) {
                out.add(name, in.value(i));
            }
        }
        for (int i = 0; i < set.size(); i++) {
            out.add(set.name(i), set.value(i));
        }
        return out;
    }
}
