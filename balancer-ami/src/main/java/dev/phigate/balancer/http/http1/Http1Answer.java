package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.hop.WebSocket;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/**
 * One response being written as HTTP/1.1. What is small is gathered, so that a short answer is one TLS record, and can be
 * taken back until it is flushed.
 */
final class Http1Answer {
    private static final AsciiString VERSION = AsciiString.cached("HTTP/1.1 ");
    private static final int GATHER = 4096;

    private @Nullable ByteBuf gathered;
    private boolean begun;
    private boolean http11 = true;
    private boolean chunked;
    private boolean untilClose;
    private AsciiString accept = AsciiString.EMPTY_STRING;

    void begin(Request request) {
        accept = request.webSocket() ? WebSocket.accept(request.fields()) : AsciiString.EMPTY_STRING;
        begun = false;
        chunked = false;
        untilClose = false;
        http11 = request.http11();
    }

    boolean begun() {
        return begun;
    }

    /** Whether the client can tell where the answer ends without the connection's end. */
    boolean selfDelimiting() {
        return !untilClose;
    }

    void inform(ChannelHandlerContext ctx, int status, Fields fields) {
        ByteBuf out = ctx.alloc().buffer(256);
        statusLine(out, status);
        Http1Form.fields(out, fields);
        Http1Form.endOfFields(out);
        ctx.writeAndFlush(out, ctx.voidPromise());
    }

    void respond(ChannelHandlerContext ctx, Response response, boolean keepAlive) {
        ByteBuf out = ctx.alloc().buffer(1024);
        gathered = out;
        statusLine(out, response.status());
        Http1Form.fields(out, response.fields());
        chunked = false;
        untilClose = false;
        if (response.switched()) {
            Http1Form.field(out, Names.CONNECTION, Names.UPGRADE);
            Http1Form.field(out, Names.UPGRADE, Names.WEBSOCKET);
            // Ours: a host that is asked over HTTP/2 gets no key and proves nothing.
            Http1Form.field(out, Names.SEC_WEBSOCKET_ACCEPT, accept);
            Http1Form.endOfFields(out);
            return;
        }
        if (response.length() >= 0) {
            Http1Form.contentLength(out, response.length());
        } else if (!response.bodiless()) {
            chunked = http11;
            untilClose = !http11;
        }
        if (chunked) {
            Http1Form.field(out, Names.TRANSFER_ENCODING, Names.CHUNKED);
        }
        if (!keepAlive || untilClose) {
            Http1Form.field(out, Names.CONNECTION, Names.CLOSE);
        }
        Http1Form.endOfFields(out);
    }

    private static void statusLine(ByteBuf out, int status) {
        ByteBufUtil.copy(VERSION, out);
        HttpResponseStatus known = HttpResponseStatus.valueOf(status);
        ByteBufUtil.copy(known.codeAsText(), out);
        out.writeByte(' ');
        ByteBufUtil.writeAscii(out, known.reasonPhrase());
        Http1Form.endOfFields(out);
    }

    /** Writes a piece of the body, which is the answer's from here on. */
    void body(ChannelHandlerContext ctx, ByteBuf piece) {
        int size = piece.readableBytes();
        if (size == 0) {
            piece.release();
            return;
        }
        gather(ctx, piece, size);
        if (size <= GATHER) {
            piece.release();
        } else {
            write(ctx);
            begun = true;
            ctx.write(piece, ctx.voidPromise());
        }
        if (chunked) {
            Http1Form.endOfChunk(room(ctx));
        }
        if (gathered != null && gathered.readableBytes() > 2 * GATHER) {
            write(ctx);
        }
    }

    /** Gathers what stands before a piece, and the piece where it is small; without room for that, nothing of the piece is kept. */
    private void gather(ChannelHandlerContext ctx, ByteBuf piece, int size) {
        try {
            if (chunked) {
                Http1Form.chunkSize(room(ctx), size);
            }
            if (size <= GATHER) {
                room(ctx).writeBytes(piece);
            }
        } catch (RuntimeException | Error e) {
            piece.release();
            throw e;
        }
    }

    void finish(ChannelHandlerContext ctx, Fields trailers) {
        if (chunked) {
            Http1Form.lastChunk(room(ctx), trailers);
        }
        flush(ctx);
    }

    void flush(ChannelHandlerContext ctx) {
        write(ctx);
        ctx.flush();
    }

    void takeBack() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    private ByteBuf room(ChannelHandlerContext ctx) {
        ByteBuf out = gathered;
        if (out == null) {
            out = ctx.alloc().buffer(256);
            gathered = out;
        }
        return out;
    }

    private void write(ChannelHandlerContext ctx) {
        ByteBuf out = gathered;
        if (out != null) {
            gathered = null;
            begun = true;
            ctx.write(out, ctx.voidPromise());
        }
    }
}
