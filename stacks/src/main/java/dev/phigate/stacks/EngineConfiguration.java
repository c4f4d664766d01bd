package dev.phigate.stacks;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the engine hands a stack file on: a JSON object from {@code namespace:key} to a text, where lists and mappings are JSON
 * inside the text. Read whole, so that keys nobody knows are found; namespaces other than ours belong to other providers.
 */
final class EngineConfiguration {
    /** What our keys start with, in the stack file and in messages. */
    static final String NAMESPACE = "phigate:";

    private static final JsonMapper JSON = JsonMapper.shared();

    private EngineConfiguration() {}

    /** Our part of it as one tree, with keys that have lost their namespace. */
    static JsonNode tree(String configuration) {
        ObjectNode tree = JSON.createObjectNode();
        JSON.readTree(configuration).properties().forEach(entry -> {
            if (entry.getKey().startsWith(NAMESPACE)) {
                tree.set(entry.getKey().substring(NAMESPACE.length()), value(entry.getValue()));
            }
        });
        return tree;
    }

    private static JsonNode value(JsonNode handed) {
        String text = handed.isString() ? handed.stringValue() : "";
        if (!text.startsWith("{") && !text.startsWith("[")) {
            return handed;
        }
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            return handed; // a text that only looks like JSON
        }
    }
}
