package dev.phigate.balancer.listener;

import dev.phigate.balancer.tls.Accepted;
import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Counts a listener's connections, knows the open ones, and lets no more in than are allowed. Used from all loops. */
final class Admission {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final String listener;
    private final AtomicInteger open = new AtomicInteger();
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private volatile int most;

    Admission(String listener, int most) {
        this.listener = listener;
        this.most = most;
    }

    void allow(int connections) {
        most = connections;
    }

    /** Names a new connection. */
    Accepted name(SocketChannel channel) {
        return new Accepted(listener, NUMBERS.incrementAndGet(), channel.remoteAddress(), channel.localAddress());
    }

    /** Lets a connection in, or not. */
    Optional<Accepted> admit(SocketChannel channel) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return Optional.empty();
        }
        channels.add(channel);
        channel.closeFuture().addListener(closed -> {
            open.decrementAndGet();
        });
        return Optional.of(name(channel));
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
