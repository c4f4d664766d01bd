package dev.phigate.policies;

import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which properties of which resources refer to others. A stack indexes each relation once, so keep a relation in a constant: two with the
 * same properties but made twice are two.
 *
 * @param types the canonical types of the resources that refer
 * @param properties the inputs of theirs that hold references
 */
public record Relation(Set<String> types, Function<Resource, Stream<Property>> properties) {
    /** Resources of some types refer by one input. */
    public static Relation by(String property, String... types) {
        return new Relation(Set.of(types), resource -> Stream.of(resource.at(property)));
    }

    /** Resources of some types refer by several inputs, or by each element of a list. */
    public static Relation by(Function<Resource, Stream<Property>> properties, String... types) {
        return new Relation(Set.of(types), properties);
    }
}
