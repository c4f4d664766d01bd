package dev.phigate.balancer.listener;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.limits.SourceConnections;
import dev.phigate.balancer.tls.Accepted;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Counts a listener's connections, knows the open ones, and lets no more in than are allowed. Used from all loops. */
final class Admission {
    private final Name listener;
    private final AtomicInteger open = new AtomicInteger();
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final SourceConnections sources = new SourceConnections();
    private volatile int most;
    private volatile int mostPerSource;

    Admission(String listener, int most, int mostPerSource) {
        this.listener = new Name(listener);
        this.most = most;
        this.mostPerSource = mostPerSource;
    }

    void allow(int connections, int perSource) {
        most = connections;
        mostPerSource = perSource;
    }

    /** Names a new connection. */
    Accepted name(SocketChannel channel) {
        Client client = new Client(FreshId.next(), listener, Endpoint.of(channel.remoteAddress()));
        return new Accepted(client, channel.remoteAddress(), channel.localAddress(), System.nanoTime());
    }

    /** Lets a connection in, if there may be one more. */
    boolean admit(SocketChannel channel) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return false;
        }
        channels.add(channel);
        channel.closeFuture().addListener(closed -> open.decrementAndGet());
        return true;
    }

    /** Lets a connection go on that was admitted, if the source may have one more; asked once it is known for whom it is. */
    boolean admitSource(SocketChannel channel, InetAddress source) {
        if (mostPerSource == Integer.MAX_VALUE) {
            return true;
        }
        if (!sources.opened(source, mostPerSource)) {
            return false;
        }
        channel.closeFuture().addListener(closed -> sources.closed(source));
        return true;
    }

    int open() {
        return open.get();
    }

    Future<Void> close() {
        return channels.close();
    }

    void each(Consumer<Channel> action) {
        channels.forEach(action);
    }
}
