package dev.phigate.balancer.admin;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.Failure;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.tls.HandshakeRecords;
import dev.phigate.balancer.tls.Handshakes;
import dev.phigate.balancer.tls.ServerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
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
import org.jspecify.annotations.Nullable;

/** The administrators' socket. Nobody gets past the handshake without a certificate that leads to its trust. */
public final class AdminListener implements Handshakes {
    /** What records and messages call it. */
    public static final String NAME = "admin";

    private static final Duration HANDSHAKE = Duration.ofSeconds(5);
    private static final int IDLE_SECONDS = 60;
    private static final int LARGEST_BODY = 64 * 1024;

    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final Recorder audit;
    private final Status status;
    private volatile AdminConfig config;
    private volatile ServerTls tls;
    private volatile boolean leaves;
    private @Nullable Channel socket;

    /**
     * A listener without its socket.
     *
     * @param config a configuration without problems
     * @param tls its terms
     * @param audit where what administrators ask is recorded
     * @param status what they can ask for
     */
    public AdminListener(AdminConfig config, ServerTls tls, Recorder audit, Status status) {
        this.config = config;
        this.tls = tls;
        this.audit = audit;
        this.status = status;
    }

    /**
     * Asks for the socket; the caller waits for the outcome.
     *
     * @param loops the loops of the connections
     * @param listening makes its channel
     * @param taken whether that listens already
     */
    public ChannelFuture bind(EventLoopGroup loops, ChannelFactory<? extends ServerChannel> listening, boolean taken) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channelFactory(listening)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channels.add(channel);
                        Accepted accepted = accepted(channel);
                        audit.note(HandshakeRecords.accepted(accepted));
                        channel.pipeline().addLast(tls.handler(accepted, HANDSHAKE, AdminListener.this));
                    }
                });
        ChannelFuture bound = taken ? bootstrap.register() : bootstrap.bind(config.address());
        socket = bound.channel();
        channels.add(socket);
        return bound;
    }

    @Override
    public void secured(Channel channel, Handshake handshake) {
        audit.note(HandshakeRecords.done(handshake));
        channel.pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(LARGEST_BODY))
                .addLast(new AdminRequests(
                        () -> config, handshake, () -> tls.objection(handshake), audit, status, () -> leaves));
    }

    @Override
    public void failed(Accepted accepted, Failure failure) {
        audit.note(HandshakeRecords.failed(accepted, failure));
    }

    private static Accepted accepted(SocketChannel channel) {
        Client client = new Client(FreshId.next(), new Name(NAME), Endpoint.of(channel.remoteAddress()));
        return new Accepted(client, channel.remoteAddress(), channel.localAddress(), System.nanoTime());
    }

    /** Serves by another configuration from now on; its address must be the same. */
    public void enforce(AdminConfig next, ServerTls terms) {
        config = next;
        tls = terms;
    }

    /** Accepts no more, and lets connections go: who asks again asks the process that serves now, and not how this one ends. */
    public void leave() {
        leaves = true;
        if (socket != null) {
            socket.close().awaitUninterruptibly();
        }
        channels.forEach(channel -> channel.pipeline().fireUserEventTriggered(AdminRequests.Leave.NOW));
    }

    /** Its socket; null until it is bound. */
    public @Nullable Channel socket() {
        return socket;
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
