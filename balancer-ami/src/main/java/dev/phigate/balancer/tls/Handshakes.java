package dev.phigate.balancer.tls;

import io.netty.channel.Channel;

/** Who is told how handshakes end, on the connection's event loop, exactly once for each connection. */
public interface Handshakes {
    /** The handshake succeeded within the allowed terms; the pipeline is ready for the application's handlers. */
    void secured(Channel channel, Handshake handshake);

    /** The handshake failed; the connection is being closed. */
    void failed(Accepted accepted, Failure failure);
}
