package dev.phigate.stacks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The stack file that is shipped, altered by a test, and handed on as the engine does it. */
final class StackFile {
    static final Path ROOT = Path.of(System.getProperty("phigate.root"));

    private final String stack;
    private final ObjectNode config;

    private StackFile(String stack, ObjectNode config) {
        this.stack = stack;
        this.config = config;
    }

    static StackFile local() throws IOException {
        return shipped("local");
    }

    /** The stack file of that name in stacks/. */
    static StackFile shipped(String stack) throws IOException {
        return new StackFile(stack, (ObjectNode) new YAMLMapper()
                .readTree(Files.readString(ROOT.resolve("stacks/Pulumi." + stack + ".yaml")))
                .get("config"));
    }

    static StackFile of(String yaml) {
        return new StackFile(
                "local", (ObjectNode) new YAMLMapper().readTree(yaml).get("config"));
    }

    /**
     * Sets one value.
     *
     * @param pointer a JSON pointer (RFC 6901) into {@code config}, whose parent exists
     * @param yaml the value
     */
    StackFile with(String pointer, String yaml) {
        JsonNode value = new YAMLMapper().readTree(yaml);
        int slash = pointer.lastIndexOf('/');
        JsonNode parent = config.at(pointer.substring(0, slash));
        String key = pointer.substring(slash + 1);
        switch (parent) {
            case ObjectNode object -> object.set(key, value);
            case ArrayNode array -> array.set(Integer.parseInt(key), value);
            default -> throw new IllegalArgumentException(pointer + ": no such place in the stack file");
        }
        return this;
    }

    StackFile without(String pointer) {
        int slash = pointer.lastIndexOf('/');
        ((ObjectNode) config.at(pointer.substring(0, slash))).remove(pointer.substring(slash + 1));
        return this;
    }

    /** As in the environment variable {@code PULUMI_CONFIG}: texts, and JSON inside the text for lists and mappings. */
    String handedOn() {
        ObjectNode handed = JsonMapper.shared().createObjectNode();
        config.properties()
                .forEach(entry -> handed.put(
                        entry.getKey(),
                        entry.getValue().isValueNode()
                                ? entry.getValue().asString()
                                : entry.getValue().toString()));
        return handed.toString();
    }

    /** As a file. */
    String yaml() {
        return "config: " + config;
    }

    Intent intent() {
        return Intent.read(stack, handedOn());
    }
}
