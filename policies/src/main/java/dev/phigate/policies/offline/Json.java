package dev.phigate.policies.offline;

import dev.phigate.policies.Encoding;
import dev.phigate.policies.Value;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/**
 * A JSON document read as a stream, and Pulumi's values in it. Wrong shapes and malformed JSON end the reading with an
 * {@link UnreadableDocument} that gives the place and never the content, which may be secret.
 */
final class Json implements AutoCloseable {
    /** What a preview shows in the place of each secret. */
    private static final String HIDDEN = "[secret]";

    private static final int NESTED_AT_MOST = 10_000;
    private static final int SHARED_TEXT = 128;
    private static final int SHARED_TEXTS = 200_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(NESTED_AT_MOST)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(1_000_000)
                    .build())
            .build();

    private final String document;
    private final JsonParser parser;
    private final Map<String, String> texts = new HashMap<>();
    private boolean blinded;

    Json(String document, InputStream in) {
        this.document = document;
        try {
            this.parser = FACTORY.createParser(ObjectReadContext.empty(), in);
        } catch (JacksonIOException e) {
            throw problem("cannot be read: " + e.getOriginalMessage());
        }
    }

    /** Reads one field of an object; leaves the reader at the end of the field's value. */
    @FunctionalInterface
    interface FieldReader {
        /** The reader stands at the value's first token. */
        void read(String name);
    }

    /** Says that texts that read {@value #HIDDEN} are secrets, as they are in previews. */
    void secretsAreBlinded() {
        blinded = true;
    }

    /** Goes on to the next value of the root; false at the end of the document. */
    boolean next() {
        return advance() != null;
    }

    /** Reads an object, field by field. */
    void object(String what, FieldReader reader) {
        expect(JsonToken.START_OBJECT, what);
        while (advance() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            advance();
            if (parser.currentToken() != JsonToken.VALUE_NULL) {
                reader.read(name);
            }
        }
    }

    /** Reads a list, item by item. */
    void list(String what, Runnable reader) {
        expect(JsonToken.START_ARRAY, what);
        while (advance() != JsonToken.END_ARRAY) {
            reader.run();
        }
    }

    /** A text. */
    String text(String what) {
        expect(JsonToken.VALUE_STRING, what);
        return shared(string());
    }

    /** True or false. */
    boolean flag(String what) {
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw wrong(what + ", true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    /** A whole number. */
    long number(String what) {
        expect(JsonToken.VALUE_NUMBER_INT, what);
        try {
            return parser.getLongValue();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /** A list of texts. */
    Set<String> texts(String what) {
        Set<String> found = new HashSet<>();
        list(what, () -> found.add(text(what)));
        return Set.copyOf(found);
    }

    /** An object of Pulumi's values. */
    Value.Fields fields(String what) {
        expect(JsonToken.START_OBJECT, what);
        return new Value.Fields(Map.copyOf(entries(1)));
    }

    /** One of Pulumi's values. */
    Value value() {
        return value(1);
    }

    /** Whether the value at hand is an object or a list. */
    boolean isNested() {
        return parser.currentToken().isStructStart();
    }

    /** Leaves the value at hand unread. */
    void skip() {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /** The end of the reading: something is not as it must be, at the place at hand. */
    UnreadableDocument wrong(String expected) {
        String path = parser.streamReadContext().pathAsPointer().toString();
        return problem((path.isEmpty() ? "the document" : path) + ": " + kind(parser.currentToken()) + " (expected: "
                + expected + ")");
    }

    /** The end of the reading, for a reason. */
    UnreadableDocument problem(String problem) {
        return new UnreadableDocument(document, problem);
    }

    @Override
    public void close() {
        parser.close();
    }

    private Value value(int depth) {
        if (depth > Encoding.DEEPEST) {
            skip();
            return Encoding.tooDeep();
        }
        return switch (parser.currentToken()) {
            case VALUE_NULL -> Value.ABSENT;
            case VALUE_TRUE -> new Value.Flag(true);
            case VALUE_FALSE -> new Value.Flag(false);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value.Numeric(real());
            case VALUE_STRING -> plain(string());
            case START_ARRAY -> {
                List<Value> items = new ArrayList<>();
                while (advance() != JsonToken.END_ARRAY) {
                    items.add(value(depth + 1));
                }
                yield new Value.Items(items);
            }
            case START_OBJECT -> decoded(entries(depth + 1));
            default -> throw wrong("a value");
        };
    }

    private Map<String, Value> entries(int depth) {
        Map<String, Value> entries = new HashMap<>();
        while (advance() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            advance();
            entries.put(name, value(depth));
        }
        return entries;
    }

    private Value decoded(Map<String, Value> entries) {
        if (entries.get("plaintext") instanceof Value.Text(String json)
                && entries.get(Encoding.SIGNATURE) instanceof Value.Text(String kind)
                && kind.equals(Encoding.SECRET)) {
            return new Value.Secret(plaintext(json));
        }
        return Encoding.object(Map.copyOf(entries));
    }

    /** {@code pulumi stack export --show-secrets} keeps a secret as JSON within a text. */
    private static Value plaintext(String json) {
        try (Json inner = new Json("", FACTORY.createParser(ObjectReadContext.empty(), json))) {
            return inner.next() ? inner.value() : Value.UNKNOWN;
        } catch (UnreadableDocument _) {
            return Value.UNKNOWN;
        }
    }

    private Json(String document, JsonParser parser) {
        this.document = document;
        this.parser = parser;
    }

    private Value plain(String text) {
        if (blinded && text.equals(HIDDEN)) {
            return new Value.Secret(Value.UNKNOWN);
        }
        return Encoding.text(shared(text));
    }

    /** One copy of each short text: states repeat their URNs, regions and tags thousands of times. */
    private String shared(String text) {
        if (text.length() > SHARED_TEXT || texts.size() >= SHARED_TEXTS) {
            return texts.getOrDefault(text, text);
        }
        String known = texts.putIfAbsent(text, text);
        return known == null ? text : known;
    }

    private String string() {
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private double real() {
        try {
            return parser.getDoubleValue();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private void expect(JsonToken token, String what) {
        if (parser.currentToken() != token) {
            throw wrong(what + ", " + kind(token));
        }
    }

    private @Nullable JsonToken advance() {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private UnreadableDocument unreadable(JacksonException e) {
        if (e instanceof JacksonIOException) {
            return problem("cannot be read: " + e.getOriginalMessage());
        }
        TokenStreamLocation at = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
        String place = "line " + at.getLineNr() + ", column " + at.getColumnNr();
        return problem(
                switch (e) {
                    case UnexpectedEndOfInputException _ -> place + ": the document ends in the middle";
                    case StreamConstraintsException _ -> place + ": nested deeper than " + NESTED_AT_MOST + " levels";
                    default -> place + (isTwice(e) ? ": the same key twice" : ": malformed JSON");
                });
    }

    private static boolean isTwice(JacksonException e) {
        return String.valueOf(e.getOriginalMessage()).startsWith("Duplicate ");
    }

    private static String kind(@Nullable JsonToken token) {
        return switch (token) {
            case null -> "nothing";
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a text";
            case VALUE_NUMBER_INT -> "a whole number";
            case VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            default -> "something else";
        };
    }
}
