package dev.phigate.balancer;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.record.CertificateEvent;
import dev.phigate.audit.record.CertificateEvent.Action;
import dev.phigate.audit.record.Verdict;
import dev.phigate.balancer.listener.ListenerConfig;
import dev.phigate.balancer.tls.ServerTlsConfig;
import dev.phigate.balancer.tls.certificate.Identity;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a configuration puts in force by way of certificates, for the audit log. */
final class CertificateRecords {
    private CertificateRecords() {}

    /**
     * A record for each certificate of a listener that the listener did not have before.
     *
     * @param before what was in force; null at start
     */
    static List<CertificateEvent> of(@Nullable BalancerConfig before, BalancerConfig now) {
        List<CertificateEvent> events = new ArrayList<>();
        for (ListenerConfig listener : now.listeners()) {
            List<Identity> known = before == null ? List.of() : identities(before, listener.name());
            for (Identity identity : identities(now, listener.name())) {
                if (known.stream().noneMatch(identity::sameAs)) {
                    events.add(new CertificateEvent(
                            Instant.now(),
                            known.isEmpty() ? Action.LOADED : Action.SWAPPED,
                            new Name(listener.name()),
                            digest(identity),
                            identity.notAfter(),
                            Verdict.DONE));
                }
            }
        }
        return events;
    }

    private static List<Identity> identities(BalancerConfig config, String listener) {
        return config.listeners().stream()
                .filter(one -> one.name().equals(listener))
                .flatMap(one -> one.tls().certificates().stream())
                .map(ServerTlsConfig.Served::identity)
                .toList();
    }

    private static Sha256 digest(Identity identity) {
        try {
            return new Sha256(MessageDigest.getInstance("SHA-256").digest(identity.chain()[0].getEncoded()));
        } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }
}
