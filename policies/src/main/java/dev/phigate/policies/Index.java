package dev.phigate.policies;

import dev.phigate.policies.Stack.Reference;
import dev.phigate.policies.Stack.Referrers;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A relation of one stack, searchable by what is referred to: finding the referrers of each of many resources takes time in proportion to
 * the stack, not to its square. It narrows the search down; {@link References} decides.
 */
final class Index {
    private final References references;
    private final Relation relation;
    private final List<Resource> referrers;
    private final Map<String, BitSet> byName = new HashMap<>();
    private final Map<String, BitSet> bySource = new HashMap<>();
    private final BitSet ofAnything = new BitSet();
    private final List<Resource> openToAnything;

    Index(References references, Relation relation, List<Resource> referrers) {
        this.references = references;
        this.relation = relation;
        this.referrers = referrers;
        for (int i = 0; i < referrers.size(); i++) {
            int ordinal = i;
            try {
                relation.properties().apply(referrers.get(i)).forEach(property -> enter(ordinal, property));
            } catch (Unanswered e) {
                ofAnything.set(ordinal);
            }
        }
        openToAnything = ofAnything.stream().mapToObj(referrers::get).toList();
    }

    /** The resources that refer to a target, and those that may, in the order of the stack. */
    Referrers referring(Resource target) {
        BitSet candidates = new BitSet();
        references.namesOf(target).forEach(name -> merge(candidates, byName.get(name)));
        references.waysTo(target).forEach(urn -> merge(candidates, bySource.get(urn)));
        if (candidates.isEmpty()) {
            return new Referrers(List.of(), openToAnything);
        }
        candidates.or(ofAnything);
        List<Resource> certain = new ArrayList<>();
        List<Resource> possible = new ArrayList<>();
        candidates.stream().mapToObj(referrers::get).forEach(candidate -> {
            switch (strongest(candidate, target)) {
                case YES -> certain.add(candidate);
                case MAYBE -> possible.add(candidate);
                case NO -> {}
            }
        });
        return new Referrers(certain, possible);
    }

    private void enter(int ordinal, Property property) {
        switch (property.value()) {
            case Value.Text(String text) -> {
                References.namesIn(text).forEach(name -> set(byName, name, ordinal));
                property.sources().forEach(urn -> set(bySource, urn, ordinal));
            }
            case Value.Unknown _ -> {
                Set<String> sources = references.sourcesOf(property);
                if (sources.isEmpty()) {
                    ofAnything.set(ordinal);
                } else {
                    sources.forEach(urn -> set(bySource, urn, ordinal));
                }
            }
            default -> {}
        }
    }

    /** A list that is not known yet ends the reading of a relation's properties: whatever it will hold may refer. */
    private Reference strongest(Resource candidate, Resource target) {
        try {
            return relation.properties()
                    .apply(candidate)
                    .map(property -> references.between(property, target))
                    .min(Reference::compareTo)
                    .orElse(Reference.NO);
        } catch (Unanswered e) {
            return Reference.MAYBE;
        }
    }

    private static void set(Map<String, BitSet> index, String key, int ordinal) {
        index.computeIfAbsent(key, _ -> new BitSet()).set(ordinal);
    }

    private static void merge(BitSet all, @org.jspecify.annotations.Nullable BitSet some) {
        if (some != null) {
            all.or(some);
        }
    }

    /** The resources of some types, findable by their names. */
    static Map<String, List<Resource>> byName(References references, Collection<Resource> targets) {
        Map<String, List<Resource>> index = new HashMap<>();
        for (Resource target : targets) {
            references
                    .namesOf(target)
                    .forEach(name ->
                            index.computeIfAbsent(name, _ -> new ArrayList<>()).add(target));
        }
        return index;
    }
}
