package dev.phigate.policies;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** JSON inside a property, such as a policy document, as values. Duplicate keys and trailing text are errors: readers differ on them. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(100).build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() {}

    /** The value of a text; empty when it is no JSON. */
    public static Optional<Value> parse(String text) {
        try {
            JsonNode tree = MAPPER.readTree(text);
            return tree.isMissingNode() ? Optional.empty() : Optional.of(value(tree));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** Some programs put an output that is not known yet into the middle of a document; what is built around it is not known either. */
    private static Value text(String text) {
        return Encoding.holdsUnknown(text) ? Value.UNKNOWN : Encoding.text(text);
    }

    /** A parsed tree as a value. */
    public static Value value(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, Value> fields = new LinkedHashMap<>();
                node.properties().forEach(field -> fields.put(field.getKey(), value(field.getValue())));
                yield new Value.Fields(fields);
            }
            case ARRAY -> {
                List<Value> items = new ArrayList<>();
                node.forEach(item -> items.add(value(item)));
                yield new Value.Items(items);
            }
            case STRING -> text(node.stringValue());
            case NUMBER -> new Value.Numeric(node.doubleValue());
            case BOOLEAN -> new Value.Flag(node.booleanValue());
            case NULL, MISSING, BINARY, POJO -> Value.ABSENT;
        };
    }
}
