package dev.phigate.policies;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A program of a test, written as a mapping of names to resources: {@code key: {"aws:kms/key:Key": {enableKeyRotation: true}}}.
 * {@code ${key.arn}} in a text is the output of another resource, unknown in a preview, {@code ${key.arn!}} one that is known already;
 * {@code <unknown>} is unknown always, and {@code <secret>...} is a secret. {@code $protect}, {@code $retainOnDelete}, {@code $parent}, {@code $read} and {@code $provider} are
 * options.
 */
public final class Program {
    private static final Pattern OUTPUT = Pattern.compile("\\$\\{([\\w-]+)(?:\\.(\\w+))?(!)?}");

    private final boolean preview;
    private final boolean java;
    private final JsonNode program;
    private final Map<String, String> urns = new LinkedHashMap<>();

    private Program(boolean preview, boolean java, JsonNode program) {
        this.preview = preview;
        this.java = java;
        this.program = program;
    }

    /** The stack as the engine knows it before anything exists. */
    public static Stack previewed(JsonNode resources) {
        return new Program(true, false, resources).stack(resources);
    }

    /** The same of a program in Java, whose SDK forgets where unknown outputs come from, ids apart. */
    public static Stack previewedByJava(JsonNode resources) {
        return new Program(true, true, resources).stack(resources);
    }

    /** The stack as it is once everything exists. */
    public static Stack deployed(JsonNode resources) {
        return new Program(false, false, resources).stack(resources);
    }

    private Stack stack(JsonNode resources) {
        resources.properties().forEach(entry -> urns.put(entry.getKey(), urn(entry.getKey(), type(entry.getValue()))));
        List<Resource> all = new ArrayList<>();
        all.add(Resource.of(Stack.TYPE, "stack", Value.NO_FIELDS));
        resources.properties().forEach(entry -> all.add(resource(entry.getKey(), entry.getValue())));
        return new Stack(all);
    }

    private static String urn(String name, String type) {
        return "urn:pulumi:stack::project::" + type + "::" + name;
    }

    private static String type(JsonNode node) {
        return node.isString()
                ? node.stringValue()
                : node.propertyNames().iterator().next();
    }

    private Resource resource(String name, JsonNode node) {
        String type = type(node);
        Map<String, Value> inputs = new LinkedHashMap<>();
        Map<String, JsonNode> options = new HashMap<>();
        Map<String, Set<String>> sources = new HashMap<>();
        if (node.isObject()) {
            node.get(type).properties().forEach(property -> {
                if (property.getKey().startsWith("$")) {
                    options.put(property.getKey(), property.getValue());
                } else {
                    Set<String> from = new LinkedHashSet<>();
                    inputs.put(property.getKey(), value(property.getValue(), from));
                    sources.put(property.getKey(), from);
                }
            });
        }
        Map<String, Value> outputs = new LinkedHashMap<>(inputs);
        for (String output : List.of("id", "arn", "name")) {
            outputs.putIfAbsent(output, isUnknown(name, output) ? Value.UNKNOWN : new Value.Text(known(name, output)));
        }
        return new Resource(
                urns.getOrDefault(name, ""),
                type,
                new Value.Fields(inputs),
                new Value.Fields(outputs),
                new Resource.Links(
                        options.containsKey("$parent")
                                ? urns.getOrDefault(options.get("$parent").stringValue(), "")
                                : "",
                        Set.of(),
                        sources),
                new Resource.Options(
                        options.containsKey("$protect"),
                        Optional.ofNullable(options.get("$retainOnDelete")).map(JsonNode::booleanValue)),
                Optional.ofNullable(options.get("$provider"))
                        .map(settings -> new Resource.Provider(
                                "urn:provider",
                                "pulumi:providers:" + type.substring(0, type.indexOf(':')),
                                (Value.Fields) value(settings, new LinkedHashSet<>()))),
                !options.containsKey("$read"));
    }

    /** In a preview, unless the program says somewhere that it is known already. */
    private boolean isUnknown(String name, String output) {
        return preview && !program.toString().contains("${" + name + "." + output + "!}");
    }

    private Value value(JsonNode node, Set<String> sources) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Value> fields = new LinkedHashMap<>();
                node.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue(), sources)));
                yield new Value.Fields(fields);
            }
            case ARRAY -> {
                List<Value> items = new ArrayList<>();
                node.forEach(item -> items.add(value(item, sources)));
                yield new Value.Items(items);
            }
            case STRING -> text(node.stringValue(), sources);
            case NUMBER -> new Value.Numeric(node.doubleValue());
            case BOOLEAN -> new Value.Flag(node.booleanValue());
            default -> Value.ABSENT;
        };
    }

    private Value text(String text, Set<String> sources) {
        if (text.equals("<unknown>")) {
            return Value.UNKNOWN;
        }
        if (text.startsWith("<secret>")) {
            return new Value.Secret(text(text.substring("<secret>".length()), sources));
        }
        Matcher matcher = OUTPUT.matcher(text);
        StringBuilder known = new StringBuilder();
        boolean refers = false;
        while (matcher.find()) {
            String name = matcher.group(1);
            if (!urns.containsKey(name)) {
                throw new IllegalArgumentException("no resource " + name + " in this program");
            }
            String output = matcher.group(2) == null ? "id" : matcher.group(2);
            boolean isKnown = matcher.group(3) != null;
            refers |= !isKnown;
            if (!java || isKnown || output.equals("id")) {
                sources.add(urns.getOrDefault(name, ""));
            }
            matcher.appendReplacement(known, Matcher.quoteReplacement(known(name, output)));
        }
        matcher.appendTail(known);
        return refers && preview ? Value.UNKNOWN : new Value.Text(known.toString());
    }

    /** What AWS would call a resource: as the program says, or after the resource's name. */
    private String known(String name, String output) {
        boolean bucket = urns.getOrDefault(name, "").contains(":aws:s3/bucket");
        if (bucket && output.equals("arn")) {
            return "arn:aws:s3:::" + known(name, "id");
        }
        String said = said(name, bucket && output.equals("id") ? "bucket" : output);
        if (!said.isEmpty()) {
            return said;
        }
        return "arn".equals(output) ? "arn:aws:service:us-east-1:123456789012:" + name : name + "-" + output;
    }

    private String said(String name, String input) {
        JsonNode node = program.path(name);
        JsonNode inputs = node.isObject() ? node.path(type(node)) : node;
        String text = inputs.path(input).asString("");
        return text.contains("${") || text.startsWith("<") ? "" : text;
    }
}
