package dev.phigate.balancer.admin;

import dev.phigate.balancer.audit.AuditLog;
import dev.phigate.balancer.audit.AuditRecord;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.Failure;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.tls.Handshakes;
import dev.phigate.balancer.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The administrators' socket. Nobody gets past the handshake without a certificate that leads to its trust. */
public final class AdminListener implements Handshakes {
    /** What records and messages call it. */
    public static final String NAME = "admin";

    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    private static final int IDLE_SECONDS = 60;
    private static final int LARGEST_BODY = 64 * 1024;

    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final AtomicLong numbers = new AtomicLong();
    private final AuditLog audit;
    private final Status status;
    private volatile AdminConfig config;
    private volatile ServerTls tls;
    private @Nullable Channel socket;

    /**
     * A listener without its socket.
     *
     * @param config a configuration without problems
     * @param tls its terms
     * @param audit where what administrators ask is recorded
     * @param status what they can ask for
     */
    public AdminListener(AdminConfig config, ServerTls tls, AuditLog audit, Status status) {
        this.config = config;
        this.tls = tls;
        this.audit = audit;
        this.status = status;
    }

    /** Asks for the socket; the caller waits for the outcome. */
    public ChannelFuture bind(EventLoopGroup loops) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channels.add(channel);
                        Accepted accepted = new Accepted(
                                NAME, numbers.incrementAndGet(), channel.remoteAddress(), channel.localAddress());
                        channel.pipeline().addLast(tls.handler(accepted, HANDSHAKE, AdminListener.this));
                    }
                })
                .bind(config.address());
        socket = bound.channel();
        channels.add(socket);
        return bound;
    }

    @Override
    public void secured(Channel channel, Handshake handshake) {
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(LARGEST_BODY))
                .addLast(new AdminRequests(config, peer(handshake), audit, status));
    }

    @Override
    public void failed(Accepted accepted, Failure failure) {
        var _ = audit.append(new AuditRecord.HandshakeFailed(Instant.now(), peer(accepted, null), failure.written()));
    }

    private static Peer peer(Handshake handshake) {
        return peer(
                handshake.accepted(),
                new Peer.Tls(handshake.version(), handshake.suite(), handshake.serverName(), handshake.identity()));
    }

    private static Peer peer(Accepted accepted, Peer.@Nullable Tls tls) {
        return new Peer(
                NAME,
                accepted.connection(),
                accepted.source().getAddress().getHostAddress(),
                accepted.source().getPort(),
                tls);
    }

    /** Serves by another configuration from now on; its address must be the same. */
    public void enforce(AdminConfig next, ServerTls terms) {
        config = next;
        tls = terms;
    }

    /** Closes the socket and every connection; done when all are closed. */
    public Future<Void> close() {
        return channels.close();
    }

    /** Where it really is. */
    public InetSocketAddress address() {
        return socket == null ? config.address() : (InetSocketAddress) socket.localAddress();
    }

    /** Its configuration. */
    public AdminConfig config() {
        return config;
    }
}
