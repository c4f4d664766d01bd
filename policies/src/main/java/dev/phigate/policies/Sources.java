package dev.phigate.policies;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;

/**
 * Which resources a value that is not known yet comes from. The engine tells it for each input as a whole, and only as well as the program's
 * SDK does: the Java one forgets where unknown outputs come from, their ids apart. In a program that forgets, what is told of an input
 * with several parts may be said of another part than the one asked about.
 */
final class Sources {
    private final boolean forgetful;
    private final Function<String, Set<String>> namesOf;

    /**
     * The sources in a stack.
     *
     * @param namesOf the names of a resource by its URN
     */
    Sources(Collection<Resource> resources, Function<String, Set<String>> namesOf) {
        this.forgetful = resources.stream().anyMatch(Sources::forgets);
        this.namesOf = namesOf;
    }

    /** Whether one of a resource's inputs is unknown and comes from nowhere. */
    private static boolean forgets(Resource resource) {
        return resource.inputs().fields().entrySet().stream()
                .anyMatch(input -> Value.revealed(input.getValue()) instanceof Value.Unknown
                        && resource.links()
                                .properties()
                                .getOrDefault(input.getKey(), Set.of())
                                .isEmpty());
    }

    /** The URNs that a property's unknown value comes from; none when nobody can tell. */
    Set<String> of(Property property) {
        Set<String> told = property.sources();
        if (!forgetful || told.isEmpty() || Value.revealed(property.whole()) instanceof Value.Unknown) {
            return told;
        }
        Set<String> left = new HashSet<>(told);
        left.removeIf(urn -> isSaidOfAKnownPart(property.whole(), namesOf.apply(urn)));
        return Value.leaves(property.whole())
                                .filter(Value.Unknown.class::isInstance)
                                .count()
                        > left.size()
                ? Set.of()
                : left;
    }

    private static boolean isSaidOfAKnownPart(Value whole, Set<String> names) {
        return Value.leaves(whole)
                .anyMatch(leaf -> leaf instanceof Value.Text(String text)
                        && names.stream().anyMatch(text::contains));
    }
}
