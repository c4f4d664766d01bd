package dev.phigate.balancer.keys;

import dev.phigate.balancer.tls.ClientTlsConfig;
import dev.phigate.balancer.tls.ServerTls;
import dev.phigate.balancer.tls.ServerTlsConfig;
import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.balancer.tls.certificate.Revocations;
import dev.phigate.balancer.tls.certificate.Trust;
import dev.phigate.balancer.tls.staple.Staple;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What has certificates and keys, at one moment: a listener, an upstream, or the collector.
 *
 * @param kind which of them; an upstream may have a listener's name
 * @param name its configured name
 * @param shown what it proves itself with
 * @param trust the authorities its peers' certificates must lead to
 * @param revocations what those authorities have revoked
 * @param staples what it staples to its certificates
 * @param ticketKey the public name of the key that protects new session tickets; empty where there are none
 */
public record Place(
        Kind kind,
        String name,
        List<Identity> shown,
        Optional<Trust> trust,
        Optional<Revocations> revocations,
        List<Staple> staples,
        String ticketKey) {
    /** Who has certificates. */
    public enum Kind {
        /** A listener, the administrators' too. */
        LISTENER,
        /** An upstream. */
        UPSTREAM,
        /** The collector that is told metrics and traces. */
        COLLECTOR
    }

    private static final String COLLECTOR_NAME = "telemetry.otlp";

    /** A listener under the terms that are in force. */
    public static Place of(String listener, ServerTls terms, Instant now) {
        ServerTlsConfig config = terms.config();
        return new Place(
                Kind.LISTENER,
                listener,
                config.certificates().stream()
                        .map(ServerTlsConfig.Served::identity)
                        .toList(),
                config.clients().map(ServerTlsConfig.Clients::trust),
                config.clients().flatMap(ServerTlsConfig.Clients::revocations),
                terms.staples().toList(),
                terms.ticketKey(now));
    }

    /** An upstream as it is configured. */
    public static Place of(String upstream, ClientTlsConfig config) {
        return client(Kind.UPSTREAM, upstream, config.identity(), config.trust());
    }

    /** The collector as it is configured. */
    public static Place ofCollector(Optional<Identity> shown, Optional<Trust> trust) {
        return client(Kind.COLLECTOR, COLLECTOR_NAME, shown, trust);
    }

    private static Place client(Kind kind, String name, Optional<Identity> shown, Optional<Trust> trust) {
        return new Place(kind, name, shown.stream().toList(), trust, Optional.empty(), List.of(), "");
    }

    /** The certificates it proves itself with. */
    List<X509Certificate> certificates() {
        return shown.stream().map(Identity::leaf).toList();
    }

    /** By what it is the same place at another moment. */
    String id() {
        return kind + " " + name;
    }
}
