package dev.phigate.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a reader asks a section for, with what it expects of their values: the same code that reads documents describes
 * them, so that a schema or a page made of this cannot differ from what is accepted. Made by {@link Settings#describe}.
 */
public final class Shape {
    /** Stands for any key, in mappings whose keys are names. */
    public static final String ANY = "*";

    private final Map<String, Key> keys = new LinkedHashMap<>();

    /** What kind of value a key has. */
    public enum Kind {
        TEXT,
        INTEGER,
        FLAG,
        DURATION,
        BYTES,
        CHOICE,
        TEXTS,
        TEXT_MAP,
        SECTION,
        SECTIONS,
        ANYTHING
    }

    /** One key. Grows while it is described. */
    public static final class Key {
        private final String name;
        private final Kind kind;
        private final List<String> expected = new ArrayList<>();
        private List<String> choices = List.of();
        private @Nullable Object least;
        private @Nullable Object most;
        private boolean required;
        private boolean optional;
        private @Nullable String byDefault;
        private @Nullable Shape inner;

        Key(String name, Kind kind) {
            this.name = name;
            this.kind = kind;
        }

        /** Its name, or {@link #ANY}. */
        public String name() {
            return name;
        }

        /** The kind of its value. */
        public Kind kind() {
            return kind;
        }

        /** Whether it must be there. A section must when a key in it must. */
        public boolean required() {
            return required;
        }

        /** What holds when it is not there, as it would be written; empty when nothing does, or it depends. */
        public Optional<String> byDefault() {
            return Optional.ofNullable(byDefault);
        }

        /** The conditions of its value in words. */
        public List<String> expected() {
            return List.copyOf(expected);
        }

        /** The values it may have; empty when they are not a list. */
        public List<String> choices() {
            return choices;
        }

        /** The least whole number; empty when there is none, or the value is none. */
        public Optional<Integer> least() {
            return least instanceof Integer bound ? Optional.of(bound) : Optional.empty();
        }

        /** The greatest whole number. */
        public Optional<Integer> most() {
            return most instanceof Integer bound ? Optional.of(bound) : Optional.empty();
        }

        /** The keys inside, for sections and lists of them. */
        public Optional<Shape> inner() {
            return Optional.ofNullable(inner);
        }

        void expect(String condition) {
            if (!expected.contains(condition)) {
                expected.add(condition);
            }
        }

        void bound(Object lower, Object upper) {
            least = lower;
            most = upper;
        }

        void among(List<String> names) {
            choices = List.copyOf(names);
        }

        void mayBeAbsent() {
            optional = true;
        }

        void require() {
            required = true;
        }

        void defaults(String written) {
            byDefault = written;
        }

        Shape open() {
            Shape opened = inner == null ? new Shape() : inner;
            inner = opened;
            return opened;
        }
    }

    /** The keys in the order in which they were asked for. */
    public List<Key> keys() {
        return List.copyOf(keys.values());
    }

    Key key(String name, Kind kind) {
        return keys.computeIfAbsent(name, any -> new Key(name, kind));
    }

    /** Marks the sections that must be there because a key in them must. */
    boolean settle() {
        boolean any = false;
        for (Key key : keys.values()) {
            Shape inside = key.inner;
            boolean within = inside != null && inside.settle();
            if (within && key.kind == Kind.SECTION && !key.optional) {
                key.required = true;
            }
            any |= key.required;
        }
        return any;
    }
}
