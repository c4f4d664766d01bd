package dev.phigate.balancer.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One HTTP/2 connection, a client's or a host's: what its streams do with it. Used on its event loop only. */
abstract class Http2Link extends Http2ConnectionHandler {
    /** What each field counts in a header list, beside its name and value. */
    private static final int FIELD = 32;

    /** Under which each stream keeps its lane. */
    final Http2Connection.PropertyKey key;

    private final Http2Writer writer;
    private final AnswerGuard answers;
    private final Set<Lane> heldBack = new LinkedHashSet<>();
    private boolean widened;
    private final List<Lane> toPause = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;

    Http2Link(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        super(decoder, encoder, settings);
        this.writer = (Http2Writer) encoder.frameWriter();
        this.answers = (AnswerGuard) encoder;
        this.key = connection().newKey();
        decoder.frameListener(new Frames());
        connection().addListener(new Streams());
        encoder.flowController().listener(stream -> {
            Lane lane = lane(stream);
            if (lane != null) {
                lane.writabilityChanged();
            }
        });
    }

    /** Begins with a stream that the other side opened. */
    @Nullable
    Lane begin(Http2Stream stream) {
        return null;
    }

    /** The other side told its settings, or changed some. */
    void settled(Http2Settings settings) {}

    /** The other side begins no stream beyond this any more. */
    void goingAway(int last) {}

    final @Nullable Lane lane(Http2Stream stream) {
        return stream.getProperty(key);
    }

    private final class Frames extends Http2FrameAdapter {
        @Override
        @SuppressWarnings("checkstyle:ParameterNumber") // Netty's own
        public void onHeadersRead(
                ChannelHandlerContext ctx,
                int streamId,
                Http2Headers headers,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean ended) {
            Http2Stream stream = connection().stream(streamId);
            Lane lane = lane(stream);
            if (lane == null) {
                lane = begin(stream);
                stream.setProperty(key, lane);
            }
            if (lane != null) {
                lane.headers(headers, ended);
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean ended) {
            Lane lane = lane(connection().stream(streamId));
            return padding + (lane == null ? data.readableBytes() : lane.data(data, ended));
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
            Lane lane = lane(connection().stream(streamId));
            if (lane != null) {
                lane.reset(errorCode);
            }
        }

        @Override
        public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int windowSizeIncrement) {
            // Once for all of a read: each look is at every stream that is held back.
            widened = true;
        }

        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
            settled(settings);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            goingAway(lastStreamId);
        }
    }

    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamHalfClosed(Http2Stream stream) {
            Lane lane = lane(stream);
            if (lane != null && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
                lane.endWritten();
            }
        }

        @Override
        public void onStreamClosed(Http2Stream stream) {
            Lane lane = lane(stream);
            if (lane != null) {
                heldBack.remove(lane);
                lane.closed();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        // By number: what one flushes may let another go on, which is paused here as well.
        for (int i = 0; i < toPause.size(); i++) {
            toPause.get(i).pause();
        }
        toPause.clear();
        if (widened) {
            widened = false;
            lookAgain();
        }
        super.channelReadComplete(ctx);
    }

    final void pauseAtEndOfRead(Lane lane) {
        toPause.add(lane);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        context = ctx;
        super.handlerAdded(ctx);
    }

    /** What was under way when we reset its stream is passed over (RFC 9113 section 5.1): it is nobody's fault, however much it is. */
    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException broken) {
        boolean late = !outbound
                && broken.error() == Http2Error.STREAM_CLOSED
                && connection().stream(broken.streamId()) == null
                && answers.wasReset(broken.streamId());
        if (!late) {
            super.onStreamError(ctx, outbound, cause, broken);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (Http2CodecUtil.getEmbeddedHttp2Exception(cause) == null) {
            ctx.channel().close();
        } else {
            // The codec says goodbye with the error code that fits.
            super.exceptionCaught(ctx, cause);
        }
    }

    final ChannelHandlerContext ctx() {
        if (context == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return context;
    }

    final EventLoop loop() {
        return ctx().channel().eventLoop();
    }

    /** Lets the other side send so much in all before we have taken any of it. */
    final void widen(int window) throws Http2Exception {
        var local = connection().local().flowController();
        Http2Stream whole = connection().connectionStream();
        local.incrementWindowSize(whole, window - local.windowSize(whole));
        ctx().flush();
    }

    /** What waited has been taken: the other side may send as much again. */
    final void consumed(Http2Stream stream, int bytes) {
        if (bytes > 0) {
            try {
                decoder().flowController().consumeBytes(stream, bytes);
                ctx().flush();
            } catch (Http2Exception e) {
                onError(ctx(), true, e);
            }
        }
    }

    /** Whether the other side has said that it takes no header list as large as this (RFC 9113 section 6.5.2). */
    final boolean tooLarge(Http2Headers headers) {
        long most = encoder().configuration().headersConfiguration().maxHeaderListSize();
        long size = 0;
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            size += field.getKey().length() + field.getValue().length() + FIELD;
        }
        return size > most;
    }

    final void headers(Http2Stream stream, Http2Headers headers, boolean last) {
        if (open(stream)) {
            encoder().writeHeaders(ctx(), stream.id(), headers, 0, last, ctx().newPromise());
        }
    }

    final void data(Http2Stream stream, ByteBuf piece, boolean last) {
        if (open(stream)) {
            encoder().flowController().addFlowControlled(stream, new Piece(stream, piece, last));
        } else {
            piece.release();
        }
    }

    /** Whether our side of a stream may still be written to; the other side may have ended it a moment ago. */
    private static boolean open(Http2Stream stream) {
        return switch (stream.state()) {
            case IDLE, OPEN, HALF_CLOSED_REMOTE -> true;
            case RESERVED_LOCAL, RESERVED_REMOTE, HALF_CLOSED_LOCAL, CLOSED -> false;
        };
    }

    final void flush() {
        flush(ctx());
    }

    /** Ends a stream at once, with what waits to be sent on it: behind a reset nothing may follow. */
    final void reset(Http2Stream stream, Http2Error error) {
        askForNoMore(stream, error);
        if (!closed(stream)) {
            closeStream(stream, ctx().newSucceededFuture());
        }
    }

    /** Resets a stream on which nothing waits to be sent; it ends once that is written. */
    final void askForNoMore(Http2Stream stream, Http2Error error) {
        encoder().writeRstStream(ctx(), stream.id(), error.code(), ctx().newPromise());
        ctx().flush();
    }

    /** Whether more is welcome on a stream now. When not, the lane is told when it may be. */
    final boolean writable(Http2Stream stream, Lane lane) {
        boolean now = encoder().flowController().isWritable(stream);
        if (!now) {
            heldBack.add(lane);
        }
        return now;
    }

    /**
     * Asks those that were held back to look again. The flow controller tells of changes between its own looks only, and a
     * connection can be full and empty again between two of them.
     */
    private void lookAgain() {
        if (!heldBack.isEmpty()) {
            List<Lane> lanes = List.copyOf(heldBack);
            heldBack.clear();
            lanes.forEach(Lane::writabilityChanged);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        super.channelWritabilityChanged(ctx);
        if (ctx.channel().isWritable()) {
            lookAgain();
        }
    }

    /** Whether both sides of a stream have ended, or either gave it up. */
    static boolean closed(Http2Stream stream) {
        return stream.state() == Http2Stream.State.CLOSED;
    }

    /** Whether what was written to a stream waits for the other side to allow it. */
    final boolean stalled(Http2Stream stream) {
        return !closed(stream) && encoder().flowController().hasFlowControlled(stream);
    }

    /** A piece of a body on its way out, as the other side's window allows it. */
    private final class Piece implements Http2RemoteFlowController.FlowControlled {
        private final Http2Stream stream;
        private final boolean last;
        private ByteBuf bytes;

        Piece(Http2Stream stream, ByteBuf bytes, boolean last) {
            this.stream = stream;
            this.bytes = bytes;
            this.last = last;
        }

        @Override
        public int size() {
            return bytes.readableBytes();
        }

        @Override
        public void write(ChannelHandlerContext ctx, int allowed) {
            if (allowed >= size()) {
                ByteBuf rest = bytes;
                bytes = Unpooled.EMPTY_BUFFER;
                writer.data(ctx, stream.id(), rest, last);
            } else if (allowed > 0) {
                writer.data(ctx, stream.id(), bytes.readRetainedSlice(allowed), false);
            }
        }

        @Override
        public void writeComplete() {
            if (last) {
                closeStreamLocal(stream, ctx().newSucceededFuture());
            }
        }

        /** The stream is over before the piece could be sent. */
        @Override
        public void error(@Nullable ChannelHandlerContext ctx, Throwable cause) {
            bytes.release();
            bytes = Unpooled.EMPTY_BUFFER;
        }

        @Override
        public boolean merge(ChannelHandlerContext ctx, Http2RemoteFlowController.FlowControlled next) {
            return false;
        }
    }
}
