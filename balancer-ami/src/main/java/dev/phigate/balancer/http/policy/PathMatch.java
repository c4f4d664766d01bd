package dev.phigate.balancer.http.policy;

import dev.phigate.settings.Section;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which paths a route takes, judged in their {@linkplain PlainPath plain form}. */
public sealed interface PathMatch {
    /** The more exact first: one path, then the more characters stand fixed, then a template before a prefix. */
    Comparator<PathMatch> MORE_EXACT_FIRST = Comparator.comparing((PathMatch match) -> !(match instanceof Exact))
            .thenComparingInt(match -> -match.fixed())
            .thenComparing(match -> match instanceof Prefix)
            .thenComparing(match -> match instanceof Template template && template.open());

    /** A path in a configuration. */
    String PATH = "/[!-\"$-\\[\\]-~]*";

    /** Whether a path is taken. */
    boolean takes(AsciiString path);

    /** How many characters stand fixed. */
    int fixed();

    /** As traces name it, which is of few values whatever is asked for: {@code /files/*}, {@code /patients/{id}}, or one path. */
    String pattern();

    /** As messages name it: what was configured. */
    String shown();

    /** Which paths are taken, the same text for the same paths however they were written. */
    String taken();

    /** Reads {@code path}, {@code pathTemplate} or {@code pathPrefix}; with none of them every path is taken. */
    static PathMatch read(Section section) {
        Optional<String> exact = path(section, "path");
        Optional<String> prefix = path(section, "pathPrefix");
        Optional<String> template = section.text("pathTemplate")
                .must(
                        Template::valid,
                        "a path with segments such as {id}, each of another name, for any one, and ** at its end for all below")
                .optional();
        if (exact.isPresent() && prefix.isPresent()) {
            section.problem("path", exact.orElseThrow() + " beside pathPrefix (expected: one of the two)");
        }
        if (template.isPresent() && (exact.isPresent() || prefix.isPresent())) {
            section.problem(
                    "pathTemplate",
                    template.orElseThrow() + " beside " + (exact.isPresent() ? "path" : "pathPrefix")
                            + " (expected: one of the two)");
        }
        return template.filter(Template::valid)
                .<PathMatch>map(Template::new)
                .or(() -> exact.map(Exact::new))
                .orElseGet(() -> new Prefix(prefix.orElse("/")));
    }

    private static Optional<String> path(Section section, String key) {
        return section.text(key)
                .must(text -> text.matches(PATH) && text.indexOf('?') < 0, "a path")
                .optional();
    }

    private static AsciiString plain(String written) {
        return PlainPath.of(new AsciiString(written), written.length());
    }

    /** One path. */
    record Exact(String shown, AsciiString path) implements PathMatch {
        Exact(String shown) {
            this(shown, plain(shown));
        }

        @Override
        public boolean takes(AsciiString asked) {
            return asked.contentEquals(path);
        }

        @Override
        public int fixed() {
            return path.length();
        }

        @Override
        public String pattern() {
            return shown;
        }

        @Override
        public String taken() {
            return "path " + path;
        }
    }

    /** A path and everything below it; {@code /api} is not a prefix of {@code /apis}. */
    record Prefix(String shown, AsciiString path) implements PathMatch {
        Prefix(String shown) {
            this(shown, plain(shown));
        }

        @Override
        public boolean takes(AsciiString asked) {
            int length = path.length();
            return length == 1
                    || (asked.length() >= length
                            && asked.subSequence(0, length, false).contentEquals(path)
                            && (asked.length() == length
                                    || path.byteAt(length - 1) == '/'
                                    || asked.byteAt(length) == '/'));
        }

        @Override
        public int fixed() {
            return path.length();
        }

        @Override
        public String pattern() {
            return shown + (shown.endsWith("/") ? "*" : "/*");
        }

        @Override
        public String taken() {
            return "below " + path;
        }
    }

    /**
     * Paths of one shape: {@code /patients/{id}/records}, {@code /tenants/{name}/files/**}. A place such as <code>{id}</code> stands for
     * one segment that is not empty, <code>**</code> at the end for nothing or everything below.
     */
    final class Template implements PathMatch {
        private static final Pattern PLACE = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_-]*)}");
        private static final String REST = "**";

        private final String shown;
        /** Null stands for a place. */
        private final List<@Nullable AsciiString> segments = new ArrayList<>();

        private final boolean open;
        private final int fixed;

        Template(String shown) {
            this.shown = shown;
            int length = 0;
            boolean all = false;
            for (String segment : split(shown)) {
                length++;
                if (segment.equals(REST)) {
                    all = true;
                    length--;
                } else if (PLACE.matcher(segment).matches()) {
                    segments.add(null);
                } else {
                    AsciiString plain = segment.isEmpty() ? AsciiString.EMPTY_STRING : plain(segment);
                    segments.add(plain);
                    length += plain.length();
                }
            }
            this.open = all;
            this.fixed = length;
        }

        static boolean valid(String text) {
            if (!text.matches(PATH) || text.indexOf('?') >= 0 || text.contains("//")) {
                return false;
            }
            Set<String> names = new HashSet<>();
            String[] segments = split(text);
            for (int i = 0; i < segments.length; i++) {
                Matcher place = PLACE.matcher(segments[i]);
                boolean good = place.matches()
                        ? names.add(place.group(1))
                        : segments[i].equals(REST)
                                ? i == segments.length - 1
                                : segments[i].chars().noneMatch(c -> "{}*;%".indexOf(c) >= 0);
                if (!good) {
                    return false;
                }
            }
            return true;
        }

        private static String[] split(String path) {
            return path.substring(1).split("/", -1);
        }

        boolean open() {
            return open;
        }

        @Override
        public boolean takes(AsciiString asked) {
            int at = 0;
            for (@Nullable AsciiString segment : segments) {
                if (at >= asked.length() || asked.byteAt(at) != '/') {
                    return false;
                }
                int slash = asked.indexOf("/", at + 1);
                int end = slash < 0 ? asked.length() : slash;
                AsciiString own = asked.subSequence(at + 1, end, false);
                if (segment == null ? own.isEmpty() : !own.contentEquals(segment)) {
                    return false;
                }
                at = end;
            }
            return at == asked.length() || open;
        }

        @Override
        public int fixed() {
            return fixed;
        }

        @Override
        public String pattern() {
            return shown;
        }

        @Override
        public String shown() {
            return shown;
        }

        @Override
        public String taken() {
            StringBuilder all = new StringBuilder();
            for (@Nullable AsciiString segment : segments) {
                all.append('/').append(segment == null ? "{}" : segment);
            }
            boolean places = segments.stream().anyMatch(Objects::isNull);
            // Without a place it takes what a path or a prefix takes.
            return (places ? "template " : "") + (open ? "below " : "path ") + (all.isEmpty() ? "/" : all);
        }
    }
}
