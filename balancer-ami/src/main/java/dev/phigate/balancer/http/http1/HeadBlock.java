package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;

/**
 * The start line and fields of one HTTP/1 message, or a trailer section, being read strictly: every line ends with CR LF, no
 * CR, LF or NUL stands anywhere else, nothing is folded, no white space precedes a colon (RFC 9112 sections 2.2, 5.1, 5.2).
 * Whoever reads more leniently than the next hop can be made to see other messages than it.
 */
final class HeadBlock {
    private final byte[] bytes;
    private int at;

    HeadBlock(ByteBuf in, int length) {
        bytes = new byte[length];
        in.readBytes(bytes);
    }

    /**
     * Where a block ends that begins at the reader's index.
     *
     * @param in the bytes so far
     * @param from the index to look from; nothing before it ends the block
     * @return the index after the empty line, or -1 when it has not come yet
     */
    static int end(ByteBuf in, int from) {
        int end = in.writerIndex();
        int lf = from;
        while ((lf = in.indexOf(lf, end, (byte) '\n')) >= 0) {
            // A bare LF ends the block too, so that it is read and refused at once.
            if (lf + 1 < end && in.getByte(lf + 1) == '\n') {
                return lf + 2;
            }
            if (lf + 2 < end && in.getByte(lf + 1) == '\r' && in.getByte(lf + 2) == '\n') {
                return lf + 3;
            }
            lf++;
        }
        return -1;
    }

    /** The next part of the start line up to a single space. */
    AsciiString word() throws Malformed {
        int start = at;
        while (at < bytes.length && bytes[at] > ' ') {
            at++;
        }
        if (at == start || at == bytes.length || bytes[at] != ' ') {
            throw new Malformed("start-line");
        }
        return new AsciiString(bytes, start, at++ - start, false);
    }

    /** The rest of the start line. */
    AsciiString restOfLine() throws Malformed {
        int end = lineEnd();
        AsciiString rest = new AsciiString(bytes, at, end - at, false);
        at = end + 2;
        return rest;
    }

    /** All fields up to the empty line. */
    Fields fields() throws Malformed {
        Fields fields = new Fields();
        while (true) {
            int end = lineEnd();
            if (end == at) {
                at += 2;
                if (at != bytes.length) {
                    throw new Malformed("line-end");
                }
                return fields;
            }
            if (fields.size() == Fields.MOST) {
                throw new Malformed(new Refusal.HeaderTooLarge());
            }
            field(fields, end);
            at = end + 2;
        }
    }

    private void field(Fields fields, int end) throws Malformed {
        if (bytes[at] == ' ' || bytes[at] == '\t') {
            throw new Malformed("folded-field");
        }
        int colon = at;
        while (colon < end && Grammar.token(bytes[colon])) {
            colon++;
        }
        if (colon == at || colon == end || bytes[colon] != ':') {
            throw new Malformed("field-name");
        }
        int from = colon + 1;
        int to = end;
        while (from < to && blank(bytes[from])) {
            from++;
        }
        while (to > from && blank(bytes[to - 1])) {
            to--;
        }
        for (int i = from; i < to; i++) {
            if (!Grammar.value(bytes[i])) {
                throw new Malformed("field-value");
            }
        }
        fields.add(new AsciiString(bytes, at, colon - at, false), new AsciiString(bytes, from, to - from, false));
    }

    private int lineEnd() throws Malformed {
        for (int i = at; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                throw new Malformed("bare-lf");
            }
            if (bytes[i] == '\r') {
                if (i + 1 < bytes.length && bytes[i + 1] == '\n') {
                    return i;
                }
                throw new Malformed("bare-cr");
            }
        }
        throw new Malformed("line-end");
    }

    private static boolean blank(byte c) {
        return c == ' ' || c == '\t';
    }
}
