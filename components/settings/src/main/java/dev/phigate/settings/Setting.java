package dev.phigate.settings;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One value of a {@link Section}: its checks, then {@link #required()}, {@link #orElse} or {@link #optional()} to read it.
 *
 * @param <T> the type it is read as
 */
public final class Setting<T> {
    private final Section section;
    private final String key;
    private final Optional<JsonNode> node;
    private final String expected;
    private final T standIn;
    private final Conversion<T> convert;
    private final Shape.@Nullable Key described;
    private Function<T, String> shown = String::valueOf;
    private boolean hidden;
    private @Nullable Check<T> failable;

    /** Reads a present value as its type, or answers null when it is none. */
    @FunctionalInterface
    interface Conversion<T> {
        @Nullable
        T from(JsonNode value);
    }

    private record Check<T>(
            Predicate<? super T> holds,
            String expected,
            @Nullable Check<T> before) {}

    Setting(
            Section section,
            String key,
            Optional<JsonNode> node,
            String expected,
            T standIn,
            Conversion<T> convert,
            Shape.@Nullable Key described) {
        this.described = described;
        this.section = section;
        this.key = key;
        this.node = node;
        this.expected = expected;
        this.standIn = standIn;
        this.convert = convert;
    }

    /**
     * Adds a condition that the value must meet.
     *
     * @param holds the condition
     * @param expected what was expected, as the message says it: {@code "> 0"}, {@code "an absolute path"}
     */
    public Setting<T> must(Predicate<? super T> holds, String expected) {
        if (described != null) {
            described.expect(expected);
        }
        failable = new Check<>(holds, expected, failable);
        return this;
    }

    /** The value must lie between two bounds, both included. Only for types that compare with themselves. */
    @SuppressWarnings("unchecked")
    public Setting<T> between(T least, T most) {
        if (described != null) {
            described.bound(least, most);
        }
        return must(
                value -> ((Comparable<T>) value).compareTo(least) >= 0 && ((Comparable<T>) value).compareTo(most) <= 0,
                "between " + shown.apply(least) + " and " + shown.apply(most));
    }

    /** The value must not be less than a bound. Only for types that compare with themselves. */
    @SuppressWarnings("unchecked")
    public Setting<T> atLeast(T least) {
        return must(value -> ((Comparable<T>) value).compareTo(least) >= 0, "at least " + shown.apply(least));
    }

    /** The value; a problem when it is absent. */
    public T required() {
        if (described != null) {
            described.require();
        }
        if (node.isEmpty()) {
            section.problem(key, "missing (expected: " + expected + ")");
            return standIn;
        }
        return read();
    }

    /** The value, or a default when it is absent. The default is not checked. */
    public T orElse(T byDefault) {
        if (described != null) {
            described.defaults(shown.apply(byDefault));
        }
        return node.isEmpty() ? byDefault : read();
    }

    /** The value, when it is there. */
    public Optional<T> optional() {
        return node.isEmpty() ? Optional.empty() : Optional.of(read());
    }

    Setting<T> shownAs(Function<T, String> form) {
        shown = form;
        return this;
    }

    /** Never shows the value in a message: it may be a secret, or have been meant to be none. */
    public Setting<T> hidden() {
        hidden = true;
        return this;
    }

    private T read() {
        JsonNode present = node.orElseThrow();
        T value = convert.from(present);
        if (value == null) {
            section.problem(key, say(present) + " (expected: " + expected + ")");
            return standIn;
        }
        for (Check<T> check = failable; check != null; check = check.before()) {
            if (!check.holds().test(value)) {
                section.problem(key, say(present) + " (expected: " + check.expected() + ")");
                return standIn;
            }
        }
        return value;
    }

    private String say(JsonNode present) {
        return hidden ? "(hidden)" : Settings.shown(present);
    }
}
