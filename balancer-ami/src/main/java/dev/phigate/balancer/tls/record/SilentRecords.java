package dev.phigate.balancer.tls.record;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection on which, after its handshake, records come that carry no data: KeyUpdates (RFC 8446 section 4.6.3), of which the
 * JDK's engine answers each with new keys and a record that waits for a client who need not read it. Records are counted as they
 * come off the wire, and what comes out of TLS is taken off again. Before TLS, with {@link #data} behind it; on its event loop.
 */
public final class SilentRecords extends ChannelInboundHandlerAdapter {
    /** In a window of time; honest clients change their keys after gigabytes (RFC 8446 section 5.5). BoringSSL allows 32 in a row. */
    private static final int MOST = 64;

    private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);
    private static final int HEAD = 5;

    private int headRead;
    private int length;
    private int skip;
    private int silent;
    private boolean secured;
    private long windowBegan;
    private boolean over;

    /** What stands behind TLS, to see what comes out of it. */
    public ChannelHandler data() {
        return new Data();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (over) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof ByteBuf bytes) {
            count(bytes);
        }
        ctx.fireChannelRead(message);
        if (secured && silent > MOST && withinWindow()) {
            over = true;
            // Below TLS: its goodbye would wait behind answers that nobody reads.
            ctx.close();
        }
    }

    private void count(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (skip > 0) {
                int skipped = Math.min(skip, end - at);
                skip -= skipped;
                at += skipped;
                continue;
            }
            length = (length << 8 | (bytes.getByte(at++) & 0xff)) & 0xffff;
            if (++headRead == HEAD) {
                headRead = 0;
                skip = length;
                silent++;
            }
        }
    }

    private boolean withinWindow() {
        long now = System.nanoTime();
        if (now - windowBegan > WINDOW) {
            windowBegan = now;
            silent = 0;
            return false;
        }
        return true;
    }

    private final class Data extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes && bytes.isReadable()) {
                silent = Math.max(0, silent - 1);
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent) {
                secured = true;
                silent = 0;
                windowBegan = System.nanoTime();
            }
            ctx.fireUserEventTriggered(event);
        }
    }
}
