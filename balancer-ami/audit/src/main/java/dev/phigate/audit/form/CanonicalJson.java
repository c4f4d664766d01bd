package dev.phigate.audit.form;

import dev.phigate.audit.fact.OpaqueId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /** A one in each of eight bytes. */
    private static final long ONES = 0x0101010101010101L;

    private static final int LONGEST_NUMBER = 20;
    /** The largest integer that every JSON reader reads exactly (RFC 8785, section 3.2.2.3). */
    private static final long GREATEST = (1L << 53) - 1;

    private final TimeText times = new TimeText();
    private byte[] bytes = new byte[1024];
    private int length;
    private @Nullable Field last;
    private final Map<Field, Column> columns = new EnumMap<>(Field.class);

    /** What is written of a field. The last text and its form are kept: names and addresses come again and again. */
    private static final class Column {
        /** In quotes, with the colon behind. */
        private final byte[] key;

        private @Nullable String text;
        private byte[] form = {};

        Column(Field field) {
            key = ('"' + field.key() + "\":").getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** A form in which nothing was written yet. */
    public CanonicalJson() {
        for (Field field : Field.values()) {
            columns.put(field, new Column(field));
        }
    }

    /** The bytes that were written; only the first {@link #length()} count, and only until the next object begins. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes were written. */
    public int length() {
        return length;
    }

    /** Begins a record, over what was written before. */
    public CanonicalJson begin() {
        length = 0;
        last = null;
        put('{');
        return this;
    }

    /** Ends it. */
    public CanonicalJson end() {
        put('}');
        return this;
    }

    /** Writes the text of a value, unless it is absent. */
    public CanonicalJson text(Field field, @Nullable Object value) {
        if (value != null) {
            Column column = key(field);
            if (value instanceof OpaqueId id) {
                hex(id);
            } else {
                string(column, value.toString());
            }
        }
        return this;
    }

    /** Writes a constant in lower case with hyphens, unless it is absent. */
    public CanonicalJson constant(Field field, @Nullable Enum<?> value) {
        if (value != null) {
            var _ = key(field);
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
    public CanonicalJson number(Field field, long value) {
        var _ = key(field);
        digits(Math.clamp(value, -GREATEST, GREATEST));
        return this;
    }

    /** Writes a flag, unless it is absent. */
    public CanonicalJson flag(Field field, @Nullable Boolean value) {
        if (value != null) {
            var _ = key(field);
            ascii(value ? "true" : "false");
        }
        return this;
    }

    /** Writes an instant, unless it is absent. */
    public CanonicalJson time(Field field, @Nullable Instant value) {
        if (value != null) {
            var _ = key(field);
            put('"');
            reserve(TimeText.LENGTH);
            times.write(value, bytes, length);
            length += TimeText.LENGTH;
            put('"');
        }
        return this;
    }

    private Column key(Field field) {
        if (last != null && field.compareTo(last) <= 0) {
            throw new IllegalStateException("field " + field.key() + " written out of order");
        }
        if (last != null) {
            put(',');
        }
        last = field;
        Column column = Objects.requireNonNull(columns.get(field));
        copy(column.key);
        return column;
    }

    private void copy(byte[] form) {
        reserve(form.length);
        System.arraycopy(form, 0, bytes, length, form.length);
        length += form.length;
    }

    private void string(Column column, String value) {
        if (value.equals(column.text)) {
            copy(column.form);
            return;
        }
        int start = length;
        string(value);
        column.text = value;
        column.form = Arrays.copyOfRange(bytes, start, length);
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
        hex((int) (half >>> Integer.SIZE));
        hex((int) half);
    }

    /** Eight digits at once, one in each byte: what is above nine is as much further on as {@code a} is behind {@code 9}. */
    private void hex(int quarter) {
        long digits = Long.expand(Integer.toUnsignedLong(quarter), 0x0F * ONES);
        long letters = (digits + 6 * ONES) >>> 4 & ONES;
        EIGHT.set(bytes, length, digits + '0' * ONES + letters * ('a' - '9' - 1));
        length += Long.BYTES;
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
