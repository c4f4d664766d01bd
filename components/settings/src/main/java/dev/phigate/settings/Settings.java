package dev.phigate.settings;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * One settings document while it is being read. A reader asks the {@linkplain #root() root section} for the keys it knows;
 * {@link #finish()} then refuses the document when any value was wrong or any key was never asked for.
 *
 * <p>Used by one thread.
 */
public final class Settings {
    private static final int DEEPEST = 64;

    private final String document;
    private final List<String> problems = new ArrayList<>();
    private final Section root;

    private Settings(String document, JsonNode tree) {
        this.document = document;
        this.root = new Section(this, "", tree, null);
        if (!tree.isObject()) {
            problem("", shown(tree) + " (expected: a mapping of keys to values)");
        }
        refuseDepth(tree, "", 0);
    }

    /**
     * Reads a whole YAML document with one reader.
     *
     * @param document its name in messages, usually the file's path
     * @param text its content; an empty text reads as a document without keys
     * @param reader asks for every key it knows
     * @return what the reader made
     * @throws InvalidSettings with every problem, when there is one
     */
    public static <T> T yaml(String document, String text, Function<Section, T> reader) {
        refuseAliases(document, text);
        Settings settings = parse(document, YAMLMapper.builder(), text);
        return read(settings, root -> {
            T result = reader.apply(root);
            settings.refuseNothing(root.tree(), "");
            return result;
        });
    }

    /** The parser reads {@code *name} as the text {@code name}, which may be a name that is let in. */
    private static void refuseAliases(String document, String text) {
        try (JsonParser tokens = new YAMLMapper().createParser(text)) {
            while (tokens.nextToken() != null) {
                if (((YAMLParser) tokens).isCurrentAlias()) {
                    throw new InvalidSettings(
                            document,
                            List.of("line " + tokens.currentTokenLocation().getLineNr() + ": *" + tokens.getString()
                                    + " (expected: the value itself; aliases are not resolved)"));
                }
            }
        } catch (JacksonException e) {
            // It cannot be parsed, which is told below with its place.
        }
    }

    /** A key with nothing behind it was meant to say something: to take it for absent would drop what it demands. */
    private void refuseNothing(JsonNode value, String path) {
        if (value.isNull() && problems.stream().noneMatch(told -> told.startsWith(path + ":"))) {
            problem(path, "nothing is there (expected: a value; or leave the key out)");
        } else if (value.isObject()) {
            value.properties().forEach(field -> refuseNothing(field.getValue(), Section.join(path, field.getKey())));
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                refuseNothing(value.get(i), path + Section.label(value.get(i), i));
            }
        }
    }

    /** The same as {@link #yaml} for JSON (RFC 8259). */
    public static <T> T json(String document, String text, Function<Section, T> reader) {
        return read(parse(document, JsonMapper.builder(), text), reader);
    }

    /** The same as {@link #yaml} for a tree that is parsed already. */
    public static <T> T tree(String document, JsonNode tree, Function<Section, T> reader) {
        return read(new Settings(document, tree), reader);
    }

    /**
     * Describes what a reader asks for, without a document. In sections that may be absent and in lists it is asked as if there
     * were one.
     *
     * @param reader asks for every key it knows; what it answers is of no use
     */
    public static Shape describe(Function<Section, ?> reader) {
        Settings settings = new Settings("description", empty());
        Shape shape = new Shape();
        var _ = reader.apply(new Section(settings, "", empty(), shape));
        shape.settle();
        return shape;
    }

    /** The section that is the whole document. */
    public Section root() {
        return root;
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidSettings when a value was wrong, or a key of any section was never asked for
     */
    public void finish() {
        root.reportUnknownKeys();
        if (!problems.isEmpty()) {
            throw new InvalidSettings(document, problems);
        }
    }

    private static <T> T read(Settings settings, Function<Section, T> reader) {
        T result = reader.apply(settings.root());
        settings.finish();
        return result;
    }

    private static Settings parse(
            String document, tools.jackson.databind.cfg.MapperBuilder<? extends ObjectMapper, ?> mapper, String text) {
        try {
            JsonNode tree = mapper.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build()
                    .readTree(text);
            return new Settings(document, tree.isMissingNode() || tree.isNull() ? empty() : tree);
        } catch (JacksonException e) {
            String where =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
            throw new InvalidSettings(document, List.of(where + firstLine(e.getOriginalMessage())));
        }
    }

    static JsonNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }

    void problem(String path, String message) {
        problems.add(onOneLine(path.isEmpty() ? message : path + ": " + message));
    }

    /** Keys and values of a document may hold line ends and other controls; a problem shows them as escapes. */
    private static String onOneLine(String text) {
        return text.codePoints()
                .mapToObj(point -> Character.isISOControl(point)
                        ? "\\u" + HexFormat.of().toHexDigits((char) point)
                        : Character.toString(point))
                .collect(Collectors.joining());
    }

    /** A value as a message shows it: short, and on one line. */
    static String shown(JsonNode value) {
        String text = value.isString() ? value.stringValue() : value.toString();
        String line = text.lines().findFirst().orElse("");
        return line.length() > 80 ? line.substring(0, 77) + "..." : line.isEmpty() ? "\"\"" : line;
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("cannot be parsed");
    }

    private void refuseDepth(JsonNode node, String path, int depth) {
        if (depth > DEEPEST) {
            throw new InvalidSettings(document, List.of(path + ": nested deeper than " + DEEPEST + " levels"));
        }
        for (var field : node.properties()) {
            refuseDepth(field.getValue(), Section.join(path, field.getKey()), depth + 1);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                refuseDepth(node.get(i), path + "[" + i + "]", depth + 1);
            }
        }
    }
}
