package dev.phigate.balancer.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Words for what can go wrong with a listening socket. */
public final class Sockets {
    private Sockets() {}

    /**
     * Why a socket could not be bound, with what to do.
     *
     * @param listener the listener's name
     * @param address the address that was asked for
     * @param cause what the system said
     */
    public static IOException cannotBind(String listener, InetSocketAddress address, @Nullable Throwable cause) {
        String said = cause == null ? "" : String.valueOf(cause.getMessage());
        String where = "listener \"" + listener + "\": " + text(address);
        if (said.contains("in use")) {
            return new IOException(
                    where + " is in use (expected: a free port; stop what listens there, or change the port)", cause);
        }
        if (said.contains("Permission denied")) {
            return new IOException(
                    where + " may not be bound (expected: a port from 1024 on, or the capability CAP_NET_BIND_SERVICE)",
                    cause);
        }
        if (said.contains("assign")) {
            return new IOException(where + " is not an address of this machine", cause);
        }
        return new IOException(where + " cannot be bound: " + said, cause);
    }

    /**
     * Makes the channel of a listening socket.
     *
     * @param taken the descriptor of one that listens already, or -1 for a new one
     */
    public static ChannelFactory<EpollServerSocketChannel> factory(int taken) {
        return taken < 0 ? EpollServerSocketChannel::new : () -> new EpollServerSocketChannel(taken);
    }

    /** The descriptor of a listening socket. */
    public static FileDescriptor descriptor(@Nullable Channel socket) {
        if (!(socket instanceof EpollServerSocketChannel listening)) {
            throw new IllegalStateException("it does not listen");
        }
        return listening.fd();
    }

    /** An address as messages have it: {@code 127.0.0.1:8443}, {@code [::1]:8443}. */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
