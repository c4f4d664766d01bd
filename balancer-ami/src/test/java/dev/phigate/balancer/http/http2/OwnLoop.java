package dev.phigate.balancer.http.http2;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An event loop that turns when it is told to, on the thread that made it, and connections within it. */
public final class OwnLoop implements AutoCloseable {
    private static final int MOST_TURNS = 10_000;

    private final ManualIoEventLoop loop = new ManualIoEventLoop(Thread.currentThread(), LocalIoHandler.newFactory());
    private final LocalAddress address = new LocalAddress(OwnLoop.class);
    private @Nullable Channel accepted;

    /** Both ends of a connection: one is the balancer's, the other one says and hears bytes. */
    public record Ends(Channel balancers, Channel others, ByteBuf heard) {}

    OwnLoop() {
        done(new ServerBootstrap()
                .group(loop)
                .channel(LocalServerChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accepted = channel;
                    }
                })
                .bind(address));
    }

    /** The loop itself. */
    public ManualIoEventLoop loop() {
        return loop;
    }

    /** A new connection. */
    public Ends connect() {
        ByteBuf heard = Unpooled.buffer();
        ChannelFuture others = new Bootstrap()
                .group(loop)
                .channel(LocalChannel.class)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        ByteBuf bytes = (ByteBuf) message;
                        heard.writeBytes(bytes);
                        bytes.release();
                    }
                })
                .connect(address);
        done(others);
        Channel balancers = accepted;
        accepted = null;
        if (balancers == null) {
            throw new IllegalStateException("not accepted");
        }
        return new Ends(balancers, others.channel(), heard);
    }

    private void done(ChannelFuture future) {
        turn();
        if (!future.isSuccess()) {
            throw new IllegalStateException("a local channel failed", future.cause());
        }
    }

    /** Turns until there is nothing left to do now. */
    public void turn() {
        int turns = 0;
        while (loop.runNow() > 0) {
            if (++turns > MOST_TURNS) {
                throw new IllegalStateException("the loop never comes to rest");
            }
        }
    }

    /** Closes its connections. */
    @Override
    public void close() {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
        for (int turns = 0; !loop.isTerminated(); turns++) {
            if (turns > MOST_TURNS) {
                throw new IllegalStateException("the loop never ends");
            }
            loop.runNow();
        }
        // The deadlines of this one among them: the next loop of this thread has its own.
        FastThreadLocal.removeAll();
    }
}
