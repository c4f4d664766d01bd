package dev.phigate.balancer.upstream;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.tls.ClientTls;
import dev.phigate.balancer.upstream.pool.Carrier;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One connection being made: TCP, then TLS, under one deadline. Its pool is told once what came of it. Used on its event loop only. */
final class Dial {
    private final HostPool pool;
    private final Terms terms;
    private final Taker taker;
    private final boolean alone;
    private final Deadline deadline;
    private @Nullable Channel channel;
    private boolean over;

    /**
     * How the connections of an upstream are made on one loop.
     *
     * @param loop the loop
     * @param tls how the host is verified
     * @param speaks makes what speaks on a connection
     * @param patience how long making one may take
     * @param channels all of the upstream
     * @param clock nanoseconds of a clock that only runs forward
     */
    record Terms(
            EventLoop loop,
            ClientTls tls,
            Supplier<? extends Carrier> speaks,
            Duration patience,
            ChannelGroup channels,
            LongSupplier clock) {}

    /**
     * One that has not begun.
     *
     * @param pool what the connection is made for
     * @param taker who asked for it
     * @param alone whether it is for one exchange only
     */
    Dial(HostPool pool, Terms terms, Taker taker, boolean alone) {
        this.pool = pool;
        this.terms = terms;
        this.taker = taker;
        this.alone = alone;
        this.deadline = Deadlines.of(terms.loop()).create(() -> fail(Unreachable.TIMEOUT));
    }

    /** Begins; {@code exactly} when the host must not be offered AES-128. */
    void begin(boolean exactly) {
        deadline.in(terms.patience());
        Host host = pool.host();
        try {
            Carrier top = terms.speaks().get();
            SslHandler handler = terms.tls()
                    .handler(
                            ByteBufAllocator.DEFAULT,
                            host.proves(),
                            host.address().getPort(),
                            exactly);
            ChannelFuture connecting = new Bootstrap()
                    .group(terms.loop())
                    .channel(EpollSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .option(ChannelOption.SO_KEEPALIVE, true)
                    .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel made) {
                            made.pipeline().addLast("tls", handler).addLast(new Unsecured());
                        }
                    })
                    .connect(host.address());
            if (connecting.isDone() && !connecting.channel().isRegistered()) {
                // There is not even a channel: no descriptor is left, say. What says so knows nothing of our loop, and
                // no
                // pipeline will ever release the engine.
                ReferenceCountUtil.safeRelease(handler.engine());
                terms.loop().execute(() -> fail(Unreachable.BUSY));
                return;
            }
            channel = connecting.channel();
            terms.channels().add(channel);
            connecting.addListener(tcp -> {
                if (!tcp.isSuccess()) {
                    fail(Unreachable.REFUSED);
                }
            });
            handler.handshakeFuture().addListener(done -> handshaken(done, handler, top, exactly));
        } catch (IllegalStateException e) {
            // The terms are retired: a reload replaced this upstream a while ago.
            fail(Unreachable.REFUSED);
        }
    }

    private void handshaken(Future<?> done, SslHandler handler, Carrier top, boolean exactly) {
        Channel made = channel;
        if (over || made == null) {
            return;
        }
        if (!done.isSuccess()) {
            fail(Unreachable.by(done.cause()));
            return;
        }
        if (!terms.tls().acceptable(handler)) {
            made.close();
            if (exactly) {
                fail(Unreachable.UNTRUSTED);
            } else {
                pool.host().speakExactly();
                begin(true);
            }
            return;
        }
        if (!terms.tls().agreed(handler)) {
            fail(Unreachable.OTHER_PROTOCOL);
            return;
        }
        over = true;
        deadline.drop();
        made.pipeline().removeLast();
        pool.dialled();
        pool.verified(made, top, alone, taker);
    }

    private void fail(Unreachable why) {
        if (over) {
            return;
        }
        over = true;
        deadline.drop();
        if (channel != null) {
            channel.close();
        }
        pool.failed(why, alone);
        if (taker.wanted()) {
            taker.refused(why);
        } else if (why.hostFailed()) {
            // Who asked has given up before, and will not say so.
            pool.host().failed();
        }
    }

    /** Stands where what speaks will stand, so that nothing is said before the host is known. */
    private static final class Unsecured extends ChannelInboundHandlerAdapter {
        @Override
        @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
