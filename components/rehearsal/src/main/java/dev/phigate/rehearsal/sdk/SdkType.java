package dev.phigate.rehearsal.sdk;

/** The type of one value, as the index writes it. */
public sealed interface SdkType {
    /** A type without parts. */
    enum Plain implements SdkType {
        TEXT("string"),
        WHOLE("int"),
        NUMBER("number"),
        FLAG("bool"),
        ANY("any"),
        ASSET("asset");

        private final String word;

        Plain(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** A list of items of one type. */
    record ListOf(SdkType item) implements SdkType {
        @Override
        public String toString() {
            return "list of " + item;
        }
    }

    /** A map from texts to values of one type. */
    record MapOf(SdkType value) implements SdkType {
        @Override
        public String toString() {
            return "map of " + value;
        }
    }

    /** One of two types. */
    record Either(SdkType one, SdkType other) implements SdkType {
        @Override
        public String toString() {
            return one + " or " + other;
        }
    }

    /** An object or an enum of the SDK, by the path of its class: {@code ec2/enums/Tenancy}. */
    record Named(String path) implements SdkType {
        /** Whether it is an enum. */
        public boolean isEnumeration() {
            return path.contains("/enums/") || path.startsWith("enums/");
        }

        @Override
        public String toString() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }

    /** Reads a type. */
    static SdkType parse(String text) {
        if (text.startsWith("list<")) {
            return new ListOf(parse(text.substring("list<".length(), text.length() - 1)));
        }
        if (text.startsWith("map<")) {
            return new MapOf(parse(text.substring("map<".length(), text.length() - 1)));
        }
        if (text.startsWith("either<")) {
            String inner = text.substring("either<".length(), text.length() - 1);
            int comma = outerComma(inner);
            return new Either(parse(inner.substring(0, comma)), parse(inner.substring(comma + 1)));
        }
        for (Plain plain : Plain.values()) {
            if (plain.word.equals(text)) {
                return plain;
            }
        }
        return new Named(text);
    }

    private static int outerComma(String text) {
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '<' -> depth++;
                case '>' -> depth--;
                case ',' -> {
                    if (depth == 0) {
                        return i;
                    }
                }
                default -> {
                    // Part of a name.
                }
            }
        }
        throw new IllegalArgumentException("either<" + text + "> (expected: two types)");
    }
}
