package dev.phigate.balancer.http.hop;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SingleThreadEventLoop;

/**
 * Hands what one turn of the event loop wrote to TLS at the turn's end, so that small pieces share records and system calls, and the
 * peers of many connections are woken once the loop has done its own work. A flush of nothing, which costs a call into TLS, ends
 * here; one of a whole record or more goes on at once, so that large bodies do not wait in memory.
 */
public final class TurnFlush extends ChannelOutboundHandlerAdapter {
    /** The most that a TLS record holds (RFC 8446 section 5.1). */
    private static final int RECORD = 1 << 14;

    private long written;
    private boolean scheduled;

    /** Hands over now what a connection wrote in this turn, if it goes through such a handler: its end will not wait. */
    public static void now(Channel channel) {
        TurnFlush waiting = channel.pipeline().get(TurnFlush.class);
        if (waiting != null) {
            waiting.end(channel.pipeline().context(waiting));
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        // Nothing is something too: who wrote it may wait for its promise.
        written += message instanceof ByteBuf piece ? Math.max(1, piece.readableBytes()) : RECORD;
        ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (written >= RECORD || !(ctx.channel().eventLoop() instanceof SingleThreadEventLoop loop)) {
            // The second is a loop without turns, such as an embedded channel's.
            end(ctx);
        } else if (written > 0 && !scheduled) {
            scheduled = true;
            loop.executeAfterEventLoopIteration(() -> late(ctx));
        }
    }

    private void late(ChannelHandlerContext ctx) {
        scheduled = false;
        end(ctx);
    }

    private void end(ChannelHandlerContext ctx) {
        if (written > 0) {
            written = 0;
            ctx.flush();
        }
    }

    /** What waits goes out before the close: TLS says its own goodbye first and would drop it. */
    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        end(ctx);
        ctx.close(promise);
    }
}
