package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.policy.HttpConfig;
import dev.phigate.balancer.tls.Handshake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** HTTP/2 on a client's connection: a channel a stream, and what concerns the connection as a whole. */
public final class Http2Front extends ChannelInboundHandlerAdapter {
    private static final int MOST_STREAMS = 100;
    private static final int STREAM_WINDOW = 64 * 1024;
    private static final int CONNECTION_WINDOW = 1024 * 1024;
    private static final int MOST_RESETS = 200;
    private static final int RESET_WINDOW_SECONDS = 30;
    /** Each stream flushes for itself; so many of one turn share a TLS record and a system call. */
    private static final int MOST_HELD_FLUSHES = 64;

    private static final Duration LAST_STREAMS = Duration.ofMillis(500);

    private final Exchanges service;
    private final Http2FrameCodec codec;
    private @Nullable Deadline deadline;
    private int underWay;
    private boolean draining;

    private Http2Front(Exchanges service, Http2FrameCodec codec) {
        this.service = service;
        this.codec = codec;
    }

    /** Installs it and what it needs on a connection. */
    public static void install(Channel channel, Exchanges service, Handshake handshake) {
        Peer peer = Exchanges.peer(handshake);
        Http2FrameCodec codec = Http2FrameCodecBuilder.forServer()
                .initialSettings(new Http2Settings()
                        .maxConcurrentStreams(MOST_STREAMS)
                        .initialWindowSize(STREAM_WINDOW)
                        .maxHeaderListSize(largestList(service.policy().config())))
                .validateHeaders(true)
                .decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_WINDOW_SECONDS)
                .gracefulShutdownTimeoutMillis(LAST_STREAMS.toMillis())
                .build();
        Http2Front front = new Http2Front(service, codec);
        channel.config().setAutoRead(true);
        channel.pipeline()
                .addLast(new FlushConsolidationHandler(MOST_HELD_FLUSHES, true))
                .addLast(new Http2Guard(codec))
                .addLast("h2", codec)
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.config().setAutoRead(false);
                        stream.pipeline().addLast(new Http2Stream(service, handshake, peer, front));
                    }
                }))
                .addLast("http", front);
    }

    /** Where the codec ends the connection. Below that we refuse the request alone, by the limits of {@link Http2Rules}. */
    private static long largestList(HttpConfig limits) {
        return 2 * (limits.largestHeader() + limits.longestUrl());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Http2Exception {
        var connection = codec.connection();
        connection
                .local()
                .flowController()
                .incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW - STREAM_WINDOW);
        ctx.flush();
        deadline = Deadlines.of(ctx.executor()).create(() -> late(ctx));
        deadline.in(idle());
    }

    private Duration idle() {
        return service.policy().config().idle();
    }

    /** An exchange began: the connection is in use. */
    void began() {
        if (underWay++ == 0 && deadline != null && !draining) {
            deadline.clear();
        }
    }

    /** An exchange ended. From the last one on the connection is unused, whatever frames still come. */
    void ended() {
        if (--underWay == 0 && deadline != null) {
            deadline.in(draining ? LAST_STREAMS : idle());
        }
    }

    /** Whether what was written to a stream waits for the client to allow it. */
    boolean stalled(int stream) {
        var opened = codec.connection().stream(stream);
        return opened != null && codec.connection().remote().flowController().hasFlowControlled(opened);
    }

    private void late(ChannelHandlerContext ctx) {
        if (underWay > 0 && deadline != null) {
            deadline.in(LAST_STREAMS);
        } else {
            ctx.close();
        }
    }

    /** Tells the client to open no more streams here; those it has just opened are still served. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Exchanges.Drain && !draining) {
            draining = true;
            var goAway = new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR);
            goAway.setExtraStreamIds(Integer.MAX_VALUE);
            ctx.writeAndFlush(goAway);
            if (deadline != null) {
                deadline.in(LAST_STREAMS);
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        // Frames of the connection (SETTINGS, PING, GOAWAY ...) were answered by the codec.
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.drop();
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The codec says goodbye with the error code that fits.
        if (!(cause instanceof Http2Exception)) {
            ctx.close();
        }
    }
}
