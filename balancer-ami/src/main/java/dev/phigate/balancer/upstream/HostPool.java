package dev.phigate.balancer.upstream;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.tls.ClientTls;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one host. Used on that loop only. */
final class HostPool {
    private final Host host;
    private final EventLoop loop;
    private final ClientTls tls;
    private final Supplier<ChannelHandler> protocol;
    private final Duration patience;
    private final Duration idle;
    private final int most;
    private final int mostWaiting;
    private final ChannelGroup channels;
    private final Deque<Connection> unused = new ArrayDeque<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable Deadline sweep;
    private int open;
    private boolean retired;

    private record Waiting(Taker taker, long since) {}

    HostPool(
            Host host,
            EventLoop loop,
            UpstreamConfig config,
            ClientTls tls,
            Supplier<ChannelHandler> protocol,
            int most,
            ChannelGroup channels) {
        this.host = host;
        this.loop = loop;
        this.tls = tls;
        this.protocol = protocol;
        this.patience = config.connect();
        this.idle = config.idle();
        this.most = most;
        this.mostWaiting = config.waiting();
        this.channels = channels;
    }

    Host host() {
        return host;
    }

    void take(boolean fresh, Taker taker) {
        Connection kept = fresh ? null : unused();
        if (kept != null) {
            taker.taken(kept);
        } else if (open < most) {
            connect(taker);
        } else if (fresh && dropOneUnused()) {
            connect(taker);
        } else if (waiting.size() >= mostWaiting) {
            taker.refused(Unreachable.BUSY);
        } else {
            waiting.addLast(new Waiting(taker, System.nanoTime()));
            sweepLater();
        }
    }

    void takeBack(Connection connection) {
        if (!connection.channel().isActive()) {
            return;
        }
        if (retired) {
            connection.close();
            return;
        }
        Waiting next = nextWaiting();
        if (next != null) {
            next.taker().taken(connection);
            return;
        }
        connection.idleFrom(System.nanoTime());
        unused.addFirst(connection);
        sweepLater();
    }

    void retire() {
        retired = true;
        for (Connection kept = unused.pollFirst(); kept != null; kept = unused.pollFirst()) {
            kept.close();
        }
    }

    int open() {
        return open;
    }

    private @Nullable Connection unused() {
        long now = System.nanoTime();
        for (Connection kept = unused.pollFirst(); kept != null; kept = unused.pollFirst()) {
            if (kept.channel().isActive() && now - kept.idleSince() < idle.toNanos()) {
                return kept;
            }
            kept.close();
        }
        return null;
    }

    private boolean dropOneUnused() {
        Connection oldest = unused.pollLast();
        if (oldest == null) {
            return false;
        }
        oldest.close();
        return true;
    }

    private @Nullable Waiting nextWaiting() {
        for (Waiting next = waiting.pollFirst(); next != null; next = waiting.pollFirst()) {
            if (next.taker().wanted()) {
                return next;
            }
        }
        return null;
    }

    private void connect(Taker taker) {
        open++;
        Attempt attempt = new Attempt(taker);
        attempt.begin(host.exactly());
    }

    private void closed() {
        open--;
        Waiting next = retired ? null : nextWaiting();
        if (next != null) {
            connect(next.taker());
        }
    }

    private void sweepLater() {
        if (sweep == null) {
            sweep = Deadlines.of(loop).create(this::sweep);
        }
        sweep.in(Duration.ofMillis(Math.max(100, Math.min(1000, idle.toMillis() / 2))));
    }

    private void sweep() {
        long now = System.nanoTime();
        while (!unused.isEmpty() && now - unused.peekLast().idleSince() >= idle.toNanos()) {
            unused.pollLast().close();
        }
        for (Waiting next : new ArrayList<>(waiting)) {
            if (now - next.since() >= patience.toNanos()
                    && waiting.remove(next)
                    && next.taker().wanted()) {
                next.taker().refused(Unreachable.BUSY);
            }
        }
        if (!unused.isEmpty() || !waiting.isEmpty()) {
            sweepLater();
        } else if (sweep != null) {
            sweep.drop();
        }
    }

    /** One connection being made: TCP, then TLS, under one deadline. */
    private final class Attempt {
        private final Taker taker;
        private final Deadline deadline = Deadlines.of(loop).create(this::late);
        private @Nullable Channel channel;
        private boolean over;

        Attempt(Taker taker) {
            this.taker = taker;
        }

        void begin(boolean exactly) {
            deadline.in(patience);
            try {
                ChannelHandler top = protocol.get();
                SslHandler handler = tls.handler(
                        io.netty.buffer.ByteBufAllocator.DEFAULT,
                        host.name(),
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
                                made.pipeline().addLast("tls", handler).addLast("http", top);
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

        private void handshaken(Future<?> future, SslHandler handler, ChannelHandler top, boolean exactly) {
            Channel made = channel;
            if (over || made == null) {
                return;
            }
            if (!future.isSuccess()) {
                fail(reasonOf(future.cause()));
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
            over = true;
            deadline.drop();
            made.config().setAutoRead(false);
            Connection connection = new Connection(HostPool.this, made, top);
            made.closeFuture().addListener(gone -> {
                unused.remove(connection);
                closed();
            });
            if (taker.wanted()) {
                taker.taken(connection);
            } else {
                takeBack(connection);
                made.read();
            }
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
            closed();
            if (taker.wanted()) {
                taker.refused(why);
            }
        }

        private static Unreachable reasonOf(@Nullable Throwable cause) {
            for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
                if (deeper instanceof CertificateException || deeper instanceof SSLHandshakeException) {
                    return Unreachable.UNTRUSTED;
                }
            }
            return cause instanceof SSLException ? Unreachable.UNTRUSTED : Unreachable.REFUSED;
        }
    }
}
