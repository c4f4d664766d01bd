package dev.phigate.policies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** The resources of one stack, and how they refer to each other. Immutable; used from several threads. */
public final class Stack {
    /** The type of the resource that stands for the stack as a whole. */
    public static final String TYPE = "pulumi:pulumi:Stack";

    private final Map<String, Resource> byUrn;
    private final Map<String, List<Resource>> byKind = new HashMap<>();
    private final References references = new References(this);
    private final Map<String, String> tags;

    /**
     * Gathers resources into a stack. Two with the same URN are a resource and its replacement: the later one counts.
     *
     * @param resources in any order; a stack without a resource of {@link #TYPE} gets one
     */
    public Stack(Collection<Resource> resources) {
        this(resources, Map.of());
    }

    /** The same for a stack with stack tags. */
    public Stack(Collection<Resource> resources, Map<String, String> tags) {
        this.tags = Map.copyOf(tags);
        byUrn = new LinkedHashMap<>(resources.size() * 2);
        resources.forEach(resource -> byUrn.put(resource.urn(), resource));
        if (byUrn.values().stream().noneMatch(resource -> resource.type().equals(TYPE))) {
            Resource root = Resource.of(TYPE, "stack", Value.NO_FIELDS);
            byUrn.put(root.urn(), root);
        }
        byUrn.values()
                .forEach(resource -> byKind.computeIfAbsent(resource.kind(), _ -> new ArrayList<>())
                        .add(resource));
    }

    /** Every resource, in the order given. */
    public Collection<Resource> resources() {
        return byUrn.values();
    }

    /** The tags of the stack itself, as {@code pulumi stack tag} sets them. */
    public Map<String, String> tags() {
        return tags;
    }

    /** The resource of a URN. */
    public Optional<Resource> resource(String urn) {
        return Optional.ofNullable(byUrn.get(urn));
    }

    /** The resources of these canonical types. */
    public Stream<Resource> ofType(String... types) {
        return Arrays.stream(types).flatMap(type -> byKind.getOrDefault(type, List.of()).stream());
    }

    /** Whether a property refers to a resource. */
    public Reference refers(Property property, Resource target) {
        return references.between(property, target);
    }

    /**
     * What resources of one type say about another resource.
     *
     * @param target the resource that is referred to
     * @param type the canonical type of the resources that may refer to it
     * @param property the input of theirs that holds the reference
     */
    public Referrers referring(Resource target, String type, String property) {
        return referring(target, ofType(type), referrer -> Stream.of(referrer.at(property)));
    }

    /** The same for any resources, and for references that may be in one of several properties. */
    public Referrers referring(
            Resource target, Stream<Resource> candidates, Function<Resource, Stream<Property>> properties) {
        List<Resource> certain = new ArrayList<>();
        List<Resource> possible = new ArrayList<>();
        candidates.forEach(candidate -> {
            switch (strongest(properties.apply(candidate), target)) {
                case YES -> certain.add(candidate);
                case MAYBE -> possible.add(candidate);
                case NO -> {}
            }
        });
        return new Referrers(certain, possible);
    }

    private Reference strongest(Stream<Property> properties, Resource target) {
        return properties
                .map(property -> refers(property, target))
                .min(Reference::compareTo)
                .orElse(Reference.NO);
    }

    /** Whether one resource refers to another; MAYBE while the values that decide are not known. */
    public enum Reference {
        /** It does. */
        YES,
        /** It may: values that are not known yet decide. */
        MAYBE,
        /** It does not. */
        NO
    }

    /** The resources that refer to one, and those that may. */
    public record Referrers(List<Resource> certain, List<Resource> possible) {
        /**
         * At least one must refer to the resource, and one of those must be answered well.
         *
         * @param wanted what is missing when none does
         * @param question the question about one that does
         */
        public Finding one(String wanted, Function<Resource, Finding> question) {
            Finding best = certain.isEmpty() ? Finding.violation("", "none in this stack", wanted) : null;
            for (Resource referrer : certain) {
                Finding answer = Finding.of(() -> question.apply(referrer));
                if (answer instanceof Finding.Compliant) {
                    return answer;
                }
                best = best == null || answer instanceof Finding.Undecidable ? answer : best;
            }
            if (!possible.isEmpty()) {
                return Finding.undecidable(
                        "", possible.getFirst().urn() + " may refer to it: the reference is not known yet");
            }
            return best == null ? Finding.compliant() : best;
        }

        /** At least one must refer to the resource. */
        public Finding exist(String wanted) {
            return one(wanted, _ -> Finding.compliant());
        }

        /** Whether none does, nor may. */
        public boolean isEmpty() {
            return certain.isEmpty() && possible.isEmpty();
        }
    }
}
