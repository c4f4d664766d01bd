package dev.phigate.policies.analyzer;

import com.google.protobuf.Struct;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import pulumirpc.AnalyzerOuterClass.AnalyzeRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzerProviderResource;
import pulumirpc.AnalyzerOuterClass.AnalyzerResource;
import pulumirpc.AnalyzerOuterClass.AnalyzerResourceOptions;

/** What the engine sends, as resources and values. Signatures and sentinels are those of the engine's property encoding. */
final class Wire {
    /** The key of an object that stands for something else. */
    static final String SIGNATURE = "4dabf18193072939515e22adb298388d";

    static final String SECRET = "1b47061264138c4ac30d75fd1eb44270";
    static final String OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
    static final String RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
    static final String ASSET = "c44067f5952c0a294b673a41bacd8c17";
    static final String ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

    /** Texts that stand for unknown values: of a text, flag, number, list, asset, archive and object. */
    static final Set<String> UNKNOWN = Set.of(
            "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
            "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
            "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
            "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
            "030794c1-ac77-496b-92df-f27374a8bd58",
            "e48ece36-62e2-4504-bad9-02848725956a",
            "dd056dcd-154b-4c76-9bd3-c8f88648b5ff");

    private static final int DEEPEST = 100;

    private Wire() {}

    /** A resource that is about to be created, updated or left as it is. The engine does not tell its ties to others yet. */
    static Resource resource(AnalyzeRequest request) {
        return new Resource(
                request.getUrn(),
                request.getType(),
                fields(request.getProperties()),
                Value.NO_FIELDS,
                new Resource.Links(request.getOptions().getParent(), Set.of(), Map.of()),
                options(request.getOptions()),
                request.hasProvider() ? Optional.of(provider(request.getProvider())) : Optional.empty(),
                true);
    }

    /** A resource of the finished stack. Its properties are outputs. */
    static Resource resource(AnalyzerResource resource) {
        Map<String, Set<String>> properties = new HashMap<>();
        resource.getPropertyDependenciesMap()
                .forEach((property, urns) -> properties.put(property, Set.copyOf(new HashSet<>(urns.getUrnsList()))));
        Value.Fields outputs = fields(resource.getProperties());
        return new Resource(
                resource.getUrn(),
                resource.getType(),
                outputs,
                outputs,
                new Resource.Links(
                        resource.getParent(), new HashSet<>(resource.getDependenciesList()), Map.copyOf(properties)),
                options(resource.getOptions()),
                resource.hasProvider() ? Optional.of(provider(resource.getProvider())) : Optional.empty(),
                true);
    }

    /** A mapping of the protocol. */
    static Value.Fields fields(Struct struct) {
        return fields(struct, 0);
    }

    private static Resource.Options options(AnalyzerResourceOptions options) {
        return new Resource.Options(options.getProtect(), Optional.empty());
    }

    private static Resource.Provider provider(AnalyzerProviderResource provider) {
        return new Resource.Provider(provider.getUrn(), provider.getType(), fields(provider.getProperties()));
    }

    private static Value.Fields fields(Struct struct, int depth) {
        Map<String, Value> fields = HashMap.newHashMap(struct.getFieldsCount());
        struct.getFieldsMap().forEach((key, value) -> fields.put(key, value(value, depth + 1)));
        return new Value.Fields(fields);
    }

    private static Value value(com.google.protobuf.Value value, int depth) {
        if (depth > DEEPEST) {
            return new Value.Opaque("something nested deeper than " + DEEPEST + " levels");
        }
        return switch (value.getKindCase()) {
            case NULL_VALUE, KIND_NOT_SET -> Value.ABSENT;
            case BOOL_VALUE -> new Value.Flag(value.getBoolValue());
            case NUMBER_VALUE -> new Value.Numeric(value.getNumberValue());
            case STRING_VALUE -> text(value.getStringValue());
            case LIST_VALUE -> {
                List<Value> items = new ArrayList<>(value.getListValue().getValuesCount());
                value.getListValue().getValuesList().forEach(item -> items.add(value(item, depth + 1)));
                yield new Value.Items(items);
            }
            case STRUCT_VALUE -> object(value.getStructValue(), depth);
        };
    }

    private static Value text(String text) {
        return UNKNOWN.contains(text) ? Value.UNKNOWN : new Value.Text(text);
    }

    private static Value object(Struct struct, int depth) {
        com.google.protobuf.Value signature = struct.getFieldsMap().get(SIGNATURE);
        if (signature == null) {
            return fields(struct, depth);
        }
        Value.Fields fields = fields(struct, depth);
        return switch (signature.getStringValue()) {
            case SECRET -> new Value.Secret(fields.get("value"));
            case OUTPUT -> {
                Value held = fields.fields().containsKey("value") ? fields.get("value") : Value.UNKNOWN;
                yield fields.get("secret") instanceof Value.Flag(boolean secret) && secret
                        ? new Value.Secret(held)
                        : held;
            }
            case RESOURCE -> fields.get("id") instanceof Value.Absent ? fields.get("urn") : fields.get("id");
            case ASSET -> new Value.Opaque("an asset");
            case ARCHIVE -> new Value.Opaque("an archive");
            default -> new Value.Opaque("a value of a kind that this version does not know");
        };
    }
}
