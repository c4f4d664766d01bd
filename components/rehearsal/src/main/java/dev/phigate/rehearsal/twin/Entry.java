package dev.phigate.rehearsal.twin;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A resource of a rehearsed cloud.
 *
 * @param urn the engine's name of it; empty for one that a program only looked up
 * @param type its token
 * @param id its id
 * @param standing whether it is there
 * @param inputs what was asked for
 * @param outputs what it has
 * @param texts every text among the outputs: most questions about names end at them
 */
record Entry(
        String urn,
        String type,
        String id,
        Standing standing,
        ObjectNode inputs,
        ObjectNode outputs,
        Set<String> texts) {
    private static final Pattern NAMING =
            Pattern.compile("(?:arn|id|name|bucket|link|email|key)$", Pattern.CASE_INSENSITIVE);

    /** An entry of a resource as it is made. */
    Entry(String urn, String type, String id, Standing standing, ObjectNode inputs, ObjectNode outputs) {
        this(
                urn,
                type,
                id,
                standing,
                inputs,
                outputs,
                outputs.valueStream()
                        .filter(JsonNode::isString)
                        .map(JsonNode::stringValue)
                        .collect(Collectors.toUnmodifiableSet()));
    }

    /** Whether a resource is there. */
    enum Standing {
        /** It can be used. */
        LIVE,
        /** Deleted, but the cloud keeps it, and its name, for a while. */
        PENDING,
        /** Deleted. */
        GONE
    }

    Entry as(Standing other) {
        return new Entry(urn, type, id, other, inputs, outputs, texts);
    }

    boolean isLive() {
        return standing == Standing.LIVE;
    }

    /** What other resources may call it by: its id, and each text among its outputs that names one thing. */
    Stream<String> names() {
        return Stream.concat(
                Stream.of(id),
                outputs.properties().stream()
                        .filter(field -> NAMING.matcher(field.getKey()).find())
                        .map(field -> field.getValue().asString(""))
                        .filter(text -> !text.isEmpty()));
    }

    /** Whether other resources may call it so. */
    boolean isNamed(String name) {
        return name.equals(id) || (texts.contains(name) && names().anyMatch(name::equals));
    }

    /** Whether a text stands anywhere among its inputs. */
    boolean mentions(String text) {
        return mentions(inputs, text);
    }

    private static boolean mentions(JsonNode node, String text) {
        return node.isString()
                ? node.stringValue().equals(text) || node.stringValue().equals(text + ":*")
                : node.valueStream().anyMatch(child -> mentions(child, text));
    }
}
