package dev.phigate.provider.local.files;

import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Section;
import dev.phigate.settings.Settings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What {@code resource.json} says about the folder it is in. Enough to find the resource again when the engine has forgotten it.
 *
 * @param type the resource's type
 * @param urn its name in the program
 * @param phase whether it was finished
 * @param inputs what was asked for
 * @param outputs what it gave, empty until it is finished
 * @param details what only its kind knows, such as its process
 */
public record FolderRecord(
        String type, String urn, Phase phase, ObjectNode inputs, ObjectNode outputs, ObjectNode details) {

    /** How far a resource has come. */
    public enum Phase {
        /** Being made or changed; whoever finds it so, finds what a crash left. */
        UNFINISHED,
        /** As its outputs say. */
        READY
    }

    /** A resource that is about to be made. */
    public static FolderRecord begun(String type, String urn, ObjectNode inputs) {
        return new FolderRecord(
                type,
                urn,
                Phase.UNFINISHED,
                inputs,
                JsonNodeFactory.instance.objectNode(),
                JsonNodeFactory.instance.objectNode());
    }

    /** The same resource with other inputs, not finished. */
    public FolderRecord changing(ObjectNode newInputs) {
        return new FolderRecord(type, urn, Phase.UNFINISHED, newInputs, outputs, details);
    }

    /** The same resource with other details. */
    public FolderRecord with(ObjectNode newDetails) {
        return new FolderRecord(type, urn, phase, inputs, outputs, newDetails);
    }

    /** The same resource, finished. */
    public FolderRecord ready(ObjectNode newOutputs) {
        return new FolderRecord(type, urn, Phase.READY, inputs, newOutputs, details);
    }

    static FolderRecord parse(String document, String json) {
        try {
            return Settings.json(
                    document,
                    json,
                    root -> new FolderRecord(
                            root.text("type").required(),
                            root.text("urn").required(),
                            root.choice("phase", Phase.class).required(),
                            object(root, "inputs"),
                            object(root, "outputs"),
                            object(root, "details")));
        } catch (InvalidSettings damaged) {
            throw new ResourceFailure(
                    damaged.getMessage() + "\n  restore the file, or remove it: the next `up` writes it anew");
        }
    }

    String json() {
        ObjectNode document = JsonNodeFactory.instance
                .objectNode()
                .put("type", type)
                .put("urn", urn)
                .put("phase", phase.name().toLowerCase(java.util.Locale.ROOT));
        document.set("inputs", inputs);
        document.set("outputs", outputs);
        document.set("details", details);
        return document.toPrettyString() + "\n";
    }

    private static ObjectNode object(Section root, String key) {
        JsonNode node = root.raw(key).orElseGet(JsonNodeFactory.instance::objectNode);
        if (node.isObject()) {
            return (ObjectNode) node;
        }
        root.problem(key, "not an object");
        return JsonNodeFactory.instance.objectNode();
    }
}
