package dev.phigate.balancer.tls;

import java.net.InetSocketAddress;

/**
 * A connection that was admitted and has said nothing yet.
 *
 * @param listener the listener's name
 * @param connection its number, unique in this process
 * @param source the client's address
 * @param local the address it connected to
 */
public record Accepted(String listener, long connection, InetSocketAddress source, InetSocketAddress local) {}
