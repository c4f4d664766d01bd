package dev.phigate.balancer.http.hop;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes a client's connection once the system has taken all that was written to it, and TLS's goodbye if there is TLS: the last of an answer may wait here
 * for a client that is slow, and Netty's TLS would let go of it after three seconds. A client that takes nothing for as long as it may leave
 * an answer unread is given up. Between TLS and the others; used on its event loop only.
 */
public final class PatientClose extends ChannelDuplexHandler {
    /** For who broke the rules: time for the word that says so, and no more. */
    private static final Duration SHORT = Duration.ofSeconds(3);

    private final Supplier<Duration> patience;
    private boolean hurried;
    private boolean closing;
    private @Nullable Deadline next;
    private long left = Long.MAX_VALUE;
    private long since;

    /**
     * For one connection.
     *
     * @param patience how long a client may take nothing
     */
    public PatientClose(Supplier<Duration> patience) {
        this.patience = patience;
    }

    /** A connection whose client broke the rules is waited for no longer than to be told so. */
    public static void hurry(Channel channel) {
        PatientClose ours = channel.pipeline().get(PatientClose.class);
        if (ours != null) {
            ours.hurried = true;
        }
    }

    /** Closes a connection at once, below TLS, which has said all it had to say or shall not say it. */
    public static void belowTls(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first != null) {
            first.close();
        }
    }

    /**
     * A client that ends its direction of TLS ends both where BoringSSL serves it: nothing can be answered any more, and nobody is to
     * believe that it was. The JDK's engine goes on with ours (RFC 8446 section 6.1).
     */
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        ctx.fireUserEventTriggered(event);
        if (event instanceof SslCloseCompletionEvent) {
            // Once TLS has said its own goodbye.
            ctx.executor().execute(() -> closeIfMute(ctx));
        }
    }

    private void closeIfMute(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls != null && tls.engine().isOutboundDone() && ctx.channel().isActive()) {
            close(ctx, ctx.newPromise());
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!ctx.channel().isActive()) {
            ctx.close(promise);
            return;
        }
        ctx.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (!closing) {
            closing = true;
            try {
                SslHandler tls = ctx.pipeline().get(SslHandler.class);
                if (tls != null) {
                    tls.closeOutbound();
                }
            } finally {
                // Also when there is no memory for a goodbye: nobody else closes it.
                look(ctx);
            }
            if (ctx.channel().isActive()) {
                // What calls for the close may be the end of a write, which is not counted off before all who wait for
                // it know.
                ctx.executor().execute(() -> lookOnce(ctx));
            }
        }
    }

    private void lookOnce(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive() && waiting(ctx.channel()) == 0) {
            belowTls(ctx.channel());
        }
    }

    private void look(ChannelHandlerContext ctx) {
        long now = System.nanoTime();
        long before = left;
        left = waiting(ctx.channel());
        if (left < before) {
            since = now;
        }
        if (left == 0 || now - since > (hurried ? SHORT : patience.get()).toNanos()) {
            belowTls(ctx.channel());
        } else {
            if (next == null) {
                next = Deadlines.of(ctx.executor()).create(() -> look(ctx));
            }
            next.in(Deadlines.TICK);
        }
    }

    private static long waiting(Channel channel) {
        ChannelOutboundBuffer written = channel.unsafe().outboundBuffer();
        return written == null ? 0 : written.totalPendingWriteBytes();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (next != null) {
            next.drop();
        }
    }
}
