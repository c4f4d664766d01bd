package dev.phigate.settings;

import dev.phigate.settings.Shape.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One mapping of a settings document. Asking for a key makes it known; what is never asked for is an unknown key.
 * A wrong value is noted as a problem and answered by a stand-in, so that reading goes on and finds the rest.
 */
public final class Section {
    private final Settings settings;
    private final String path;
    private final JsonNode node;
    private final Set<String> known = new LinkedHashSet<>();
    private final List<Section> children = new ArrayList<>();
    private final @Nullable Shape shape;

    Section(Settings settings, String path, JsonNode node, @Nullable Shape shape) {
        this.settings = settings;
        this.path = path;
        this.node = node;
        this.shape = shape;
    }

    /** Whether there is no document, and keys are asked for only to be described; a key {@link Shape#ANY} stands for all names. */
    public boolean describing() {
        return shape != null;
    }

    /** A text. YAML numbers and booleans are not texts: quote them. */
    public Setting<String> text(String key) {
        return setting(
                key,
                Kind.TEXT,
                "a text",
                "",
                // No name, path or address holds a NUL, and what reads them fails by it.
                value -> value.isString() && value.stringValue().indexOf('\0') < 0 ? value.stringValue() : null);
    }

    /** A text that is never shown in a message. */
    public Setting<String> secret(String key) {
        return text(key).hidden();
    }

    /** A whole number. */
    public Setting<Integer> integer(String key) {
        return setting(key, Kind.INTEGER, "a whole number", 0, value -> value.isInt() ? value.intValue() : null);
    }

    /** {@code true} or {@code false}, and nothing like them. */
    public Setting<Boolean> flag(String key) {
        return setting(
                key, Kind.FLAG, "true or false", false, value -> value.isBoolean() ? value.booleanValue() : null);
    }

    /** A length of time with its unit: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 12h}, {@code 2192d}. */
    public Setting<Duration> duration(String key) {
        return setting(
                        key,
                        Kind.DURATION,
                        "a duration such as 250ms, 30s, 5m, 12h or 2192d",
                        Duration.ZERO,
                        value -> value.isString() ? Units.duration(value.stringValue()) : null)
                .shownAs(Units::text);
    }

    /** A number of bytes: a whole number, or one with {@code B}, {@code KiB}, {@code MiB} or {@code GiB}. */
    public Setting<Long> bytes(String key) {
        return setting(
                key,
                Kind.BYTES,
                "a size such as 512B, 16KiB, 10MiB or 1GiB",
                0L,
                value -> value.isIntegralNumber() && value.canConvertToLong()
                        ? Long.valueOf(value.longValue())
                        : value.isString() ? Units.bytes(value.stringValue()) : null);
    }

    /** One of the constants of an enum, written in lower case with hyphens. */
    public <E extends Enum<E>> Setting<E> choice(String key, Class<E> type) {
        Map<String, E> names = Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toMap(Section::written, e -> e, (a, b) -> a, LinkedHashMap::new));
        String expected = (names.size() == 1 ? "" : "one of ") + String.join(", ", names.keySet());
        E standIn = names.values().iterator().next();
        if (shape != null) {
            shape.key(key, Kind.CHOICE).among(List.copyOf(names.keySet()));
        }
        return setting(
                        key,
                        Kind.CHOICE,
                        expected,
                        standIn,
                        value -> value.isString() ? names.get(value.stringValue()) : null)
                .shownAs(Section::written);
    }

    /** A list of texts. */
    public Setting<List<String>> texts(String key) {
        return setting(key, Kind.TEXTS, "a list of texts", List.of(), value -> {
            if (!value.isArray()) {
                return null;
            }
            List<String> texts = new ArrayList<>();
            for (JsonNode item : value) {
                if (!item.isString()) {
                    return null;
                }
                texts.add(item.stringValue());
            }
            return List.copyOf(texts);
        });
    }

    /** A mapping of any keys to texts, such as tags; in the document's order. */
    public Setting<Map<String, String>> textMap(String key) {
        return setting(key, Kind.TEXT_MAP, "a mapping of names to texts", Map.of(), value -> {
            if (!value.isObject()) {
                return null;
            }
            Map<String, String> texts = new LinkedHashMap<>();
            for (var field : value.properties()) {
                if (!field.getValue().isString()) {
                    return null;
                }
                texts.put(field.getKey(), field.getValue().stringValue());
            }
            return texts;
        });
    }

    /** The section under a key; without keys when absent, so that its defaults apply and its required keys are missed. */
    public Section section(String key) {
        return child(join(path, key), ask(key).orElseGet(Settings::empty), opened(key, Kind.SECTION));
    }

    /** The section under a key, when the document has it. */
    public Optional<Section> optionalSection(String key) {
        Shape opened = opened(key, Kind.SECTION);
        if (shape != null) {
            shape.key(key, Kind.SECTION).mayBeAbsent();
            return Optional.of(child(join(path, key), Settings.empty(), opened));
        }
        return ask(key).map(value -> child(join(path, key), value, null));
    }

    /** The list of sections under a key, empty when absent. A section with a text {@code name} is called by it in messages. */
    public List<Section> sections(String key) {
        Shape opened = opened(key, Kind.SECTIONS);
        if (opened != null) {
            return List.of(child(join(path, key), Settings.empty(), opened));
        }
        JsonNode list = ask(key).orElseGet(JsonNodeFactory.instance::arrayNode);
        if (!list.isArray()) {
            problem(key, Settings.shown(list) + " (expected: a list)");
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            sections.add(child(join(path, key) + label(list.get(i), i), list.get(i), null));
        }
        return sections;
    }

    /** The same as {@link #sections(String)}, and at least one must be there. */
    public List<Section> atLeastOneSection(String key) {
        if (shape != null) {
            shape.key(key, Kind.SECTIONS).require();
        }
        List<Section> sections = sections(key);
        if (sections.isEmpty()
                && (node.path(key).isMissingNode()
                        || node.path(key).isNull()
                        || node.path(key).isArray())) {
            problem(key, "missing (expected: a list with at least one entry)");
        }
        return sections;
    }

    /** The keys of this section, for mappings whose keys are names. */
    public Set<String> keys() {
        return new LinkedHashSet<>(node.propertyNames());
    }

    /** The tree under a key as it stands, for values that somebody else judges; missing when absent. */
    public Optional<JsonNode> raw(String key) {
        if (shape != null) {
            shape.key(key, Kind.ANYTHING);
        }
        return ask(key);
    }

    /**
     * Notes a problem that only the caller can see.
     *
     * @param key the key it is about, or an empty text for the section as a whole
     * @param message the value and what was expected
     */
    public void problem(String key, String message) {
        settings.problem(key.isEmpty() ? path : join(path, key), message);
    }

    JsonNode tree() {
        return node;
    }

    /** Where this section stands in the document, such as {@code listeners["https"].tls}; empty for the root. */
    public String path() {
        return path;
    }

    void reportUnknownKeys() {
        for (String key : node.propertyNames()) {
            if (!known.contains(key)) {
                problem(key, "unknown key (" + Units.suggestion(key, known) + ")");
            }
        }
        children.forEach(Section::reportUnknownKeys);
    }

    /** How messages call an entry of a list. */
    static String label(JsonNode entry, int number) {
        JsonNode name = entry.path("name");
        return "[" + (name.isString() ? '"' + name.stringValue() + '"' : String.valueOf(number)) + "]";
    }

    static String join(String path, String key) {
        String shown = key.matches("[A-Za-z0-9_-]+") ? key : '"' + key + '"';
        return path.isEmpty() ? shown : path + "." + shown;
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private <T> Setting<T> setting(String key, Kind kind, String expected, T standIn, Setting.Conversion<T> convert) {
        return new Setting<>(
                this, key, ask(key), expected, standIn, convert, shape == null ? null : shape.key(key, kind));
    }

    private @Nullable Shape opened(String key, Kind kind) {
        return shape == null ? null : shape.key(key, kind).open();
    }

    private Optional<JsonNode> ask(String key) {
        known.add(key);
        JsonNode value = node.path(key);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    private Section child(String childPath, JsonNode value, @Nullable Shape opened) {
        if (!value.isObject()) {
            settings.problem(childPath, Settings.shown(value) + " (expected: a mapping of keys to values)");
        }
        Section child = new Section(settings, childPath, value.isObject() ? value : Settings.empty(), opened);
        children.add(child);
        return child;
    }
}
