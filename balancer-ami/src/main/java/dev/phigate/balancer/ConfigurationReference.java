package dev.phigate.balancer;

import dev.phigate.settings.Settings;
import dev.phigate.settings.Shape;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import tools.jackson.databind.json.JsonMapper;

/**
 * The configuration described by the code that reads it, as a JSON Schema and as a page. What a key means stands in
 * {@code configuration.properties}, by its path.
 */
final class ConfigurationReference {
    private static final String DURATION = "^[0-9]{1,9}(ms|s|m|h|d)$";
    private static final String BYTES = "^[0-9]{1,9}(B|KiB|MiB|GiB)$";
    private static final String NO_LIMIT = Integer.toString(Integer.MAX_VALUE);

    private final Shape root =
            Settings.describe(section -> BalancerConfig.read(Path.of("/"), "", Instant.EPOCH, section));
    private final Properties meanings = new Properties();

    ConfigurationReference() {
        try (Reader in = new InputStreamReader(
                Objects.requireNonNull(
                        ConfigurationReference.class.getResourceAsStream("configuration.properties"), "in the jar"),
                StandardCharsets.UTF_8)) {
            meanings.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The paths of all keys: {@code listeners.tls.certificate}. */
    List<String> paths() {
        List<String> paths = new ArrayList<>();
        collect(root, "", paths);
        return paths;
    }

    /** The paths whose meaning is said. */
    List<String> explained() {
        return meanings.stringPropertyNames().stream().sorted().toList();
    }

    private static void collect(Shape shape, String at, List<String> into) {
        for (Shape.Key key : shape.keys()) {
            into.add(at + key.name());
            key.inner().ifPresent(inner -> collect(inner, at + key.name() + ".", into));
        }
    }

    /** The JSON Schema (2020-12) that every valid document meets. What only a whole document shows is not in it. */
    String schema() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "phigate balancer");
        schema.putAll(object(root, ""));
        return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    }

    private Map<String, Object> object(Shape shape, String at) {
        Map<String, Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        Object others = false;
        for (Shape.Key key : shape.keys()) {
            if (key.name().equals(Shape.ANY)) {
                others = value(key, at);
                continue;
            }
            properties.put(key.name(), value(key, at));
            if (key.required()) {
                required.add(key.name());
            }
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("type", "object");
        object.put("properties", properties);
        if (!required.isEmpty()) {
            object.put("required", required);
        }
        object.put("additionalProperties", others);
        return object;
    }

    private Map<String, Object> value(Shape.Key key, String at) {
        String path = at + key.name();
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("description", meaning(path));
        switch (key.kind()) {
            case TEXT -> value.put("type", "string");
            case INTEGER -> {
                value.put("type", "integer");
                key.least().ifPresent(least -> value.put("minimum", least));
                key.most().ifPresent(most -> value.put("maximum", most));
            }
            case FLAG -> value.put("type", "boolean");
            case DURATION -> {
                value.put("type", "string");
                value.put("pattern", DURATION);
            }
            case BYTES -> {
                value.put("type", List.of("integer", "string"));
                value.put("pattern", BYTES);
                value.put("minimum", 0);
            }
            case CHOICE -> value.put("enum", key.choices());
            case TEXTS -> {
                value.put("type", "array");
                value.put("items", Map.of("type", "string"));
            }
            case TEXT_MAP -> {
                value.put("type", "object");
                value.put("additionalProperties", Map.of("type", "string"));
            }
            case SECTION -> value.putAll(object(key.inner().orElseThrow(), path + "."));
            case SECTIONS -> {
                value.put("type", "array");
                value.put("items", object(key.inner().orElseThrow(), path + "."));
                if (key.required()) {
                    value.put("minItems", 1);
                }
            }
            case ANYTHING -> {
                // Judged by somebody else.
            }
        }
        return value;
    }

    private String meaning(String path) {
        return meanings.getProperty(path, "");
    }

    /** The page: a table for each section. */
    String page() {
        StringBuilder page = new StringBuilder("""
            # The balancer's configuration

            Made by `scripts/phigate balancer schema --page` from the code that reads it. Unknown keys, wrong values and impossible combinations are
            refused, all at once, each with its path. `scripts/phigate balancer check FILE` judges a document, `scripts/phigate balancer schema` prints
            its JSON Schema for editors. Durations are written `250ms`, `30s`, `5m`, `12h` or `2192d`, sizes `512B`, `16KiB`, `10MiB` or `1GiB`.
            **Required** keys are bold.
            """);
        table(page, root, "", "The document");
        return page.toString();
    }

    private void table(StringBuilder page, Shape shape, String at, String title) {
        page.append("\n## ").append(title).append("\n| key | meaning | value | default |\n|---|---|---|---|\n");
        for (Shape.Key key : shape.keys()) {
            String name = key.name().equals(Shape.ANY) ? "any name" : "`" + key.name() + "`";
            page.append("| ")
                    .append(key.required() ? "**" + name + "**" : name)
                    .append(" | ")
                    .append(meaning(at + key.name()))
                    .append(" | ")
                    .append(kind(key))
                    .append(" | ")
                    .append(byDefault(key, meaning(at + key.name())))
                    .append(" |\n");
        }
        for (Shape.Key key : shape.keys()) {
            String suffix = key.kind() == Shape.Kind.SECTIONS ? "[]" : "";
            key.inner()
                    .ifPresent(inner -> table(
                            page,
                            inner,
                            at + key.name() + ".",
                            "`" + at.replaceAll("(listeners|upstreams|routes|certificates)\\.", "$1[].") + key.name()
                                    + suffix + "`"));
        }
    }

    private static String kind(Shape.Key key) {
        String what = switch (key.kind()) {
            case TEXT, ANYTHING -> "text";
            case INTEGER -> "whole number";
            case FLAG -> "true or false";
            case DURATION -> "duration";
            case BYTES -> "size";
            case CHOICE -> String.join(", ", key.choices());
            case TEXTS -> "list of texts";
            case TEXT_MAP -> "names and texts";
            case SECTION -> "section below";
            case SECTIONS -> "list of sections below";
        };
        return key.expected().isEmpty()
                ? what
                : what + "; " + String.join("; ", key.expected()).replace("|", "\\|");
    }

    /** A default that depends on other keys is said in words. */
    private static String byDefault(Shape.Key key, String meaning) {
        return key.byDefault()
                .filter(text -> !meaning.contains("when not given"))
                .filter(text -> !text.equals(NO_LIMIT) && !text.equals("[]") && !text.equals("{}"))
                .map(text -> "`" + (key.kind() == Shape.Kind.BYTES ? size(Long.parseLong(text)) : text) + "`")
                .orElse("");
    }

    private static String size(long bytes) {
        return bytes % (1 << 20) == 0 && bytes > 0
                ? (bytes >> 20) + "MiB"
                : bytes % 1024 == 0 ? (bytes >> 10) + "KiB" : bytes + "B";
    }
}
