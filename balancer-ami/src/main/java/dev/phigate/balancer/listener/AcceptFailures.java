package dev.phigate.balancer.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;

/**
 * Says why connections cannot be accepted. They wait in the socket's queue meanwhile; the acceptor looks again after a second,
 * so that a lack of descriptors costs no CPU, and nothing needs to be done for it to go on once it has passed.
 */
public final class AcceptFailures extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(AcceptFailures.class.getName());
    private static final long SILENCE = Duration.ofMinutes(1).toNanos();

    private final String listener;
    private long said = System.nanoTime() - SILENCE;

    private AcceptFailures(String listener) {
        this.listener = listener;
    }

    /**
     * Has a socket that listens say so.
     *
     * @param socket one that is registered
     * @param listener the listener's name
     */
    public static void tell(Channel socket, String listener) {
        // By a task of the loop, as Netty adds the acceptor: behind that, which takes its pause first.
        socket.eventLoop().execute(() -> socket.pipeline().addLast(new AcceptFailures(listener)));
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        long now = System.nanoTime();
        if (now - said < SILENCE) {
            return;
        }
        said = now;
        String message = String.valueOf(cause.getMessage());
        LOG.log(
                System.Logger.Level.WARNING,
                "listener \"{0}\" accepts nobody for a second, and again until this has passed: {1}",
                listener,
                message.contains("open files")
                        ? "this process or machine has no file descriptor left (expected: an open-files limit, ulimit -n, of"
                                + " twice limits.connections of all listeners and more)"
                        : message);
    }
}
