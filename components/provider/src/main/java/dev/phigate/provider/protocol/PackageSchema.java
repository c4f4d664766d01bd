package dev.phigate.provider.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The package's schema, by which other languages know the resources. The defaults of inputs stand there and nowhere else. */
public final class PackageSchema {
    private static final String RESOURCE = "/dev/phigate/provider/schema.json";

    private final JsonNode schema;

    private PackageSchema(JsonNode schema) {
        this.schema = schema;
    }

    /** The schema in the plugin's jar. */
    public static PackageSchema load() throws IOException {
        try (InputStream json =
                Objects.requireNonNull(PackageSchema.class.getResourceAsStream(RESOURCE), "no " + RESOURCE)) {
            return new PackageSchema(JsonMapper.shared().readTree(json));
        }
    }

    /** The document as the engine wants it. */
    public String text() {
        return schema.toString();
    }

    /** The inputs of a type that have a default, with it. */
    public ObjectNode defaults(String type) {
        ObjectNode defaults = JsonNodeFactory.instance.objectNode();
        schema.path("resources").path(type).path("inputProperties").properties().forEach(property -> {
            if (property.getValue().has("default")) {
                defaults.set(property.getKey(), property.getValue().get("default"));
            }
        });
        return defaults;
    }
}
