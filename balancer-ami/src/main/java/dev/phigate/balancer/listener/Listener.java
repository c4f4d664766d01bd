package dev.phigate.balancer.listener;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Who;
import dev.phigate.audit.record.ConnectionAccepted;
import dev.phigate.audit.record.Refused;
import dev.phigate.audit.record.Refused.Reason;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.HandshakeRecords;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One listener: its socket, and the way of a connection from there. The socket stays for the process's life; what it serves
 * by is put in force by {@link #enforce}.
 */
public final class Listener {
    private static final int BACKLOG = 4096;

    private final Recorder audit;
    private final Reception reception;
    private final Admission admission;
    private volatile ListenerConfig config;
    private @Nullable Channel socket;

    /**
     * A listener without its socket.
     *
     * @param config a configuration without problems
     * @param reception what becomes of connections that are admitted
     * @param audit where connections are recorded
     */
    public Listener(ListenerConfig config, Reception reception, Recorder audit) {
        this.config = config;
        this.reception = reception;
        this.audit = audit;
        this.admission = new Admission(config.name(), config.connections(), config.perSource());
    }

    /**
     * Begins to accept.
     *
     * @param loops the loops of the connections
     * @param taken the descriptor of a socket that listens already, or -1 to bind one
     * @throws IOException with a complete message when the address cannot be had
     */
    public void bind(EventLoopGroup loops, int taken) throws IOException {
        var bootstrap = new ServerBootstrap()
                .group(loops)
                .channelFactory(Sockets.factory(taken))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        begin(channel);
                    }
                });
        var bound = (taken < 0 ? bootstrap.bind(config.address()) : bootstrap.register()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw Sockets.cannotBind(config.name(), config.address(), bound.cause());
        }
        socket = bound.channel();
        AcceptFailures.tell(socket, config.name());
    }

    /** The way of a connection: admitted, named by a proxy, received: secured, then HTTP, or HTTP that only redirects. */
    private void begin(SocketChannel channel) {
        ProxyConfig proxy = config.proxy().orElse(null);
        Accepted peer = admission.name(channel);
        if (proxy != null && !proxy.believes(peer.source())) {
            refuse(channel, peer, Reason.SOURCE_NOT_ALLOWED, "proxy-not-believed");
        } else if (!admission.admit(channel)) {
            refuse(channel, peer, Reason.OVER_CONNECTION_LIMIT, "connection-limit");
        } else if (proxy == null) {
            enter(channel, peer, HandshakeRecords.accepted(peer));
        } else {
            channel.pipeline()
                    .addLast(new ProxyHeader(
                            peer,
                            config.handshake(),
                            client -> enter(channel, client, HandshakeRecords.proxied(client, peer)),
                            why -> refuse(channel, peer, Reason.BAD_PROXY_HEADER, why)));
        }
    }

    private void enter(SocketChannel channel, Accepted client, ConnectionAccepted record) {
        if (admission.admitSource(channel, client.source().getAddress())) {
            audit.note(record);
            reception.receive(channel, client, config.handshake());
        } else {
            refuse(channel, client, Reason.OVER_CONNECTION_LIMIT, "source-connection-limit");
        }
    }

    private void refuse(SocketChannel channel, Accepted accepted, Reason reason, String rule) {
        audit.note(new Refused(
                Instant.now(),
                accepted.client(),
                Who.UNKNOWN,
                null,
                Target.NONE,
                new Refused.Cause(reason, new Name(rule)),
                0));
        channel.close();
    }

    /** Goes by another configuration from now on; its address must be the same, and whether it speaks TLS. */
    public void enforce(ListenerConfig next) {
        config = next;
        admission.allow(next.connections(), next.perSource());
    }

    /** What becomes of connections that are admitted. */
    public Reception reception() {
        return reception;
    }

    /**
     * Stops accepting, and ends connections with their next answer, or as soon as nothing is under way on them.
     *
     * @param how whether those that are unused end at once
     */
    public void drain(Exchanges.Drain how) {
        if (socket != null) {
            socket.close().awaitUninterruptibly();
        }
        reception.drain(how);
        admission.each(
                channel -> channel.eventLoop().execute(() -> channel.pipeline().fireUserEventTriggered(how)));
    }

    /** The descriptor of its socket, for the process that succeeds this one. */
    public FileDescriptor descriptor() {
        return Sockets.descriptor(socket);
    }

    /** Closes every connection, whatever is under way; done when all are closed. */
    public Future<Void> close() {
        return admission.close();
    }

    /** Its configuration. */
    public ListenerConfig config() {
        return config;
    }

    /** Where it really is, which differs from the configuration for port 0. */
    public InetSocketAddress address() {
        return socket == null ? config.address() : (InetSocketAddress) socket.localAddress();
    }

    /** How many connections are open. */
    public int connections() {
        return admission.open();
    }
}
