package dev.phigate.policies;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One resource as a rule sees it.
 *
 * @param urn its URN
 * @param type its type token as the program wrote it; rules are looked up by {@link #kind()}
 * @param inputs what the program asked for, checked by the provider
 * @param outputs what exists, or what the provider foretells in a preview; used to recognise references, not to be judged
 * @param links its ties to other resources
 * @param options the resource options that rules ask for
 * @param provider the provider that serves it, with its settings
 * @param managed whether the program manages it; false for one that it only reads
 */
public record Resource(
        String urn,
        String type,
        Value.Fields inputs,
        Value.Fields outputs,
        Links links,
        Options options,
        Optional<Resource.Provider> provider,
        boolean managed) {

    /**
     * Ties to other resources, by URN.
     *
     * @param parent the parent; empty for none
     * @param dependencies every resource that it depends on
     * @param properties for each input, the resources that its value comes from
     */
    public record Links(String parent, Set<String> dependencies, Map<String, Set<String>> properties) {
        /** No tie to any resource. */
        public static final Links NONE = new Links("", Set.of(), Map.of());
    }

    /**
     * Resource options.
     *
     * @param protect whether Pulumi refuses to delete it
     * @param retainOnDelete whether deleting leaves it in the cloud; empty where the engine does not tell
     */
    public record Options(boolean protect, Optional<Boolean> retainOnDelete) {
        /** What a program gets that asks for nothing. */
        public static final Options DEFAULT = new Options(false, Optional.empty());
    }

    /** The provider of a resource: its type token such as {@code pulumi:providers:aws}, and its settings. */
    public record Provider(String urn, String type, Value.Fields inputs) {}

    /** A resource without ties, options or outputs, as rules' own tests use it. */
    public static Resource of(String type, String name, Value.Fields inputs) {
        return new Resource(
                "urn:pulumi:stack::project::" + type + "::" + name,
                type,
                inputs,
                Value.NO_FIELDS,
                Links.NONE,
                Options.DEFAULT,
                Optional.empty(),
                true);
    }

    /** The last part of the URN. */
    public String name() {
        int separator = urn.lastIndexOf("::");
        return separator < 0 ? urn : urn.substring(separator + 2);
    }

    /** The type token in its one canonical spelling: without API version, renamed modules under their present name. */
    public String kind() {
        return Kinds.canonical(type);
    }

    /** The input at a dotted path. */
    public Property at(String dotted) {
        int dot = dotted.indexOf('.');
        Property input = field(dot < 0 ? dotted : dotted.substring(0, dot));
        return dot < 0 ? input : input.at(dotted.substring(dot + 1));
    }

    /** The input of a name. */
    public Property field(String name) {
        return new Property(name, inputs.get(name), links.properties().getOrDefault(name, Set.of()));
    }

    /** The first of these inputs that is set, else the first: providers renamed some in passing. */
    public Property either(String... names) {
        for (String name : names) {
            if (!field(name).isAbsent()) {
                return field(name);
            }
        }
        return field(names[0]);
    }

    /** The inputs as a whole. */
    public Property input() {
        return new Property("", inputs, Set.of());
    }

    /** The output of a name, or the input of the same name when the provider did not say. */
    public Property output(String name) {
        Value output = outputs.get(name);
        return output instanceof Value.Absent ? field(name) : new Property(name, output, Set.of());
    }
}
