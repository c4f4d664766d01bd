package dev.phigate.balancer.http.http2;

import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import java.time.Duration;

/**
 * Netty's HTTP/2 codec as we use it: streams without channels of their own, because a channel, a pipeline and an object for
 * each frame cost more than the request itself; and every stream with an equal share, because RFC 9113 gave up the tree of
 * priorities.
 */
final class Codec<T extends Http2Link> extends AbstractHttp2ConnectionHandlerBuilder<T, Codec<T>> {
    private static final int MOST_RESETS = 200;
    private static final int RESET_WINDOW_SECONDS = 30;

    /** Makes the handler from its parts. */
    @FunctionalInterface
    interface Maker<T> {
        T make(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings);
    }

    private final Maker<T> maker;

    private Codec(Maker<T> maker) {
        this.maker = maker;
    }

    /**
     * The handler of a connection that a client made to us.
     *
     * @param settings what we tell the client; its largest header list is enforced from the first request on
     * @param lastStreams how long streams may take that are under way when the connection is closed
     */
    static <T extends Http2Link> T server(Http2Settings settings, Duration lastStreams, Maker<T> maker) {
        Http2Connection connection = connection(true);
        Http2ConnectionEncoder encoder =
                new AnswerGuard(new DefaultHttp2ConnectionEncoder(connection, Http2Writer.create()));
        return new Codec<>(maker)
                .decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_WINDOW_SECONDS)
                .complete(connection, encoder, settings, lastStreams);
    }

    /**
     * The handler of a connection that we made to a host.
     *
     * @param settings what we tell the host
     * @param lastStreams how long streams may take that are under way when the connection is closed
     */
    static <T extends Http2Link> T client(Http2Settings settings, Duration lastStreams, Maker<T> maker) {
        Http2Connection connection = connection(false);
        Http2ConnectionEncoder encoder =
                new AnswerGuard(new DefaultHttp2ConnectionEncoder(connection, Http2Writer.create()));
        return new Codec<>(maker).complete(connection, encoder, settings, lastStreams);
    }

    private static Http2Connection connection(boolean server) {
        Http2Connection connection = new DefaultHttp2Connection(server);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        return connection;
    }

    private T complete(
            Http2Connection connection, Http2ConnectionEncoder encoder, Http2Settings settings, Duration lastStreams) {
        var reader = new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(true, settings.maxHeaderListSize()));
        return initialSettings(settings)
                .gracefulShutdownTimeoutMillis(lastStreams.toMillis())
                .codec(new DefaultHttp2ConnectionDecoder(connection, encoder, reader), encoder)
                .build();
    }

    @Override
    protected T build(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
        return maker.make(decoder, encoder, settings);
    }
}
