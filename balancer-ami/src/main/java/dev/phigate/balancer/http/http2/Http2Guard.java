package dev.phigate.balancer.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the head of each frame before the codec does, for what the codec lets pass: floods of frames that carry nothing
 * (CVE-2019-9512, 9515, 9518), and new requests on streams that are over (RFC 9113 section 5.1). Both end the connection.
 * A client that asks and does not read is not listened to until it does: heads of answers know no window, and whoever wants
 * nothing but heads could fill the memory with them.
 */
final class Http2Guard extends ChannelDuplexHandler {
    /**
     * Frames without content that a client may send in a window of time. Honest ones send a few for each stream, but gRPC
     * clients ping once a round trip while they measure the bandwidth.
     */
    private static final int MOST_EMPTY_FRAMES = 10_000;

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);
    /** What may wait for a client that is still listened to; bodies, which stop at the channel's mark, never come near it. */
    private static final long MOST_UNREAD = 256 * 1024;

    private static final int REMEMBERED = 64;
    private static final int PREFACE = 24;
    private static final int HEAD = Http2CodecUtil.FRAME_HEADER_LENGTH;

    private final Http2ConnectionHandler codec;
    private final byte[] head = new byte[HEAD];
    private final int[] opened = new int[REMEMBERED];
    private final int[] ended = new int[REMEMBERED];
    private int headRead;
    private long skip = PREFACE;
    private int newest;
    private int emptyFrames;
    private long windowBegan = System.nanoTime();
    private boolean paused;
    private boolean over;

    Http2Guard(Http2ConnectionHandler codec) {
        this.codec = codec;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
            return;
        }
        Http2Exception broken = message instanceof ByteBuf bytes ? look(bytes) : null;
        if (broken == null) {
            ctx.fireChannelRead(message);
            if (unread(ctx.channel()) > MOST_UNREAD) {
                paused = true;
                ctx.channel().config().setAutoRead(false);
            }
            return;
        }
        ReferenceCountUtil.release(message);
        over = true;
        codec.onError(ctx.pipeline().context(codec), false, broken);
    }

    private static long unread(Channel channel) {
        ChannelOutboundBuffer written = channel.unsafe().outboundBuffer();
        return written == null ? 0 : written.totalPendingWriteBytes();
    }

    /** The codec asks for more after each read, whatever the channel is told. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!paused) {
            ctx.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (paused && ctx.channel().isWritable()) {
            paused = false;
            ctx.channel().config().setAutoRead(true);
        }
        ctx.fireChannelWritabilityChanged();
    }

    private @Nullable Http2Exception look(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (skip > 0) {
                long skipped = Math.min(skip, end - at);
                skip -= skipped;
                at += (int) skipped;
                continue;
            }
            int more = Math.min(HEAD - headRead, end - at);
            bytes.getBytes(at, head, headRead, more);
            headRead += more;
            at += more;
            if (headRead == HEAD) {
                headRead = 0;
                int length = number(0, 3);
                skip = length;
                Http2Exception broken = judge(length, head[3], head[4], number(5, 4) & 0x7fffffff);
                if (broken != null) {
                    return broken;
                }
            }
        }
        return null;
    }

    private int number(int from, int bytes) {
        int number = 0;
        for (int i = from; i < from + bytes; i++) {
            number = (number << 8) | (head[i] & 0xff);
        }
        return number;
    }

    private @Nullable Http2Exception judge(int length, byte type, int flags, int stream) {
        boolean endsStream = (flags & Http2Flags.END_STREAM) != 0;
        boolean empty = switch (type) {
            case Http2FrameTypes.DATA -> length == 0 && !endsStream;
            case Http2FrameTypes.HEADERS, Http2FrameTypes.CONTINUATION -> length == 0;
            case Http2FrameTypes.WINDOW_UPDATE -> false;
            default -> true;
        };
        if (empty && tooMany()) {
            return Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "frames that carry nothing");
        }
        Http2Exception broken = type == Http2FrameTypes.HEADERS ? opens(stream) : null;
        if (endsStream && (type == Http2FrameTypes.HEADERS || type == Http2FrameTypes.DATA)) {
            ended[slot(stream)] = stream;
        }
        return broken;
    }

    /** Judges the headers of a request or trailers. What was longer ago than is remembered, the codec answers for itself. */
    private @Nullable Http2Exception opens(int stream) {
        if (stream == 0) {
            return null; // No stream of a request at all, which the codec tells by its own code.
        }
        if (stream > newest) {
            newest = stream;
            opened[slot(stream)] = stream;
            return null;
        }
        if (ended[slot(stream)] == stream) {
            return Http2Exception.connectionError(Http2Error.STREAM_CLOSED, "headers on a stream that was ended");
        }
        boolean remembered = newest - stream < 2 * REMEMBERED;
        return remembered && opened[slot(stream)] != stream
                ? Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "a stream behind the newest")
                : null;
    }

    private boolean tooMany() {
        long now = System.nanoTime();
        if (now - windowBegan > WINDOW) {
            windowBegan = now;
            emptyFrames = 0;
        }
        return ++emptyFrames > MOST_EMPTY_FRAMES;
    }

    private static int slot(int stream) {
        return stream / 2 % REMEMBERED;
    }
}
