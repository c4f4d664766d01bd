package dev.phigate.rehearsal.twin;

import dev.phigate.provider.protocol.Problem;
import dev.phigate.provider.protocol.PropertyPath;
import dev.phigate.settings.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a service refuses by looking at the inputs alone: names, values, ranges, documents, blocks of addresses. */
final class Judgement {
    private final Tables tables;
    private final Surroundings surroundings;
    private final List<Problem> problems = new ArrayList<>();

    Judgement(Tables tables, Surroundings surroundings) {
        this.tables = tables;
        this.surroundings = surroundings;
    }

    /** The problems of some inputs of a type. */
    List<Problem> of(String token, ObjectNode inputs) {
        JsonNode rules = tables.type(token);
        each(rules.path("forms"), inputs, this::form);
        each(rules.path("allowed"), inputs, this::allowed);
        each(rules.path("ranges"), inputs, this::range);
        Tables.texts(rules.path("json")).forEach(property -> document(property, inputs.path(property)));
        rules.path("needsOneOf").valueStream().forEach(group -> {
            List<String> names = Tables.texts(group);
            if (names.stream().noneMatch(inputs::hasNonNull)) {
                problem(names.getFirst(), "missing (expected: one of " + String.join(", ", names) + ")");
            }
        });
        rules.path("blocks")
                .properties()
                .forEach(rule -> blocks(rule.getKey(), inputs.path(rule.getKey()), rule.getValue()));
        return problems;
    }

    /** A rule about one property, or an item of it, with the value that it has. */
    private record Ruled(String property, JsonNode value, JsonNode rule) {}

    private static void each(JsonNode rules, ObjectNode inputs, Consumer<Ruled> judge) {
        rules.properties().forEach(rule -> find("", inputs, rule.getKey(), rule.getValue(), judge));
    }

    /** A dot in a rule's name leads into an object, or into each object of a list. */
    private static void find(String path, JsonNode from, String name, JsonNode rule, Consumer<Ruled> judge) {
        if (from.isArray()) {
            for (int i = 0; i < from.size(); i++) {
                find(PropertyPath.item(path, i), from.get(i), name, rule, judge);
            }
        } else if (name.isEmpty()) {
            if (from.isValueNode() && !from.isNull() && !from.isMissingNode() && !Inspection.isUnknown(from)) {
                judge.accept(new Ruled(path, from, rule));
            }
        } else {
            int dot = name.indexOf('.');
            String head = dot < 0 ? name : name.substring(0, dot);
            find(
                    path.isEmpty() ? head : PropertyPath.key(path, head),
                    from.path(head),
                    dot < 0 ? "" : name.substring(dot + 1),
                    rule,
                    judge);
        }
    }

    private void form(Ruled ruled) {
        String pattern = ruled.rule().path("pattern").asString("").replace("{region}", surroundings.region());
        if (!ruled.value().asString("").matches(pattern)) {
            refuse(ruled, ruled.rule().path("expected").asString("").replace("{region}", surroundings.region()));
        }
    }

    private void allowed(Ruled ruled) {
        List<String> values = Tables.texts(ruled.rule());
        String written = ruled.value().asString("");
        if (!values.contains(written)) {
            problem(
                    ruled.property(),
                    Inspection.shown(ruled.value()) + " (expected: " + String.join(", ", values) + ")"
                            + (ruled.value().isNumber() ? "" : Nearest.hint(written, values)));
        }
    }

    private void range(Ruled ruled) {
        double least = ruled.rule().get(0).asDouble();
        double most = ruled.rule().get(1).asDouble();
        double value = ruled.value().asDouble(Double.NaN);
        if (value < least || value > most) {
            refuse(ruled, ruled.rule().get(0) + " to " + ruled.rule().get(1));
        }
    }

    /** A policy or pattern handed over as a text: JSON, and for a policy with statements that say who may do what. */
    private void document(String property, JsonNode value) {
        if (!value.isString() || Inspection.isUnknown(value)) {
            return;
        }
        try {
            JsonNode document = JsonMapper.shared().readTree(value.stringValue());
            if (!document.isObject()) {
                problem(property, Inspection.shown(value) + " (expected: a JSON object)");
            } else if (!property.equals("eventPattern")) {
                statements(property, document.path("Statement"));
            }
        } catch (JacksonException e) {
            problem(property, "not JSON: " + e.getOriginalMessage() + " (expected: a JSON object)");
        }
    }

    private void statements(String property, JsonNode statement) {
        List<JsonNode> all = statement.isArray() ? statement.valueStream().toList() : List.of(statement);
        for (JsonNode each : all) {
            String effect = each.path("Effect").asString("");
            if (!effect.matches("Allow|Deny")) {
                problem(property, "a statement's Effect is \"" + effect + "\" (expected: Allow or Deny)");
            } else if (!each.has("Action") && !each.has("NotAction")) {
                problem(property, "a statement has no Action (expected: Action or NotAction)");
            }
        }
    }

    private void blocks(String property, JsonNode value, JsonNode rule) {
        int least = rule.path("prefix").get(0).asInt();
        int most = rule.path("prefix").get(1).asInt();
        eachText(property, value, (path, text) -> {
            var block = Cidr.parse(text);
            if (block.isEmpty()) {
                String meant = Cidr.around(text)
                        .map(around -> "; did you mean \"" + around + "\"?")
                        .orElse("");
                problem(
                        path,
                        "\"" + text + "\" (expected: a block like 10.0.0.0/16, with no bits behind its prefix)"
                                + meant);
            } else if (block.orElseThrow().prefix() < least
                    || block.orElseThrow().prefix() > most) {
                problem(path, "\"" + text + "\" (expected: a prefix of /" + least + " to /" + most + ")");
            }
        });
    }

    /** Hands over each text in a value that is known, with its path. */
    static void eachText(String path, JsonNode value, BiConsumer<String, String> use) {
        if (value.isString()
                && !Inspection.isUnknown(value)
                && !value.stringValue().isEmpty()) {
            use.accept(path, value.stringValue());
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                eachText(PropertyPath.item(path, i), value.get(i), use);
            }
        }
    }

    /** A property that a rule names, with its known text. */
    static Map<String, String> texts(ObjectNode inputs, List<String> properties) {
        return properties.stream()
                .filter(each ->
                        inputs.path(each).isValueNode() && !inputs.path(each).isNull())
                .filter(each -> !Inspection.isUnknown(inputs.path(each)))
                .collect(
                        Collectors.toMap(each -> each, each -> inputs.path(each).asString("")));
    }

    private void refuse(Ruled ruled, String expected) {
        problem(ruled.property(), Inspection.shown(ruled.value()) + " (expected: " + expected + ")");
    }

    private void problem(String path, String reason) {
        problems.add(new Problem(path, reason));
    }
}
