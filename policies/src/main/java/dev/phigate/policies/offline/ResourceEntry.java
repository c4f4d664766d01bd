package dev.phigate.policies.offline;

import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One resource as states, previews and event logs write it (apitype.ResourceV3), while it is being read. */
final class ResourceEntry {
    private String urn = "";
    private String type = "";
    private String id = "";
    private String parent = "";
    private String provider = "";
    private boolean external;
    private boolean deleted;
    private boolean protect;
    private boolean retained;
    private boolean withoutOptions;
    private Value.Fields inputs = Value.NO_FIELDS;
    private Value.Fields outputs = Value.NO_FIELDS;
    private Set<String> dependencies = Set.of();
    private Map<String, Set<String>> properties = Map.of();

    /** Reads the object at hand. What rules never look at is skipped, unread. */
    static ResourceEntry read(Json json) {
        ResourceEntry entry = new ResourceEntry();
        json.object("a resource", name -> entry.field(name, json));
        if (entry.urn.isEmpty() || entry.type.isEmpty()) {
            throw json.wrong("a resource with a urn and a type");
        }
        if (entry.urn.split("::", 4).length < 4 || !entry.urn.startsWith("urn:pulumi:")) {
            throw json.wrong("a resource whose urn reads urn:pulumi:stack::project::type::name");
        }
        return entry;
    }

    private void field(String name, Json json) {
        switch (name) {
            case "urn" -> urn = json.text("a URN");
            case "type" -> type = json.text("a type token");
            case "id" -> id = json.text("an id");
            case "parent" -> parent = json.text("a URN");
            case "provider" -> provider = json.text("a reference to a provider");
            case "external" -> external = json.flag("whether the resource is external");
            case "delete" -> deleted = json.flag("whether the resource is to be deleted");
            case "protect" -> protect = json.flag("whether the resource is protected");
            case "retainOnDelete" -> retained = json.flag("whether the resource is retained");
            case "inputs" -> inputs = json.fields("inputs");
            case "outputs" -> outputs = outputs(json);
            case "dependencies" -> dependencies = json.texts("URNs");
            case "propertyDependencies" -> properties = propertyDependencies(json);
            default -> json.skip();
        }
    }

    /** Outputs serve to recognise references, which are texts: nested ones stay unread, so that a large state fits into memory. */
    private Value.Fields outputs(Json json) {
        Map<String, Value> kept = new HashMap<>();
        json.object("outputs", name -> {
            if (json.isNested() && !(inputs.get(name) instanceof Value.Absent)) {
                json.skip();
            } else {
                kept.put(name, json.value());
            }
        });
        return new Value.Fields(Map.copyOf(kept));
    }

    private static Map<String, Set<String>> propertyDependencies(Json json) {
        Map<String, Set<String>> properties = new HashMap<>();
        json.object("the dependencies of each property", name -> properties.put(name, json.texts("URNs")));
        return Map.copyOf(properties);
    }

    String urn() {
        return urn;
    }

    boolean isDeleted() {
        return deleted;
    }

    /** The engine keeps resources that a program only reads as external ones. */
    void readOnly() {
        external = true;
    }

    /** Event logs tell no options that are not set, nor what is retained. */
    void optionsAreNotTold() {
        withoutOptions = true;
    }

    /** The resource, with its provider out of the entries of the same document by URN. */
    Resource resource(Map<String, ResourceEntry> all) {
        return new Resource(
                urn,
                type,
                inputs,
                withId(),
                new Resource.Links(parent, new HashSet<>(dependencies), properties),
                new Resource.Options(protect, withoutOptions ? Optional.empty() : Optional.of(retained)),
                Optional.ofNullable(all.get(providerUrn()))
                        .map(entry -> new Resource.Provider(entry.urn, entry.type, entry.inputs)),
                !external);
    }

    /** The id stands beside the outputs, and among them for some providers only. */
    private Value.Fields withId() {
        if (id.isEmpty() || !(outputs.get("id") instanceof Value.Absent)) {
            return outputs;
        }
        Map<String, Value> all = new HashMap<>(outputs.fields());
        all.put("id", dev.phigate.policies.Encoding.text(id));
        return new Value.Fields(Map.copyOf(all));
    }

    /** A reference is the provider's URN, then its id. */
    private String providerUrn() {
        int id = provider.lastIndexOf("::");
        return id < 0 ? "" : provider.substring(0, id);
    }
}
