package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.hop.TurnFlush;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The end of a connection on which the client may still be sending: the answer's end is sent, our direction is closed, and
 * what still comes is read and dropped for a while. Closing at once would make the client's system discard the answer
 * (RFC 9112 section 9.6).
 */
final class Lingering extends ChannelInboundHandlerAdapter {
    private static final int MOST_BYTES = 1 << 20;

    private int dropped;

    /**
     * Begins after everything written so far; whoever began it closes the connection in the end.
     *
     * @param begun called once all of it has been sent
     */
    static void begin(ChannelHandlerContext ctx, Runnable begun) {
        if (!ctx.channel().isActive()) {
            ctx.close();
            return;
        }
        TurnFlush.now(ctx.channel());
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        // Without TLS there is no goodbye: what is written after everything is nothing.
        var last = tls == null ? ctx.channel().writeAndFlush(Unpooled.EMPTY_BUFFER) : tls.closeOutbound();
        last.addListener(sent -> {
            if (ctx.channel() instanceof DuplexChannel channel && channel.isActive()) {
                channel.pipeline().addFirst(new Lingering());
                channel.shutdownOutput();
                channel.config().setAutoRead(true);
                begun.run();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        dropped += bytes.readableBytes();
        bytes.release();
        if (dropped > MOST_BYTES) {
            ctx.close();
        }
    }
}
