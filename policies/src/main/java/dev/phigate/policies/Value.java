package dev.phigate.policies;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One value of a resource's inputs or outputs, as the engine knows it. What is not known yet and what is not there are values of
 * their own, so that no rule takes one for the other.
 */
public sealed interface Value {
    /** Nothing was set: the key is missing, or its value is null. */
    record Absent() implements Value {}

    /** Something will be set, known only once another resource exists, or encrypted in the file that is read. */
    record Unknown() implements Value {}

    /** A text. */
    record Text(String text) implements Value {}

    /** A number; Pulumi has no other than double precision. */
    record Numeric(double number) implements Value {}

    /** True or false. */
    record Flag(boolean flag) implements Value {}

    /** A list. */
    record Items(List<Value> items) implements Value {
        /** Keeps a copy. */
        public Items {
            items = List.copyOf(items);
        }
    }

    /** A mapping of keys to values. Null values are absent keys. */
    record Fields(Map<String, Value> fields) implements Value {
        /** The value under a key. */
        public Value get(String key) {
            return fields.getOrDefault(key, ABSENT);
        }

        @Override
        public String toString() {
            return "Fields" + fields.keySet();
        }
    }

    /** A value that Pulumi keeps encrypted. Rules may judge it; no message shows it. */
    record Secret(Value hidden) implements Value {
        @Override
        public String toString() {
            return "Secret";
        }
    }

    /** An asset, an archive, or something nested too deeply to be read. */
    record Opaque(String description) implements Value {}

    /** Nothing was set. */
    Value ABSENT = new Absent();

    /** Not known yet. */
    Value UNKNOWN = new Unknown();

    /** A mapping without keys. */
    Fields NO_FIELDS = new Fields(Map.of());

    /** The same value without its secrecy, for judging. */
    static Value revealed(Value value) {
        Value plain = value;
        while (plain instanceof Secret secret) {
            plain = secret.hidden();
        }
        return plain;
    }

    /** The values within a value that hold no others, without their secrecy. */
    static Stream<Value> leaves(Value value) {
        return switch (revealed(value)) {
            case Items(var items) -> items.stream().flatMap(Value::leaves);
            case Fields(var fields) -> fields.values().stream().flatMap(Value::leaves);
            case Value leaf -> Stream.of(leaf);
        };
    }
}
