package dev.phigate.balancer.http.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.SingleThreadEventLoop;

/**
 * Hands what one turn of the event loop wrote to TLS at the turn's end, so that the frames of all streams share records and
 * system calls. A flush of nothing, which costs a call into TLS, ends here.
 */
final class TurnFlush extends ChannelOutboundHandlerAdapter {
    private boolean written;
    private boolean scheduled;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        written = true;
        ctx.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (written && !scheduled) {
            scheduled = true;
            ((SingleThreadEventLoop) ctx.channel().eventLoop()).executeAfterEventLoopIteration(() -> end(ctx));
        }
    }

    private void end(ChannelHandlerContext ctx) {
        scheduled = false;
        if (written) {
            written = false;
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
