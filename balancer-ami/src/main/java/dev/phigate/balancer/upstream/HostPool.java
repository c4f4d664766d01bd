package dev.phigate.balancer.upstream;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.tls.ClientTls;
import dev.phigate.balancer.upstream.guard.WaitingLine;
import io.netty.bootstrap.Bootstrap;
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
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one host. Used on that loop only. */
final class HostPool {
    private final Host host;
    private final EventLoop loop;
    private final ClientTls tls;
    private final Supplier<? extends Carrier> protocol;
    private final Duration patience;
    private final Duration idle;
    private final int most;
    private final int mostWaiting;
    private final ChannelGroup channels;
    /** Those with room for another exchange, the last used first. */
    private final Deque<Connection> free = new ArrayDeque<>();

    private final WaitingLine<Taker> waiting = new WaitingLine<>(Taker::wanted);
    private @Nullable Deadline sweep;
    private boolean sweeping;
    private final Duration pace;
    private final boolean shared;
    private int open;
    private int making;
    private boolean retired;

    private static final Duration OFTENEST = Duration.ofMillis(100);
    private static final Duration RAREST = Duration.ofSeconds(1);

    HostPool(
            Host host,
            EventLoop loop,
            UpstreamConfig config,
            ClientTls tls,
            Supplier<? extends Carrier> protocol,
            int most,
            ChannelGroup channels) {
        this.host = host;
        this.loop = loop;
        this.tls = tls;
        this.protocol = protocol;
        this.shared = config.protocol() == Protocol.HTTP_2;
        this.patience = config.timeouts().connect();
        this.idle = config.idle();
        Duration shorter = idle.compareTo(patience) < 0 ? idle : patience;
        this.pace = Duration.ofNanos(Math.clamp(shorter.toNanos() / 2, OFTENEST.toNanos(), RAREST.toNanos()));
        this.most = most;
        this.mostWaiting = config.waiting();
        this.channels = channels;
    }

    Host host() {
        return host;
    }

    void take(boolean fresh, Taker taker) {
        Connection kept = fresh ? null : withRoom();
        if (kept != null) {
            give(kept, taker);
        } else if (open() < most && (fresh || !shared || making == 0)) {
            connect(taker, fresh);
        } else if (fresh && dropOneUnused()) {
            connect(taker, true);
        } else if (waiting.length() >= mostWaiting) {
            taker.refused(Unreachable.BUSY);
        } else {
            waiting.join(taker);
            sweepLater();
        }
    }

    /** Makes a connection for one exchange only, besides those that are allowed: whether the host is well does not depend on them. */
    void probe(Taker taker) {
        new Attempt(taker, true, true).begin(host.exactly());
    }

    private void give(Connection connection, Taker taker) {
        connection.take();
        if (!connection.room()) {
            unlist(connection);
        }
        taker.taken(connection);
    }

    private void list(Connection connection) {
        connection.idleFrom(System.nanoTime());
        if (!connection.listed()) {
            connection.listed(true);
            free.addFirst(connection);
        }
        sweepLater();
    }

    private void unlist(Connection connection) {
        if (connection.listed()) {
            connection.listed(false);
            free.remove(connection);
        }
    }

    void takeBack(Connection connection) {
        if (!connection.channel().isActive()) {
            return;
        }
        if (!connection.spent()) {
            // Also by one that is retired: those who wait have nowhere else to go.
            serveWaiting(connection);
        }
        if (retired || connection.spent()) {
            if (connection.unused()) {
                connection.close();
            }
        } else if (connection.room()) {
            list(connection);
        }
    }

    /** Gives a connection to those who wait, as far as it has room. */
    private void serveWaiting(Connection connection) {
        while (connection.room()) {
            Taker next = waiting.next();
            if (next == null) {
                return;
            }
            give(connection, next);
        }
    }

    void retire() {
        retired = true;
        for (Connection kept : new ArrayList<>(free)) {
            unlist(kept);
            if (kept.unused()) {
                kept.close();
            }
        }
    }

    /** How many connections there are or are being made. */
    int open() {
        return open + making;
    }

    private @Nullable Connection withRoom() {
        long now = System.nanoTime();
        for (Connection kept = free.peekFirst(); kept != null; kept = free.peekFirst()) {
            boolean old = kept.unused() && now - kept.idleSince() >= idle.toNanos();
            if (kept.room() && !old) {
                return kept;
            }
            unlist(kept);
            if (kept.unused()) {
                kept.close();
            }
        }
        return null;
    }

    private boolean dropOneUnused() {
        Connection oldest = free.peekLast();
        if (oldest == null || !oldest.unused()) {
            return false;
        }
        unlist(oldest);
        oldest.close();
        return true;
    }

    private void connect(Taker taker, boolean fresh) {
        making++;
        new Attempt(taker, shared && fresh, false).begin(host.exactly());
    }

    /** Makes another connection where somebody waits for one, and it is allowed and not yet being made. */
    private void connectForWaiting() {
        Taker next = open() >= most || (shared && making > 0) ? null : waiting.next();
        if (next != null) {
            connect(next, false);
        }
    }

    /** No connection could be made: those who wait for the same one are told the same. */
    private void failed(Unreachable why) {
        making--;
        if (shared && open() == 0) {
            for (Taker next = waiting.next(); next != null; next = waiting.next()) {
                next.refused(why);
            }
        }
        connectForWaiting();
    }

    /** Sees to it that there is a next sweep. One that is due is not put off: under load that would be for ever. */
    private void sweepLater() {
        if (sweeping) {
            return;
        }
        sweeping = true;
        if (sweep == null) {
            sweep = Deadlines.of(loop).create(this::sweep);
        }
        sweep.in(pace);
    }

    private void sweep() {
        sweeping = false;
        long now = System.nanoTime();
        for (Connection kept : new ArrayList<>(free)) {
            if (kept.unused() && now - kept.idleSince() >= idle.toNanos()) {
                unlist(kept);
                kept.close();
            }
        }
        waiting.dismiss(patience, taker -> taker.refused(Unreachable.BUSY));
        if (!free.isEmpty() || waiting.length() > 0) {
            sweepLater();
        } else if (sweep != null) {
            sweep.drop();
        }
    }

    /** Speaks on a channel whose host was verified: for who asked for it, then for those who wait, then for others to come. */
    void verified(Channel made, Carrier top, boolean alone, boolean uncounted, Taker taker) {
        open += uncounted ? 0 : 1;
        Connection connection = new Connection(this, made, top, alone);
        made.closeFuture().addListener(gone -> {
            unlist(connection);
            if (!uncounted) {
                open--;
                connectForWaiting();
            }
        });
        made.config().setAutoRead(shared);
        top.install(made);
        if (taker.wanted()) {
            connection.take();
            taker.taken(connection);
        }
        keep(connection);
    }

    /** A connection was made: it serves those who wait, and is kept while it has room. */
    private void keep(Connection connection) {
        serveWaiting(connection);
        if (connection.room() && !retired) {
            list(connection);
            connection.channel().read();
        } else if (connection.unused()) {
            connection.close();
        } else {
            // More have come meanwhile than it has room for.
            connectForWaiting();
        }
    }

    /** One connection being made: TCP, then TLS, under one deadline. */
    private final class Attempt {
        private final Taker taker;
        private final boolean alone;
        private final boolean uncounted;
        private final Deadline deadline = Deadlines.of(loop).create(this::late);
        private @Nullable Channel channel;
        private boolean over;

        Attempt(Taker taker, boolean alone, boolean uncounted) {
            this.taker = taker;
            this.alone = alone;
            this.uncounted = uncounted;
        }

        void begin(boolean exactly) {
            deadline.in(patience);
            try {
                Carrier top = protocol.get();
                SslHandler handler = tls.handler(
                        io.netty.buffer.ByteBufAllocator.DEFAULT,
                        host.proves(),
                        host.address().getPort(),
                        exactly);
                ChannelFuture connecting = new Bootstrap()
                        .group(loop)
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
                channel = connecting.channel();
                channels.add(channel);
                connecting.addListener(tcp -> {
                    if (!tcp.isSuccess()) {
                        fail(Unreachable.REFUSED);
                    }
                });
                handler.handshakeFuture().addListener(tls -> handshaken(tls, handler, top, exactly));
            } catch (IllegalStateException e) {
                // The terms are retired: a reload replaced this upstream a while ago.
                fail(Unreachable.REFUSED);
            }
        }

        private void handshaken(Future<?> future, SslHandler handler, Carrier top, boolean exactly) {
            Channel made = channel;
            if (over || made == null) {
                return;
            }
            if (!future.isSuccess()) {
                fail(Unreachable.by(future.cause()));
                return;
            }
            if (!tls.acceptable(handler)) {
                made.close();
                if (exactly) {
                    fail(Unreachable.UNTRUSTED);
                } else {
                    host.speakExactly();
                    begin(true);
                }
                return;
            }
            if (!tls.agreed(handler)) {
                fail(Unreachable.OTHER_PROTOCOL);
                return;
            }
            over = true;
            deadline.drop();
            if (!uncounted) {
                making--;
            }
            made.pipeline().removeLast();
            verified(made, top, alone, uncounted, taker);
        }

        private void late() {
            fail(Unreachable.TIMEOUT);
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
            if (!uncounted) {
                failed(why);
            }
            if (taker.wanted()) {
                taker.refused(why);
            }
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
