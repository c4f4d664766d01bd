package dev.phigate.audit.form;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record as it stands in the log: a flat JSON object, read without building a tree. Reads what {@link CanonicalJson} writes and
 * nothing else, because a record that is written otherwise was not written by this log. One thread.
 */
public final class RecordText {
    private static final Field[] FIELDS = Field.values();
    private static final byte[][] KEYS = Arrays.stream(FIELDS)
            .map(field -> field.key().getBytes(StandardCharsets.US_ASCII))
            .toArray(byte[][]::new);

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** A one in each of eight bytes. */
    private static final long ONES = 0x0101010101010101L;
    /** The highest bit of each of eight bytes. */
    private static final long TOPS = 0x8080808080808080L;

    /** The field that came after each field in the record before, for most records are of the same kind as the one before. */
    private final int[] following = new int[FIELDS.length + 1];

    private byte[] bytes = {};
    private int end;
    private int at;

    /** A reader of many records. */
    public RecordText() {}

    /** What happens at each field of a record. */
    @FunctionalInterface
    public interface Visitor {
        /**
         * Sees one field.
         *
         * @param field which
         * @param from where its value begins; for a text, behind the quote
         * @param length of the value in bytes; for a text, without its quotes and with its escapes
         */
        void field(Field field, int from, int length);
    }

    /**
     * Visits the fields of a record in order.
     *
     * @return whether it is a record; when not, what was visited until then means nothing
     */
    public boolean visit(byte[] bytes, int from, int length, Visitor visitor) {
        this.bytes = bytes;
        this.at = from;
        this.end = from + length;
        return object(visitor);
    }

    /** All fields of a record as texts, or null when it is none. */
    public static @Nullable Map<Field, String> read(byte[] bytes, int from, int length) {
        Map<Field, String> fields = new EnumMap<>(Field.class);
        boolean whole = new RecordText()
                .visit(bytes, from, length, (field, start, size) -> fields.put(field, unescaped(bytes, start, size)));
        return whole ? fields : null;
    }

    private boolean object(Visitor visitor) {
        if (!take('{')) {
            return false;
        }
        int next = 0;
        do {
            int place = key(next);
            if (place == FIELDS.length || !take(':')) {
                return false;
            }
            following[next] = place;
            next = place + 1;
            boolean text = at < end && bytes[at] == '"';
            int valueAt = text ? at + 1 : at;
            int valueLength = text ? string() : literal();
            if (valueLength < 0) {
                return false;
            }
            visitor.field(FIELDS[place], valueAt, valueLength);
        } while (take(','));
        return take('}') && at == end;
    }

    /** Takes a key; answers the place of its field. The fields stand in their order, each once: only what comes later is looked at. */
    private int key(int first) {
        int keyAt = at + 1;
        if (first < FIELDS.length) {
            byte[] likely = KEYS[Math.max(first, following[first])];
            int close = keyAt + likely.length;
            if (close < end
                    && bytes[at] == '"'
                    && bytes[close] == '"'
                    && Arrays.equals(likely, 0, likely.length, bytes, keyAt, close)) {
                at = close + 1;
                return Math.max(first, following[first]);
            }
        }
        int length = string();
        return length < 0 ? FIELDS.length : place(first, keyAt, length);
    }

    private int place(int first, int keyAt, int length) {
        int place = first;
        while (place < KEYS.length
                && (KEYS[place].length != length
                        || !Arrays.equals(KEYS[place], 0, length, bytes, keyAt, keyAt + length))) {
            place++;
        }
        return place;
    }

    private boolean take(char c) {
        if (at < end && bytes[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    private int string() {
        if (!take('"')) {
            return -1;
        }
        int start = at;
        plain();
        for (; at < end; at++) {
            byte b = bytes[at];
            if (b == '"') {
                return at++ - start;
            }
            if (b == '\\') {
                at++;
            } else if (b >= 0 && b < ' ') {
                return -1;
            }
        }
        return -1;
    }

    /**
     * Goes, eight bytes at a time, to the first that is a quote, a backslash or a control character, or to fewer than eight bytes
     * before the end. Taking one from each byte borrows from those that are zero; only the lowest that borrowed is looked at.
     */
    private void plain() {
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long eight = (long) EIGHT.get(bytes, at);
            long quotes = eight ^ '"' * ONES;
            long slashes = eight ^ '\\' * ONES;
            long special =
                    ((quotes - ONES & ~quotes) | (slashes - ONES & ~slashes) | (eight - ' ' * ONES & ~eight)) & TOPS;
            if (special != 0) {
                at += Long.numberOfTrailingZeros(special) / Byte.SIZE;
                return;
            }
        }
    }

    private int literal() {
        int start = at;
        while (at < end && bytes[at] != ',' && bytes[at] != '}') {
            at++;
        }
        return at == start ? -1 : at - start;
    }

    private static String unescaped(byte[] bytes, int from, int length) {
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                plain.append(c);
                continue;
            }
            char escape = text.charAt(++i);
            int known = "btnfr".indexOf(escape);
            if (known >= 0) {
                plain.append("\b\t\n\f\r".charAt(known));
            } else if (escape == 'u' && i + 4 < text.length()) {
                plain.append((char) Integer.parseInt(text, i + 1, i + 5, 16));
                i += 4;
            } else {
                plain.append(escape);
            }
        }
        return plain.toString();
    }
}
