package dev.phigate.balancer.tls;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import java.net.InetSocketAddress;

/**
 * A connection that was admitted and has said nothing yet.
 *
 * @param client its id, its listener and where it comes from, as records name them
 * @param source the client's address
 * @param local the address it connected to
 * @param atNanos when, on the clock that only runs forward
 */
public record Accepted(Client client, InetSocketAddress source, InetSocketAddress local, long atNanos) {
    /** The same connection, made by a proxy in the name of a client that connected from {@code from} to {@code to}. */
    public Accepted inTheNameOf(InetSocketAddress from, InetSocketAddress to) {
        return new Accepted(new Client(client.connection(), client.listener(), Endpoint.of(from)), from, to, atNanos);
    }
}
