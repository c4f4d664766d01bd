package dev.phigate.policies;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The resources of one stack, and how they refer to each other. Immutable; used from several threads. */
public final class Stack {
    /** The type of the resource that stands for the stack as a whole. */
    public static final String TYPE = "pulumi:pulumi:Stack";

    private final Map<String, Resource> byUrn;
    private final Map<String, List<Resource>> byKind = new HashMap<>();
    private final Map<Object, Object> derived = new ConcurrentHashMap<>();
    private final References references;
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
        references = new References(this);
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
     * The URNs that a property's value comes from while it is not known; none when nobody can tell. Rules ask here, not the property itself:
     * what the engine tells of an input as a whole is not always said of the part that is asked about.
     */
    public Set<String> sources(Property property) {
        return references.sourcesOf(property);
    }

    /** Whether a property is not known yet, and comes from resources that are. */
    public boolean isGiven(Property property) {
        return property.isUnknown() && !sources(property).isEmpty();
    }

    /**
     * What resources of one type say about another resource.
     *
     * @param target the resource that is referred to
     * @param type the canonical type of the resources that may refer to it
     * @param property the input of theirs that holds the reference
     */
    public Referrers referring(Resource target, String type, String property) {
        return referring(target, derived(type + " " + property, _ -> Relation.by(property, type)));
    }

    /** The resources that refer to another by a relation. */
    public Referrers referring(Resource target, Relation relation) {
        return derived(
                        relation,
                        _ -> new Index(
                                references,
                                relation,
                                ofType(relation.types().stream().sorted().toArray(String[]::new))
                                        .toList()))
                .referring(target);
    }

    /** The other way round: the resources of some canonical types that a property refers to, and those that it may. */
    public Referrers referred(Property property, String... types) {
        return switch (property.value()) {
            case Value.Text(String text) -> new Referrers(named(text, property, types), List.of());
            case Value.Unknown _
            when references.sourcesOf(property).isEmpty() ->
                new Referrers(List.of(), ofType(types).toList());
            case Value.Unknown _ -> {
                List<Resource> certain = references.sourcesOf(property).stream()
                        .sorted()
                        .flatMap(urn -> resource(urn).stream())
                        .filter(source -> Arrays.asList(types).contains(source.kind()))
                        .toList();
                yield new Referrers(
                        certain,
                        certain.isEmpty()
                                ? ofType(types)
                                        .filter(target -> refers(property, target) == Reference.MAYBE)
                                        .toList()
                                : List.of());
            }
            default -> Referrers.NONE;
        };
    }

    private List<Resource> named(String text, Property property, String... types) {
        Map<String, List<Resource>> byName = derived(
                "names of " + String.join(" ", types),
                _ -> Index.byName(references, ofType(types).toList()));
        Stream<Resource> bySource = property.sources().stream().sorted().flatMap(urn -> resource(urn).stream());
        return Stream.concat(
                        References.namesIn(text).stream()
                                .flatMap(name -> byName.getOrDefault(name, List.of()).stream()),
                        bySource.filter(source -> Arrays.asList(types).contains(source.kind())))
                .filter(target -> refers(property, target) == Reference.YES)
                .distinct()
                .toList();
    }

    /**
     * Something that a rule derives from the stack as a whole: computed at the first call and kept, so that a rule about each of many
     * resources need not look at all of them each time.
     *
     * @param key what is derived; unique within the stack, such as a constant of the rule's class
     */
    @SuppressWarnings("unchecked")
    public <T> T derived(Object key, Function<Stack, T> computation) {
        Object known = derived.get(key);
        if (known == null) {
            // Not computeIfAbsent: a computation may derive from something that is derived itself.
            T computed = computation.apply(this);
            Object earlier = derived.putIfAbsent(key, computed);
            known = earlier == null ? computed : earlier;
        }
        return (T) known;
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
        /** None does, nor may. */
        static final Referrers NONE = new Referrers(List.of(), List.of());

        /** Those of them that meet a condition. */
        public Referrers where(Predicate<Resource> condition) {
            return isEmpty()
                    ? this
                    : new Referrers(
                            certain.stream().filter(condition).toList(),
                            possible.stream().filter(condition).toList());
        }

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
                return mayRefer();
            }
            return best == null ? Finding.compliant() : best;
        }

        /**
         * At least one must refer to the resource, and all of those must be answered well: what only one resource can configure is
         * configured by whichever comes last when two do.
         */
        public Finding all(String wanted, Function<Resource, Finding> question) {
            return certain.isEmpty() ? one(wanted, question) : each(question);
        }

        /** Those that refer to the resource must be answered well, if there are any. One that may and would not be leaves it open. */
        public Finding each(Function<Resource, Finding> question) {
            Finding answer = Finding.each(certain.stream(), question);
            return answer.and(Finding.each(
                    possible.stream(),
                    referrer ->
                            question.apply(referrer) instanceof Finding.Violation ? mayRefer() : Finding.compliant()));
        }

        /** At least one must refer to the resource. */
        public Finding exist(String wanted) {
            return one(wanted, _ -> Finding.compliant());
        }

        /** None may refer to the resource. */
        public Finding mustBeNone(String wanted) {
            if (certain.isEmpty()) {
                return possible.isEmpty() ? Finding.compliant() : mayRefer();
            }
            return Finding.violation("", certain.getFirst().urn(), wanted);
        }

        /** Whether none does, nor may. */
        public boolean isEmpty() {
            return certain.isEmpty() && possible.isEmpty();
        }

        /** Whether none does for certain, but some may. */
        public boolean isOpen() {
            return certain.isEmpty() && !possible.isEmpty();
        }

        private Finding mayRefer() {
            return Finding.undecidable(
                    "", possible.getFirst().urn() + " may refer to it: the reference is not known yet");
        }
    }
}
