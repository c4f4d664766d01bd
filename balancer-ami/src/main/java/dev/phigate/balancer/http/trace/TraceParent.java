package dev.phigate.balancer.http.trace;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * What the field {@code traceparent} says (W3C Trace Context level 1, section 3.2).
 *
 * @param high the first half of the trace's id
 * @param low the second half; never both 0
 * @param span the id of the span that others are to name as their parent; never 0
 * @param sampled whether whoever sent it may have recorded it
 */
public record TraceParent(long high, long low, long span, boolean sampled) {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int HALF = 16;
    private static final int TRACE_AT = 3;
    private static final int SPAN_AT = TRACE_AT + 2 * HALF + 1;
    private static final int FLAGS_AT = SPAN_AT + HALF + 1;
    private static final int LENGTH = FLAGS_AT + 2;
    private static final int FORBIDDEN_VERSION = 0xff;
    private static final int SAMPLED = 1;

    /** What a request says; null when it says nothing, says it twice, or says what the recommendation calls invalid. */
    public static @Nullable TraceParent read(Fields fields) {
        AsciiString text = fields.get(Names.TRACEPARENT);
        return text == null || fields.count(Names.TRACEPARENT) > 1 ? null : read(text);
    }

    /** Reads one value. Of a version to come only what this one has is read, and the rest must be set apart by a hyphen. */
    static @Nullable TraceParent read(AsciiString text) {
        if (text.length() < LENGTH || !hyphens(text)) {
            return null;
        }
        int version = (int) hex(text, 0, 2);
        boolean longer = text.length() > LENGTH;
        boolean shaped = !longer || (version > 0 && text.byteAt(LENGTH) == '-');
        boolean digits = hexadecimal(text, 0, 2)
                && hexadecimal(text, TRACE_AT, 2 * HALF)
                && hexadecimal(text, SPAN_AT, HALF)
                && hexadecimal(text, FLAGS_AT, 2);
        if (!digits || !shaped || version == FORBIDDEN_VERSION) {
            return null;
        }
        long high = hex(text, TRACE_AT, HALF);
        long low = hex(text, TRACE_AT + HALF, HALF);
        long span = hex(text, SPAN_AT, HALF);
        boolean sampled = (hex(text, FLAGS_AT, 2) & SAMPLED) != 0;
        return (high | low) == 0 || span == 0 ? null : new TraceParent(high, low, span, sampled);
    }

    private static boolean hyphens(AsciiString text) {
        return text.byteAt(TRACE_AT - 1) == '-' && text.byteAt(SPAN_AT - 1) == '-' && text.byteAt(FLAGS_AT - 1) == '-';
    }

    private static boolean hexadecimal(AsciiString text, int from, int length) {
        for (int i = from; i < from + length; i++) {
            byte c = text.byteAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
                return false;
            }
        }
        return true;
    }

    private static long hex(AsciiString text, int from, int length) {
        long value = 0;
        for (int i = from; i < from + length; i++) {
            value = value << 4 | Character.digit(text.byteAt(i), 16);
        }
        return value;
    }

    /** Another span of the same trace. */
    TraceParent with(long other) {
        return new TraceParent(high, low, other, sampled);
    }

    /** As the next hop gets it: version 00, and no flag but whether it is sampled. */
    AsciiString text() {
        byte[] text = new byte[LENGTH];
        text[0] = '0';
        text[1] = '0';
        text[TRACE_AT - 1] = '-';
        write(high, text, TRACE_AT);
        write(low, text, TRACE_AT + HALF);
        text[SPAN_AT - 1] = '-';
        write(span, text, SPAN_AT);
        text[FLAGS_AT - 1] = '-';
        text[FLAGS_AT] = '0';
        text[FLAGS_AT + 1] = (byte) (sampled ? '1' : '0');
        return new AsciiString(text, false);
    }

    private static void write(long half, byte[] to, int at) {
        for (int i = 0; i < HALF; i++) {
            to[at + i] = HEX[(int) (half >>> ((HALF - 1 - i) * 4)) & 15];
        }
    }
}
