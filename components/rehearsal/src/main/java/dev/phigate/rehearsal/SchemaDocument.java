package dev.phigate.rehearsal;

import dev.phigate.rehearsal.sdk.Field;
import dev.phigate.rehearsal.sdk.FunctionType;
import dev.phigate.rehearsal.sdk.ResourceType;
import dev.phigate.rehearsal.sdk.Sdk;
import dev.phigate.rehearsal.sdk.SdkType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The package's schema as the engine's YAML programs and {@code pulumi package get-schema} want it, written from the index. */
final class SchemaDocument {
    private final Sdk sdk;
    private final ObjectNode types = JsonMapper.shared().createObjectNode();
    private final Deque<String> open = new ArrayDeque<>();
    private final Set<String> seen = new HashSet<>();

    SchemaDocument(Sdk sdk) {
        this.sdk = sdk;
    }

    /** The JSON text: some megabytes. */
    String text() {
        ObjectNode schema = JsonMapper.shared().createObjectNode();
        schema.put("name", sdk.name())
                .put("version", sdk.version())
                .put("description", "rehearsal twin of " + sdk.name() + ": proves the program, not the cloud");
        schema.putObject("config");
        ObjectNode resources = schema.putObject("resources");
        ObjectNode functions = schema.putObject("functions");
        for (String module : sdk.modules()) {
            for (String token : sdk.resources(module)) {
                ResourceType type = sdk.resource(token).orElseThrow();
                if (token.startsWith("pulumi:providers:")) {
                    provider(schema.putObject("provider"), type);
                } else {
                    provider(resources.putObject(token), type);
                }
            }
            for (String token : sdk.functions(module)) {
                FunctionType function = sdk.function(token).orElseThrow();
                ObjectNode written = functions.putObject(token);
                object(written.putObject("inputs"), function.inputs(), "properties", "required");
                object(written.putObject("outputs"), function.outputs(), "properties", "required");
            }
        }
        while (!open.isEmpty()) {
            String path = open.removeFirst();
            type(types.putObject(token(path)), path);
        }
        schema.set("types", types);
        return schema.toString();
    }

    private void provider(ObjectNode written, ResourceType type) {
        object(written, type.inputs(), "inputProperties", "requiredInputs");
        object(written, type.outputs(), "properties", "required");
    }

    private void type(ObjectNode written, String path) {
        if (new SdkType.Named(path).isEnumeration()) {
            written.put("type", "string");
            ArrayNode values = written.putArray("enum");
            sdk.values(path).forEach(value -> values.addObject().put("value", value));
        } else {
            written.put("type", "object");
            object(written, sdk.fields(path), "properties", "required");
        }
    }

    private void object(ObjectNode written, Map<String, Field> fields, String properties, String required) {
        ObjectNode all = written.putObject(properties);
        fields.values().forEach(field -> all.set(field.name(), typed(field.type())));
        List<String> always = fields.values().stream()
                .filter(Field::required)
                .map(Field::name)
                .toList();
        always.forEach(written.withArray("/" + required)::add);
    }

    private ObjectNode typed(SdkType type) {
        ObjectNode written = JsonMapper.shared().createObjectNode();
        switch (type) {
            case SdkType.Plain plain -> {
                switch (plain) {
                    case TEXT -> written.put("type", "string");
                    case WHOLE -> written.put("type", "integer");
                    case NUMBER -> written.put("type", "number");
                    case FLAG -> written.put("type", "boolean");
                    case ANY -> written.put("$ref", "pulumi.json#/Any");
                    case ASSET -> written.put("$ref", "pulumi.json#/Asset");
                }
            }
            case SdkType.ListOf list -> written.put("type", "array").set("items", typed(list.item()));
            case SdkType.MapOf map -> written.put("type", "object").set("additionalProperties", typed(map.value()));
            case SdkType.Either either ->
                written.putArray("oneOf").add(typed(either.one())).add(typed(either.other()));
            case SdkType.Named named -> {
                if (seen.add(named.path())) {
                    open.add(named.path());
                }
                written.put("$ref", "#/types/" + token(named.path()).replace("/", "%2F"));
            }
        }
        return written;
    }

    private String token(String path) {
        int slash = path.lastIndexOf('/');
        return sdk.name() + ":" + path.substring(0, Math.max(0, slash)) + ":" + path.substring(slash + 1);
    }
}
