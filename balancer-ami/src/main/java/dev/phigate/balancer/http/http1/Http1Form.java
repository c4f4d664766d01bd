package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AsciiString;

/** How heads, chunks and trailers are written as HTTP/1.1. */
final class Http1Form {
    private static final int CRLF = ('\r' << 8) | '\n';
    private static final int COLON_SPACE = (':' << 8) | ' ';
    private static final int ZERO_CR = ('0' << 8) | '\r';

    private Http1Form() {}

    static void fields(ByteBuf out, Fields fields) {
        for (int i = 0; i < fields.size(); i++) {
            field(out, fields.name(i), fields.value(i));
        }
    }

    static void field(ByteBuf out, AsciiString name, AsciiString value) {
        ByteBufUtil.copy(name, out);
        out.writeShort(COLON_SPACE);
        ByteBufUtil.copy(value, out);
        out.writeShort(CRLF);
    }

    static void contentLength(ByteBuf out, long length) {
        ByteBufUtil.copy(Names.CONTENT_LENGTH, out);
        out.writeShort(COLON_SPACE);
        ByteBufUtil.writeAscii(out, Long.toString(length));
        out.writeShort(CRLF);
    }

    static void endOfFields(ByteBuf out) {
        out.writeShort(CRLF);
    }

    static void chunkSize(ByteBuf out, int size) {
        ByteBufUtil.writeAscii(out, Integer.toHexString(size));
        out.writeShort(CRLF);
    }

    static void endOfChunk(ByteBuf out) {
        out.writeShort(CRLF);
    }

    /** Writes a piece of a body, which is the connection's from here on, as a chunk. */
    static void chunk(ChannelHandlerContext ctx, ByteBuf piece) {
        ByteBuf size;
        try {
            size = ctx.alloc().buffer(16);
        } catch (RuntimeException | Error e) {
            piece.release();
            throw e;
        }
        chunkSize(size, piece.readableBytes());
        ctx.write(size, ctx.voidPromise());
        ctx.write(piece, ctx.voidPromise());
        ByteBuf end = ctx.alloc().buffer(2);
        endOfChunk(end);
        ctx.write(end, ctx.voidPromise());
    }

    static void lastChunk(ByteBuf out, Fields trailers) {
        out.writeShort(ZERO_CR);
        out.writeByte('\n');
        fields(out, trailers);
        out.writeShort(CRLF);
    }

    /** Adds bytes to those that are still unread; both are the result's from here on. Without room for both only the unread are kept. */
    static ByteBuf append(ByteBufAllocator allocator, ByteBuf unread, ByteBuf more) {
        if (!unread.isReadable()) {
            unread.release();
            return more;
        }
        try {
            ByteBuf joined = allocator.buffer(unread.readableBytes() + more.readableBytes());
            joined.writeBytes(unread).writeBytes(more);
            unread.release();
            return joined;
        } finally {
            more.release();
        }
    }
}
