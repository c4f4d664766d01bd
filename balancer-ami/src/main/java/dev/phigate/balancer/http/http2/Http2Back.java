package dev.phigate.balancer.http.http2;

import dev.phigate.balancer.http.exchange.Break;
import dev.phigate.balancer.http.hop.TurnFlush;
import dev.phigate.balancer.upstream.pool.Carrier;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** HTTP/2 on a connection to a host: many exchanges at once, each a stream. A host may not push. */
public final class Http2Back extends Http2Link implements Carrier {
    private static final int MOST_STREAMS = 32;
    private static final int STREAM_WINDOW = 128 * 1024;
    /**
     * All streams at once cannot use it up, though Netty tells a host only each half of it that was consumed: clients that do not read
     * hold up their own streams, and nobody else's. What waits here is bounded by the windows of the streams.
     */
    private static final int CONNECTION_WINDOW = 2 * MOST_STREAMS * STREAM_WINDOW;

    private static final long LARGEST_HEAD = 64 * 1024;
    private static final Duration LAST_STREAMS = Duration.ZERO;

    private final List<Runnable> untilTold = new ArrayList<>(1);
    private boolean told;
    private boolean webSockets;
    private boolean goingAway;

    private Http2Back(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        super(decoder, encoder, settings);
    }

    /** One that speaks on no connection yet. */
    public static Http2Back create() {
        Http2Settings settings = new Http2Settings()
                .pushEnabled(false)
                .initialWindowSize(STREAM_WINDOW)
                .maxHeaderListSize(LARGEST_HEAD);
        return Codec.client(settings, LAST_STREAMS, Http2Back::new);
    }

    @Override
    public void install(Channel channel) {
        channel.pipeline().addLast(new TurnFlush()).addLast("http", this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
        super.handlerAdded(ctx);
        widen(CONNECTION_WINDOW);
    }

    @Override
    public Object lane() {
        return new HostStream(this);
    }

    @Override
    public int most() {
        if (goingAway || connection().goAwaySent()) {
            return 0;
        }
        // Until a host has told us its number: RFC 9113 section 6.5.2 recommends every server to allow 100.
        return Math.min(MOST_STREAMS, connection().local().maxActiveStreams());
    }

    // ---- what the host does

    @Override
    void settled(Http2Settings settings) {
        told = true;
        // What a host does not name again holds as before.
        webSockets = Objects.requireNonNullElse(settings.connectProtocolEnabled(), webSockets);
        goOn();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        goingAway = true;
        super.channelInactive(ctx);
        goOn();
    }

    private void goOn() {
        List<Runnable> waiting = List.copyOf(untilTold);
        untilTold.clear();
        waiting.forEach(Runnable::run);
    }

    /** The host says which was the last stream that it may have done anything for. */
    @Override
    void goingAway(int last) {
        // First: who is told below asks for a connection again at once, and must not be given this one.
        goingAway = true;
        lanes(last).forEach(host -> host.broken(Break.NOT_BEGUN));
        closeWhenUnused();
    }

    /** The streams under way behind one. */
    private List<HostStream> lanes(int last) {
        List<HostStream> behind = new ArrayList<>();
        try {
            connection().forEachActiveStream(stream -> {
                if (stream.id() > last && lane(stream) instanceof HostStream host) {
                    behind.add(host);
                }
                return true;
            });
        } catch (Http2Exception e) {
            onError(ctx(), false, e);
        }
        return behind;
    }

    /** One of its streams is over. */
    void closeWhenUnused() {
        if (goingAway && connection().numActiveStreams() == 0) {
            loop().execute(() -> ctx().channel().close());
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, Http2Exception.StreamException broken) {
        Http2Stream stream = connection().stream(broken.streamId());
        if (stream != null && lane(stream) instanceof HostStream host) {
            boolean ours = broken instanceof Http2Exception.HeaderListSizeException size && !size.duringDecode();
            host.broken(ours ? Break.HEADER_TOO_LARGE : Break.BROKE_THE_RULES);
        }
        // What has ended by this would be reset again as an unknown stream, even one that the host never heard of.
        if (stream == null || !closed(stream)) {
            super.onStreamError(ctx, outbound, cause, broken);
        }
    }

    /** The host broke the rules of the connection, which ends by that: its streams are told the cause, not only the end. */
    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, @Nullable Http2Exception broken) {
        if (!outbound && broken != null && broken.error() != Http2Error.INTERNAL_ERROR) {
            // First: who is told asks for another connection at once.
            goingAway = true;
            lanes(0).forEach(host -> host.broken(Break.BROKE_THE_RULES));
        }
        super.onConnectionError(ctx, outbound, cause, broken);
    }

    // ---- what its streams do

    /** Runs something once the host's settings are known, or its connection has ended before it told them. */
    void onceTold(Runnable then) {
        if (told || goingAway) {
            then.run();
        } else {
            untilTold.add(then);
        }
    }

    /** Whether the host's settings are known and do not offer WebSockets (RFC 8441 section 3). */
    boolean withoutWebSockets() {
        return told && !webSockets;
    }

    /** Opens a stream; null when the connection takes no more. */
    @Nullable
    Http2Stream open(HostStream by) {
        var local = connection().local();
        try {
            int id = local.incrementAndGetNextStreamId();
            goingAway |= id < 0;
            if (most() == 0) {
                return null;
            }
            Http2Stream stream = local.createStream(id, false);
            stream.setProperty(key, by);
            return stream;
        } catch (Http2Exception e) {
            return null;
        }
    }
}
