package dev.phigate.provider.protocol;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The properties of a resource as a tree of plain values. Which of them are not known yet or are secret is kept beside it, by path.
 * An unknown value stands in the tree as {@link #UNKNOWN}.
 *
 * @param values the tree
 * @param unknown paths of values that are known only after other resources exist
 * @param secret paths of values that are encrypted in the state and never shown
 */
public record Properties(ObjectNode values, Set<String> unknown, Set<String> secret) {
    /** What the engine sends for a value that is not known during a preview. */
    public static final String UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

    private static final String SIGNATURE = "4dabf18193072939515e22adb298388d";
    private static final String SECRET = "1b47061264138c4ac30d75fd1eb44270";
    private static final String OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
    private static final double EXACT = 1L << 53;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Properties of which all are known and none is secret. */
    public static Properties plain(ObjectNode values) {
        return new Properties(values, Set.of(), Set.of());
    }

    /** Reads what the engine sent. */
    public static Properties decode(Struct struct) {
        Set<String> unknown = new LinkedHashSet<>();
        Set<String> secret = new LinkedHashSet<>();
        ObjectNode values = NODES.objectNode();
        struct.getFieldsMap()
                .forEach((key, value) -> values.set(key, decode(value, PropertyPath.key("", key), unknown, secret)));
        return new Properties(values, unknown, secret);
    }

    /** Writes the tree for the engine; what stands at a secret path is marked as secret. */
    public Struct encode() {
        Struct.Builder struct = Struct.newBuilder();
        values.properties()
                .forEach(field -> struct.putFields(
                        field.getKey(), encode(field.getValue(), PropertyPath.key("", field.getKey()))));
        return struct.build();
    }

    /** Whether nothing in the tree is unknown. */
    public boolean known() {
        return unknown.isEmpty();
    }

    /** Whether what stands at a path, all of it, is known. */
    public boolean knows(String path) {
        return !PropertyPath.touchesAny(path, unknown);
    }

    /** The same tree, with a value for each key that it lacks. */
    public Properties withDefaults(ObjectNode defaults) {
        ObjectNode filled = values.deepCopy();
        defaults.properties().forEach(field -> {
            if (!filled.has(field.getKey()) || filled.get(field.getKey()).isNull()) {
                filled.set(field.getKey(), field.getValue().deepCopy());
            }
        });
        return new Properties(filled, unknown, secret);
    }

    /** Another tree whose values are secret where this one's are. */
    public Properties withValues(ObjectNode others) {
        return new Properties(others, Set.of(), secret);
    }

    /**
     * The problems that are certain: those about values that are not known yet are left out. What is secret is not shown.
     *
     * @param problems what was found in the tree, unknown values read as if they were texts
     */
    public List<Problem> certain(List<Problem> problems) {
        return problems.stream()
                .filter(problem -> !PropertyPath.touchesAny(problem.path(), unknown))
                .map(problem -> PropertyPath.touchesAny(problem.path(), secret)
                        ? new Problem(problem.path(), "(secret) " + expectation(problem.reason()))
                        : problem)
                .toList();
    }

    private static String expectation(String reason) {
        return reason.substring(Math.max(0, reason.lastIndexOf(" (expected:") + 1));
    }

    private static JsonNode decode(Value value, String path, Set<String> unknown, Set<String> secret) {
        return switch (value.getKindCase()) {
            case NULL_VALUE, KIND_NOT_SET -> NODES.nullNode();
            case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
            case NUMBER_VALUE -> number(value.getNumberValue());
            case STRING_VALUE -> {
                if (value.getStringValue().equals(UNKNOWN)) {
                    unknown.add(path);
                }
                yield NODES.stringNode(value.getStringValue());
            }
            case LIST_VALUE -> {
                ArrayNode list = NODES.arrayNode();
                for (int i = 0; i < value.getListValue().getValuesCount(); i++) {
                    list.add(decode(value.getListValue().getValues(i), PropertyPath.item(path, i), unknown, secret));
                }
                yield list;
            }
            case STRUCT_VALUE -> decodeObject(value.getStructValue(), path, unknown, secret);
        };
    }

    private static JsonNode decodeObject(Struct struct, String path, Set<String> unknown, Set<String> secret) {
        Map<String, Value> fields = struct.getFieldsMap();
        String signature =
                fields.getOrDefault(SIGNATURE, Value.getDefaultInstance()).getStringValue();
        if (signature.equals(SECRET) || signature.equals(OUTPUT)) {
            if (signature.equals(SECRET)
                    || fields.getOrDefault("secret", Value.getDefaultInstance()).getBoolValue()) {
                secret.add(path);
            }
            Value inner = fields.get("value");
            return decode(
                    inner == null ? Value.newBuilder().setStringValue(UNKNOWN).build() : inner, path, unknown, secret);
        }
        ObjectNode object = NODES.objectNode();
        fields.forEach((key, field) -> object.set(key, decode(field, PropertyPath.key(path, key), unknown, secret)));
        return object;
    }

    /** The wire knows only doubles; a whole one is a whole number to whoever reads the tree. */
    private static JsonNode number(double value) {
        if (value != Math.rint(value) || Math.abs(value) > EXACT) {
            return NODES.numberNode(value);
        }
        return Math.abs(value) <= Integer.MAX_VALUE ? NODES.numberNode((int) value) : NODES.numberNode((long) value);
    }

    private Value encode(JsonNode node, String path) {
        Value plain = encodePlain(node, path);
        if (!secret.contains(path)) {
            return plain;
        }
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder()
                        .putFields(
                                SIGNATURE,
                                Value.newBuilder().setStringValue(SECRET).build())
                        .putFields("value", plain))
                .build();
    }

    private Value encodePlain(JsonNode node, String path) {
        Value.Builder value = Value.newBuilder();
        if (node.isObject()) {
            Struct.Builder struct = Struct.newBuilder();
            node.properties()
                    .forEach(field -> struct.putFields(
                            field.getKey(), encode(field.getValue(), PropertyPath.key(path, field.getKey()))));
            value.setStructValue(struct);
        } else if (node.isArray()) {
            ListValue.Builder list = ListValue.newBuilder();
            for (int i = 0; i < node.size(); i++) {
                list.addValues(encode(node.get(i), PropertyPath.item(path, i)));
            }
            value.setListValue(list);
        } else if (node.isString()) {
            value.setStringValue(node.stringValue());
        } else if (node.isNumber()) {
            value.setNumberValue(node.doubleValue());
        } else if (node.isBoolean()) {
            value.setBoolValue(node.booleanValue());
        } else {
            value.setNullValue(NullValue.NULL_VALUE);
        }
        return value.build();
    }
}
