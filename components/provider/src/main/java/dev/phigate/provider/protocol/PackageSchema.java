package dev.phigate.provider.protocol;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The package's schema, by which other languages know the resources. The defaults of inputs stand there and nowhere else. */
public final class PackageSchema {
    private static final String RESOURCE = "/dev/phigate/provider/schema.json";

    private final String text;

    /** Parsed when it is first asked for: the engine waits for the port, and the parser is a third of the way there. */
    private final Supplier<JsonNode> tree;

    private PackageSchema(String text) {
        this.text = text;
        this.tree = Suppliers.memoize(() -> JsonMapper.shared().readTree(text));
    }

    /** The schema in the plugin's jar. */
    public static PackageSchema load() throws IOException {
        try (InputStream json =
                Objects.requireNonNull(PackageSchema.class.getResourceAsStream(RESOURCE), "no " + RESOURCE)) {
            return new PackageSchema(new String(json.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** The document as the engine wants it. */
    public String text() {
        return text;
    }

    /** The inputs of a type that have a default, with it. */
    public ObjectNode defaults(String type) {
        ObjectNode defaults = JsonNodeFactory.instance.objectNode();
        tree.get()
                .path("resources")
                .path(type)
                .path("inputProperties")
                .properties()
                .forEach(property -> {
                    if (property.getValue().has("default")) {
                        defaults.set(property.getKey(), property.getValue().get("default"));
                    }
                });
        return defaults;
    }
}
