package dev.phigate.balancer.audit;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One JSON object (RFC 8259) being written as a line of ASCII; everything else is escaped. Used again by its thread. */
final class JsonLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes = new byte[1024];
    private int size;
    private long secondShown = Long.MIN_VALUE;
    private String secondText = "";

    JsonLine begin(String kind, Instant at) {
        size = 0;
        put('{');
        text("kind", kind);
        key("at");
        put('"');
        instant(at);
        put('"');
        return this;
    }

    JsonLine text(String key, @Nullable String value) {
        if (value != null) {
            key(key);
            string(value);
        }
        return this;
    }

    JsonLine number(String key, long value) {
        key(key);
        digits(value);
        return this;
    }

    JsonLine beginObject(String key) {
        key(key);
        put('{');
        return this;
    }

    JsonLine endObject() {
        put('}');
        return this;
    }

    /** Ends the line. The buffer is valid until the next {@link #begin}. */
    ByteBuffer end() {
        put('}');
        put('\n');
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void key(String key) {
        if (bytes[size - 1] != '{') {
            put(',');
        }
        put('"');
        ascii(key);
        put('"');
        put(':');
    }

    private void string(String value) {
        put('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                put('\\');
                put(c);
            } else if (c < ' ' || c > '~') {
                escaped(c);
            } else {
                put(c);
            }
        }
        put('"');
    }

    private void escaped(char c) {
        put('\\');
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            put((char) HEX[(c >> shift) & 0xf]);
        }
    }

    /** RFC 3339 with microseconds. The part that changes once a second is kept. */
    private void instant(Instant at) {
        if (at.getEpochSecond() != secondShown) {
            secondShown = at.getEpochSecond();
            String whole = at.truncatedTo(ChronoUnit.SECONDS).toString();
            secondText = whole.substring(0, whole.length() - 1);
        }
        ascii(secondText);
        put('.');
        int micros = at.getNano() / 1000;
        for (int unit = 100_000; unit > 0; unit /= 10) {
            put((char) ('0' + micros / unit % 10));
        }
        put('Z');
    }

    private void digits(long value) {
        if (value < 0) {
            ascii(Long.toString(value));
            return;
        }
        room(LONGEST_NUMBER);
        int end = size + (value == 0 ? 1 : 0);
        for (long rest = value; rest > 0; rest /= 10) {
            end++;
        }
        int at = end;
        long rest = value;
        do {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        size = end;
    }

    private void ascii(String text) {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            bytes[size + i] = (byte) text.charAt(i);
        }
        size += length;
    }

    private void put(char c) {
        room(1);
        bytes[size++] = (byte) c;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
