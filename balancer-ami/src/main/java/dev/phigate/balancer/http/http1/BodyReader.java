package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.hop.Hops;
import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * Takes the body of one HTTP/1 message out of the bytes that come in (RFC 9112 section 6). Strict where leniency lets two
 * readers disagree about where a message ends.
 */
final class BodyReader {
    private static final int LONGEST_SIZE_LINE = 256;
    private static final int MOST_SIZE_DIGITS = 15;
    private static final int LARGEST_TRAILERS = 16 * 1024;

    private enum Expecting {
        DATA,
        CHUNK_SIZE,
        CHUNK_END,
        TRAILERS,
        NOTHING
    }

    private final boolean chunked;
    private final boolean untilClose;
    private Expecting expecting;
    private long left;
    private Fields trailers = Fields.NONE;
    private Fields head;

    /**
     * Reads a body of a known kind.
     *
     * @param length its length in bytes, {@link BodyLength#CHUNKED} or {@link BodyLength#UNTIL_CLOSE}
     */
    BodyReader(long length) {
        this(length, Fields.NONE);
    }

    /**
     * Reads the body behind a head.
     *
     * @param length its length, as above
     * @param head the fields of the head, whose Connection says which trailers end here too
     */
    BodyReader(long length, Fields head) {
        this.head = length == BodyLength.CHUNKED ? head : Fields.NONE;
        chunked = length == BodyLength.CHUNKED;
        untilClose = length == BodyLength.UNTIL_CLOSE;
        left = length;
        expecting = chunked ? Expecting.CHUNK_SIZE : length == 0 ? Expecting.NOTHING : Expecting.DATA;
    }

    boolean ended() {
        return expecting == Expecting.NOTHING;
    }

    boolean endsWithConnection() {
        return untilClose;
    }

    Fields trailers() {
        return trailers;
    }

    /**
     * Reads as far as the bytes go, or to the end of the body and not further.
     *
     * @param in the bytes
     * @param piece is given each piece of the body, and owns it
     */
    void read(ByteBuf in, Consumer<ByteBuf> piece) throws Malformed {
        while (true) {
            switch (expecting) {
                case DATA -> {
                    if (!in.isReadable()) {
                        return;
                    }
                    data(in, piece);
                }
                case CHUNK_SIZE -> {
                    if (!chunkSize(in)) {
                        return;
                    }
                }
                case CHUNK_END -> {
                    if (in.readableBytes() < 2) {
                        return;
                    }
                    if (in.readUnsignedByte() != '\r' || in.readUnsignedByte() != '\n') {
                        throw new Malformed("chunk-end");
                    }
                    expecting = Expecting.CHUNK_SIZE;
                }
                case TRAILERS -> {
                    if (!trailers(in)) {
                        return;
                    }
                }
                case NOTHING -> {
                    return;
                }
            }
        }
    }

    private void data(ByteBuf in, Consumer<ByteBuf> piece) {
        int length = untilClose ? in.readableBytes() : (int) Math.min(left, in.readableBytes());
        if (!untilClose) {
            left -= length;
            if (left == 0) {
                expecting = chunked ? Expecting.CHUNK_END : Expecting.NOTHING;
            }
        }
        piece.accept(in.readRetainedSlice(length));
    }

    private boolean chunkSize(ByteBuf in) throws Malformed {
        int start = in.readerIndex();
        int lf = in.indexOf(start, Math.min(in.writerIndex(), start + LONGEST_SIZE_LINE), (byte) '\n');
        if (lf < 0) {
            if (in.readableBytes() >= LONGEST_SIZE_LINE) {
                throw new Malformed("chunk-size");
            }
            return false;
        }
        int at = start;
        long size = 0;
        int digit;
        while ((digit = Character.digit(in.getByte(at), 16)) >= 0) {
            size = (size << 4) | digit;
            if (++at - start > MOST_SIZE_DIGITS) {
                throw new Malformed("chunk-size");
            }
        }
        if (at == start) {
            throw new Malformed("chunk-size");
        }
        extension(in, at, lf);
        in.readerIndex(lf + 1);
        left = size;
        expecting = size == 0 ? Expecting.TRAILERS : Expecting.DATA;
        return true;
    }

    /** Chunk extensions are read over, as section 7.1.1 asks, but only where they are ones. */
    private static void extension(ByteBuf in, int from, int lf) throws Malformed {
        int cr = lf - 1;
        if (cr < from || in.getByte(cr) != '\r') {
            throw new Malformed("bare-lf");
        }
        int at = from;
        while (in.getByte(at) == ' ' || in.getByte(at) == '\t') {
            at++; // White space that nobody should send, and everybody must take, before an extension only.
        }
        if (from < cr && in.getByte(at) != ';') {
            throw new Malformed("chunk-size");
        }
        for (int i = from; i < cr; i++) {
            if (!Grammar.value(in.getByte(i))) {
                throw new Malformed("chunk-extension");
            }
        }
    }

    private boolean trailers(ByteBuf in) throws Malformed {
        int start = in.readerIndex();
        if (in.readableBytes() >= 2 && in.getByte(start) == '\r' && in.getByte(start + 1) == '\n') {
            in.skipBytes(2);
            head = Fields.NONE;
            expecting = Expecting.NOTHING;
            return true;
        }
        int end = HeadBlock.end(in, start);
        if (end < 0) {
            if (in.readableBytes() > LARGEST_TRAILERS) {
                throw new Malformed(new Refusal.HeaderTooLarge());
            }
            return false;
        }
        trailers = Hops.trailers(new HeadBlock(in, end - start).fields(), head);
        head = Fields.NONE;
        expecting = Expecting.NOTHING;
        return true;
    }
}
