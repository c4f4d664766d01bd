package dev.phigate.components.balancer;

import dev.phigate.settings.Section;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * Settings whose meaning and default are the balancer's: the intent checks their type and hands them on as they were written,
 * so that a default stands in one place only.
 */
final class HandedOn {
    private final Section section;
    private final Map<String, Object> values = new LinkedHashMap<>();

    private HandedOn(Section section) {
        this.section = section;
    }

    static HandedOn from(Section section) {
        return new HandedOn(section);
    }

    /** Lengths of time above zero. */
    HandedOn durations(String... keys) {
        for (String key : keys) {
            keep(key, section.duration(key).must(Duration::isPositive, "> 0").optional());
        }
        return this;
    }

    /** Numbers of bytes above zero. */
    HandedOn sizes(String... keys) {
        for (String key : keys) {
            keep(key, section.bytes(key).atLeast(1L).optional());
        }
        return this;
    }

    /** Whole numbers above zero. */
    HandedOn counts(String... keys) {
        for (String key : keys) {
            keep(key, section.integer(key).atLeast(1).optional());
        }
        return this;
    }

    /** True or false. */
    HandedOn flags(String... keys) {
        for (String key : keys) {
            keep(key, section.flag(key).optional());
        }
        return this;
    }

    /** One of the constants of an enum, in lower case with hyphens. */
    <E extends Enum<E>> HandedOn choice(String key, Class<E> type) {
        keep(key, section.choice(key, type).optional());
        return this;
    }

    /** A section of its own, left out when the intent does not have it. */
    HandedOn section(String key, UnaryOperator<HandedOn> reader) {
        section.optionalSection(key).map(HandedOn::from).map(reader).ifPresent(part -> values.put(key, part.values()));
        return this;
    }

    /** What was there, in the order of asking. */
    Map<String, Object> values() {
        return values;
    }

    private void keep(String key, Optional<?> read) {
        read.flatMap(value -> section.raw(key)).flatMap(HandedOn::plain).ifPresent(value -> values.put(key, value));
    }

    private static Optional<Object> plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> Optional.of(node.stringValue());
            case BOOLEAN -> Optional.of(node.booleanValue());
            case NUMBER -> node.isInt() ? Optional.of(node.intValue()) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
