package dev.phigate.rehearsal.twin;

import dev.phigate.provider.protocol.Problem;
import dev.phigate.rehearsal.sdk.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Properties that a provider refuses beside each other. What the program says is judged, before names are given. */
final class Conflicts {
    private static final String PREFIX = "Prefix";

    private final Tables tables;

    Conflicts(Tables tables) {
        this.tables = tables;
    }

    /** A problem for each property that stands beside another of its group. */
    List<Problem> of(ResourceType type, ObjectNode inputs) {
        List<Problem> problems = new ArrayList<>();
        groups(type).forEach(group -> {
            List<String> set =
                    group.stream().filter(property -> isSet(inputs, property)).toList();
            set.stream()
                    .skip(1)
                    .forEach(property -> problems.add(new Problem(
                            property,
                            "beside " + set.getFirst() + " (expected: one of " + String.join(", ", group) + ")")));
        });
        return problems;
    }

    private Stream<List<String>> groups(ResourceType type) {
        Stream<List<String>> prefixed = tables.autonamed().stream()
                .filter(property -> type.inputs().containsKey(property + PREFIX))
                .map(property -> List.of(property, property + PREFIX));
        return Stream.concat(prefixed, tables.conflicts(type.token()).stream());
    }

    /** A list without elements is as good as none, as providers take it. */
    private static boolean isSet(ObjectNode inputs, String property) {
        JsonNode value = inputs;
        for (String part : property.split("\\.", -1)) {
            value = value.isArray() ? value.path(0).path(part) : value.path(part);
        }
        return !value.isMissingNode() && !value.isNull() && !(value.isArray() && value.isEmpty());
    }
}
