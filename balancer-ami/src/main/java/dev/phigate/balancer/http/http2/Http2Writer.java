package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.http.message.Names;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersEncoder;
import io.netty.util.AsciiString;

/**
 * Writes HEADERS and DATA with as few buffers and promises as can be: a head is one buffer, a small piece with its frame's head
 * another. A frame counts as written once it is handed over; when the connection fails, its streams are told by its end.
 */
final class Http2Writer extends DefaultHttp2FrameWriter {
    private static final int HEAD = Http2CodecUtil.FRAME_HEADER_LENGTH;
    private static final int USUAL_BLOCK = 512;
    private static final int SMALL = 4096;

    private final Http2HeadersEncoder headersEncoder;

    private Http2Writer(Http2HeadersEncoder headersEncoder) {
        super(headersEncoder);
        this.headersEncoder = headersEncoder;
    }

    /** A writer for one connection. */
    static Http2Writer create() {
        return new Http2Writer(new DefaultHttp2HeadersEncoder(Http2Writer::neverIndexed));
    }

    /**
     * Values that never come again would push others out of the compression's table, and credentials in it could be guessed
     * (RFC 7541 section 7.1.3).
     */
    private static boolean neverIndexed(CharSequence name, CharSequence value) {
        AsciiString field = AsciiString.of(name);
        return switch (field.length()) {
            case 6 -> field.contentEquals(Names.COOKIE);
            case 10 -> field.contentEquals(Names.SET_COOKIE);
            case 12 -> field.contentEquals(Names.X_REQUEST_ID);
            case 13 -> field.contentEquals(Names.AUTHORIZATION);
            default -> false;
        };
    }

    @Override
    public ChannelFuture writeHeaders(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean endStream,
            ChannelPromise promise) {
        ByteBuf out = ctx.alloc().buffer(USUAL_BLOCK).writeZero(HEAD);
        try {
            headersEncoder.encodeHeaders(streamId, headers, out);
        } catch (Http2Exception | RuntimeException e) {
            out.release();
            return promise.setFailure(e);
        } catch (Error e) {
            out.release();
            throw e;
        }
        int length = out.readableBytes() - HEAD;
        int first = Math.min(length, maxFrameSize());
        head(out, 0, first, Http2FrameTypes.HEADERS, flags(endStream, first == length), streamId);
        if (first == length) {
            ctx.write(out, ctx.voidPromise());
        } else {
            ctx.write(out.readRetainedSlice(HEAD + first), ctx.voidPromise());
            continuations(ctx, streamId, out);
        }
        return promise.setSuccess();
    }

    private void continuations(ChannelHandlerContext ctx, int streamId, ByteBuf rest) {
        try {
            while (rest.isReadable()) {
                int length = Math.min(rest.readableBytes(), maxFrameSize());
                ByteBuf head = ctx.alloc().buffer(HEAD).writeZero(HEAD);
                byte flags = flags(false, length == rest.readableBytes());
                head(head, 0, length, Http2FrameTypes.CONTINUATION, flags, streamId);
                ctx.write(head, ctx.voidPromise());
                ctx.write(rest.readRetainedSlice(length), ctx.voidPromise());
            }
        } finally {
            rest.release();
        }
    }

    /** Writes a piece of a body, which is the writer's from here on, in frames as large as the other side takes. */
    void data(ChannelHandlerContext ctx, int streamId, ByteBuf piece, boolean last) {
        try {
            while (piece.readableBytes() > maxFrameSize()) {
                frame(ctx, streamId, piece.readRetainedSlice(maxFrameSize()), false);
            }
        } catch (RuntimeException | Error e) {
            piece.release();
            throw e;
        }
        frame(ctx, streamId, piece, last);
    }

    private static void frame(ChannelHandlerContext ctx, int streamId, ByteBuf piece, boolean last) {
        int length = piece.readableBytes();
        boolean small = length <= SMALL;
        ByteBuf head;
        try {
            head = ctx.alloc().buffer(small ? HEAD + length : HEAD).writeZero(HEAD);
        } catch (RuntimeException | Error e) {
            piece.release();
            throw e;
        }
        head(head, 0, length, Http2FrameTypes.DATA, flags(last, false), streamId);
        if (small) {
            ctx.write(head.writeBytes(piece), ctx.voidPromise());
            piece.release();
        } else {
            ctx.write(head, ctx.voidPromise());
            ctx.write(piece, ctx.voidPromise());
        }
    }

    private static byte flags(boolean endStream, boolean endHeaders) {
        return (byte) ((endStream ? Http2Flags.END_STREAM : 0) | (endHeaders ? Http2Flags.END_HEADERS : 0));
    }

    private static void head(ByteBuf out, int at, int length, byte type, byte flags, int streamId) {
        out.setMedium(at, length).setByte(at + 3, type).setByte(at + 4, flags).setInt(at + 5, streamId);
    }
}
