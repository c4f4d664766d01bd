package dev.phigate.audit.record;

import dev.phigate.audit.fact.OpaqueId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One flat JSON object in the form of RFC 8785 (JSON Canonicalization Scheme): no blanks, keys in order, the shortest escapes,
 * UTF-8. Writing a field out of order is an error, so that the form cannot depend on who wrote a record. One thread; used again
 * and again without allocating.
 */
public final class CanonicalJson {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    /** The keys in quotes with the colon behind. */
    private static final Map<Field, byte[]> KEYS = new EnumMap<>(Field.class);

    static {
        for (Field field : Field.values()) {
            KEYS.put(field, ('"' + field.key() + "\":").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static final int LONGEST_NUMBER = 20;
    /** The largest integer that every JSON reader reads exactly (RFC 8785, section 3.2.2.3). */
    private static final long GREATEST = (1L << 53) - 1;

    private final TimeText times = new TimeText();
    private byte[] bytes = new byte[1024];
    private int length;
    private @Nullable Field last;

    /** The bytes that were written; only the first {@link #length()} count, and only until the next object begins. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes were written. */
    public int length() {
        return length;
    }

    CanonicalJson begin() {
        length = 0;
        last = null;
        put('{');
        return this;
    }

    CanonicalJson end() {
        put('}');
        return this;
    }

    /** Writes the text of a value, unless it is absent. */
    CanonicalJson text(Field field, @Nullable Object value) {
        if (value != null) {
            key(field);
            if (value instanceof OpaqueId id) {
                hex(id);
            } else {
                string(value.toString());
            }
        }
        return this;
    }

    /** Writes a constant in lower case with hyphens, unless it is absent. */
    CanonicalJson constant(Field field, @Nullable Enum<?> value) {
        if (value != null) {
            key(field);
            put('"');
            String name = value.name();
            reserve(name.length());
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                bytes[length++] = (byte) (c == '_' ? '-' : c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
            }
            put('"');
        }
        return this;
    }

    /** Writes a whole number between 0 and 2^53-1, or its negative. What is beyond is written as the nearest of these. */
    CanonicalJson number(Field field, long value) {
        key(field);
        digits(Math.clamp(value, -GREATEST, GREATEST));
        return this;
    }

    /** Writes a flag, unless it is absent. */
    CanonicalJson flag(Field field, @Nullable Boolean value) {
        if (value != null) {
            key(field);
            ascii(value ? "true" : "false");
        }
        return this;
    }

    CanonicalJson time(Field field, @Nullable Instant value) {
        if (value != null) {
            key(field);
            put('"');
            reserve(TimeText.LENGTH);
            times.write(value, bytes, length);
            length += TimeText.LENGTH;
            put('"');
        }
        return this;
    }

    private void key(Field field) {
        if (last != null && field.compareTo(last) <= 0) {
            throw new IllegalStateException("field " + field.key() + " written out of order");
        }
        if (last != null) {
            put(',');
        }
        last = field;
        byte[] written = Objects.requireNonNull(KEYS.get(field));
        reserve(written.length);
        System.arraycopy(written, 0, bytes, length, written.length);
        length += written.length;
    }

    private void string(String value) {
        put('"');
        reserve(value.length() * 6);
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                escape(c);
            } else if (c < 0x80) {
                bytes[length++] = (byte) c;
            } else {
                i += utf8(value.codePointAt(i)) - 1;
            }
        }
        put('"');
    }

    private void escape(char c) {
        int shortForm = "\b\t\n\f\r\"\\".indexOf(c);
        bytes[length++] = '\\';
        if (shortForm >= 0) {
            bytes[length++] = (byte) "btnfr\"\\".charAt(shortForm);
            return;
        }
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[c >> 4];
        bytes[length++] = HEX[c & 15];
    }

    /** Writes a code point, U+FFFD for half of a pair, and answers how many chars it took. */
    private int utf8(int asked) {
        int c = asked >= Character.MIN_SURROGATE && asked <= Character.MAX_SURROGATE ? 0xFFFD : asked;
        if (c < 0x800) {
            bytes[length++] = (byte) (0xC0 | c >> 6);
        } else {
            if (c < 0x10000) {
                bytes[length++] = (byte) (0xE0 | c >> 12);
            } else {
                bytes[length++] = (byte) (0xF0 | c >> 18);
                bytes[length++] = (byte) (0x80 | (c >> 12 & 0x3F));
            }
            bytes[length++] = (byte) (0x80 | (c >> 6 & 0x3F));
        }
        bytes[length++] = (byte) (0x80 | (c & 0x3F));
        return Character.charCount(c);
    }

    /** Writes an id without making a text of it: there are five in a record. */
    private void hex(OpaqueId id) {
        reserve(2 + 2 * Long.BYTES * 2);
        bytes[length++] = '"';
        hex(id.high());
        hex(id.low());
        bytes[length++] = '"';
    }

    private void hex(long half) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            bytes[length++] = HEX[(int) (half >>> shift) & 15];
        }
    }

    private void digits(long value) {
        reserve(LONGEST_NUMBER);
        long rest = value;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }
        int digits = 1;
        for (long power = 10; digits < LONGEST_NUMBER - 1 && rest >= power; power *= 10) {
            digits++;
        }
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    private void put(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
