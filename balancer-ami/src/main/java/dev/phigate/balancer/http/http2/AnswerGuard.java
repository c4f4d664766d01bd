package dev.phigate.balancer.http.http2;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DecoratingHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Settings;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a client can make us answer that is no answer to a request: acknowledgements that it does not read
 * (CVE-2019-9512, 9515), and resets that it provokes by frames out of place (CVE-2025-8671). Both end the connection, as does
 * a setting that cannot be.
 */
final class AnswerGuard extends DecoratingHttp2ConnectionEncoder {
    private static final int MOST_UNREAD = 10_000;
    private static final int MOST_RESETS = 200;
    private static final int REMEMBERED = 256;
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(30);

    private final ChannelFutureListener written = future -> read();
    private @Nullable Http2LifecycleManager manager;
    private int unread;
    private int resets;
    private long windowBegan = System.nanoTime();
    private boolean over;
    /** The streams that were reset last; none yet. */
    private int[] reset = {};

    AnswerGuard(Http2ConnectionEncoder encoder) {
        super(encoder);
    }

    private void read() {
        unread--;
    }

    @Override
    public void lifecycleManager(Http2LifecycleManager lifecycleManager) {
        manager = lifecycleManager;
        super.lifecycleManager(lifecycleManager);
    }

    @Override
    public ChannelFuture writeSettingsAck(ChannelHandlerContext ctx, ChannelPromise promise) {
        return tooMuchUnread(ctx) ? promise : super.writeSettingsAck(ctx, counted(promise));
    }

    @Override
    public ChannelFuture writePing(ChannelHandlerContext ctx, boolean ack, long data, ChannelPromise promise) {
        return tooMuchUnread(ctx) ? promise : super.writePing(ctx, ack, data, counted(promise));
    }

    @Override
    public ChannelFuture writeRstStream(
            ChannelHandlerContext ctx, int streamId, long errorCode, ChannelPromise promise) {
        boolean ours = errorCode == Http2Error.CANCEL.code() || errorCode == Http2Error.NO_ERROR.code();
        if (tooMuchUnread(ctx) || (!ours && tooManyResets(ctx))) {
            return promise;
        }
        if (reset.length == 0) {
            reset = new int[REMEMBERED];
        }
        reset[slot(streamId)] = streamId;
        return super.writeRstStream(ctx, streamId, errorCode, counted(promise));
    }

    /** Whether a stream was reset from here, and not so long ago that the other side has certainly heard of it. */
    boolean wasReset(int stream) {
        return reset.length > 0 && reset[slot(stream)] == stream;
    }

    private static int slot(int stream) {
        return stream / 2 % REMEMBERED;
    }

    /** A setting that makes a window overflow ends the connection (RFC 9113 section 6.9.2), not only the window's stream. */
    @Override
    public void remoteSettings(Http2Settings settings) throws Http2Exception {
        try {
            super.remoteSettings(settings);
        } catch (Http2Exception.StreamException e) {
            throw Http2Exception.connectionError(e.error(), e, "a setting that is no stream's");
        }
    }

    private ChannelPromise counted(ChannelPromise promise) {
        unread++;
        return promise.unvoid().addListener(written);
    }

    private boolean tooMuchUnread(ChannelHandlerContext ctx) {
        return over || (unread >= MOST_UNREAD && end(ctx, "answers that nobody reads"));
    }

    private boolean tooManyResets(ChannelHandlerContext ctx) {
        long now = System.nanoTime();
        if (now - windowBegan > WINDOW) {
            windowBegan = now;
            resets = 0;
        }
        return ++resets > MOST_RESETS && end(ctx, "frames that are answered by resets");
    }

    private boolean end(ChannelHandlerContext ctx, String why) {
        over = true;
        Objects.requireNonNull(manager, "set before the first frame")
                .onError(ctx, true, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, why));
        ctx.close();
        return true;
    }
}
