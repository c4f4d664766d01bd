package dev.phigate.balancer.tls;

import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.HostName;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.TlsFacts;
import dev.phigate.audit.record.ConnectionAccepted;
import dev.phigate.audit.record.HandshakeDone;
import dev.phigate.audit.record.HandshakeFailed;
import dev.phigate.audit.record.HandshakeFailed.Reason;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a connection leaves in the audit log before anything is asked on it. */
public final class HandshakeRecords {
    private HandshakeRecords() {}

    /** A connection was admitted. */
    public static ConnectionAccepted accepted(Accepted accepted) {
        return new ConnectionAccepted(Instant.now(), accepted.client(), Endpoint.of(accepted.local()), null);
    }

    /** A connection was admitted that a proxy made for a client. */
    public static ConnectionAccepted proxied(Accepted client, Accepted proxy) {
        return new ConnectionAccepted(
                Instant.now(),
                client.client(),
                Endpoint.of(proxy.local()),
                proxy.client().source());
    }

    /** Its handshake succeeded. */
    public static HandshakeDone done(Handshake handshake) {
        String name = handshake.serverName();
        String identity = handshake.identity();
        return new HandshakeDone(
                Instant.now(),
                handshake.accepted().client(),
                new TlsFacts(
                        handshake.version().equals("TLSv1.3") ? TlsFacts.Version.TLS_1_3 : TlsFacts.Version.TLS_1_2,
                        new TlsFacts.Token(handshake.suite()),
                        null,
                        protocol(handshake.application()),
                        name == null ? null : HostName.of(name),
                        handshake.resumed()),
                identity == null ? null : new Identity(Identity.Kind.CERTIFICATE, identity),
                handshake.certificate(),
                microsSince(handshake.accepted()));
    }

    /** Its handshake failed. */
    public static HandshakeFailed failed(Accepted accepted, Failure failure) {
        return new HandshakeFailed(Instant.now(), accepted.client(), reason(failure), null, microsSince(accepted));
    }

    private static long microsSince(Accepted accepted) {
        return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - accepted.atNanos());
    }

    private static @Nullable Protocol protocol(@Nullable String application) {
        if (application == null) {
            return null;
        }
        return application.equals("h2") ? Protocol.HTTP_2 : Protocol.HTTP_1_1;
    }

    private static Reason reason(Failure failure) {
        return switch (failure) {
            case NOT_TLS -> Reason.NOT_TLS;
            case MALFORMED_HELLO -> Reason.MALFORMED;
            case VERSION_TOO_OLD -> Reason.NO_COMMON_VERSION;
            case NO_COMMON_SUITE -> Reason.NO_COMMON_CIPHER;
            case NO_COMMON_GROUP -> Reason.NO_COMMON_GROUP;
            case NO_COMMON_SIGNATURE -> Reason.NO_COMMON_CIPHER;
            case UNKNOWN_NAME -> Reason.UNKNOWN_NAME;
            case NO_EXTENDED_MASTER_SECRET -> Reason.NO_EXTENDED_MASTER_SECRET;
            case NO_COMMON_PROTOCOL -> Reason.NO_COMMON_PROTOCOL;
            case TIMEOUT -> Reason.TOO_SLOW;
            case CLOSED -> Reason.CLOSED_BY_CLIENT;
            case CLIENT_CERTIFICATE -> Reason.CLIENT_CERTIFICATE;
            case PROTOCOL -> Reason.OTHER;
        };
    }
}
