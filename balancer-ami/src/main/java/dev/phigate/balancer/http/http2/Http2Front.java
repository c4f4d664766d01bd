package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.hop.PatientClose;
import dev.phigate.balancer.http.hop.TurnFlush;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.policy.HttpConfig;
import dev.phigate.balancer.tls.Handshake;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** HTTP/2 on a client's connection: an exchange a stream, and what concerns the connection as a whole. */
public final class Http2Front extends Http2Link {
    private static final int MOST_STREAMS = 100;
    private static final int STREAM_WINDOW = 64 * 1024;
    private static final int CONNECTION_WINDOW = 1024 * 1024;
    private static final Duration LAST_STREAMS = Duration.ofMillis(500);

    private final Exchanges service;
    private final Handshake handshake;
    private final Peer peer;
    private @Nullable Deadline deadline;
    private int underWay;
    /** How often the connection's end was put off since its last exchange. */
    private int waits;

    private boolean draining;

    private Http2Front(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Exchanges service,
            Handshake handshake) {
        super(decoder, encoder, settings);
        this.service = service;
        this.handshake = handshake;
        this.peer = Exchanges.peer(handshake);
    }

    /** Installs it and what it needs on a connection. */
    public static void install(Channel channel, Exchanges service, Handshake handshake) {
        Http2Settings settings = new Http2Settings()
                .maxConcurrentStreams(MOST_STREAMS)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(largestList(service.policy().config()));
        if (service.policy().router().webSockets()) {
            settings.connectProtocolEnabled(true);
        }
        Http2Front front = Codec.server(
                settings,
                LAST_STREAMS,
                (decoder, encoder, told) -> new Http2Front(decoder, encoder, told, service, handshake));
        channel.config().setAutoRead(true);
        channel.pipeline()
                .addLast(new PatientClose(service::idle))
                .addLast(new TurnFlush())
                .addLast(new Http2Guard(front))
                .addLast("http", front);
    }

    /** Where the codec ends the connection. Below that we refuse the request alone, by the limits of {@link Http2Rules}. */
    private static long largestList(HttpConfig limits) {
        return 2 * (limits.largestHeader() + limits.longestUrl());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        widen(CONNECTION_WINDOW);
        deadline = Deadlines.of(ctx.executor()).create(() -> late(ctx));
        deadline.in(service.idle());
        if (!service.keeps(handshake)) {
            // A drain that began during the handshake was told to those that spoke HTTP already.
            drain();
        }
    }

    // ---- what the client does

    @Override
    Lane begin(Http2Stream stream) {
        return new ClientStream(this, stream, service, handshake, peer);
    }

    /** A request whose head the codec refuses is recorded as well. */
    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException broken) {
        if (!outbound && !connection().streamMayHaveExisted(broken.streamId())) {
            ClientStream none = new ClientStream(this, connection().connectionStream(), service, handshake, peer);
            service.record(
                    service.exchange(handshake, peer, Request.UNREADABLE, none),
                    new Refusal.MalformedStream("malformed-stream"));
        }
        super.onStreamError(ctx, outbound, cause, broken);
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception broken) {
        PatientClose.hurry(ctx.channel());
        super.onConnectionError(ctx, outbound, cause, broken);
    }

    /** Tells the client to open no more streams here; those it has just opened are still served. */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event instanceof Exchanges.Drain) {
            drain();
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    void drain() {
        if (!draining) {
            draining = true;
            goAway(ctx(), Integer.MAX_VALUE, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, ctx().newPromise());
            ctx().flush();
            if (deadline != null && underWay == 0) {
                deadline.in(LAST_STREAMS);
            }
        }
    }

    private void late(ChannelHandlerContext ctx) {
        if (deadline != null && (underWay > 0 || answersWait())) {
            waits++;
            deadline.in(LAST_STREAMS);
        } else {
            ctx.channel().close();
        }
    }

    /** Whether the ends of answers still wait for the client, which may leave them unread for no longer than that. */
    private boolean answersWait() {
        return connection().numActiveStreams() > 0
                && LAST_STREAMS.multipliedBy(waits).compareTo(service.idle()) < 0;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        // First, and for good: the streams are ended below, and the last one's end would set it again.
        Deadline last = deadline;
        deadline = null;
        if (last != null) {
            last.drop();
        }
        super.channelInactive(ctx);
    }

    // ---- what its streams do

    /** An exchange began: the connection is in use. */
    void began() {
        if (underWay++ == 0 && deadline != null && !draining) {
            deadline.clear();
        }
    }

    /** An exchange ended. From the last one on the connection is unused, whatever frames still come. */
    void ended() {
        if (--underWay == 0 && deadline != null) {
            waits = 0;
            deadline.in(draining ? LAST_STREAMS : service.idle());
        }
    }
}
