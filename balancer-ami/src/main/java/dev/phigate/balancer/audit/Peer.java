package dev.phigate.balancer.audit;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Who;
import org.jspecify.annotations.Nullable;

/**
 * What records say about a connection, made once for it.
 *
 * @param client the connection
 * @param who whom its requests are attributed to
 */
public record Peer(Client client, Who who) {
    /** A connection whose client showed a certificate, or did not. */
    public static Peer of(Client client, @Nullable String certificateName) {
        return new Peer(
                client,
                certificateName == null
                        ? Who.UNKNOWN
                        : new Who(new Identity(Identity.Kind.CERTIFICATE, certificateName), null));
    }
}
