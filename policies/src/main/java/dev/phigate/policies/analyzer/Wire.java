package dev.phigate.policies.analyzer;

import com.google.protobuf.Struct;
import dev.phigate.policies.Encoding;
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

/** What the engine sends, as resources and values. The {@link Encoding} of values is the engine's. */
final class Wire {
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
        if (depth > Encoding.DEEPEST) {
            return Encoding.tooDeep();
        }
        return switch (value.getKindCase()) {
            case NULL_VALUE, KIND_NOT_SET -> Value.ABSENT;
            case BOOL_VALUE -> new Value.Flag(value.getBoolValue());
            case NUMBER_VALUE -> new Value.Numeric(value.getNumberValue());
            case STRING_VALUE -> Encoding.text(value.getStringValue());
            case LIST_VALUE -> {
                List<Value> items = new ArrayList<>(value.getListValue().getValuesCount());
                value.getListValue().getValuesList().forEach(item -> items.add(value(item, depth + 1)));
                yield new Value.Items(items);
            }
            case STRUCT_VALUE ->
                Encoding.object(fields(value.getStructValue(), depth).fields());
        };
    }
}
