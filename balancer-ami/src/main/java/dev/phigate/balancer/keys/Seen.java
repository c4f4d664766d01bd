package dev.phigate.balancer.keys;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.CertificateEvent;
import dev.phigate.audit.record.CertificateEvent.Action;
import dev.phigate.audit.record.Verdict;
import dev.phigate.balancer.tls.certificate.Revocations;
import dev.phigate.balancer.tls.certificate.Trust;
import dev.phigate.balancer.tls.staple.Staple;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What was seen at one place, and so was recorded. */
final class Seen {
    /** As the alert rules have it; a certificate that lives shortly ends soon in the last third of its life. */
    private static final Duration SOON = Duration.ofDays(14);

    private final Name subject;
    private final Consumer<AuditRecord> log;
    private final Map<X509Certificate, Instant> stapled = new HashMap<>();
    private Set<X509Certificate> soon = new HashSet<>();
    private Set<X509Certificate> ended = new HashSet<>();
    private final Set<X509Certificate> revoked = new HashSet<>();
    private List<X509Certificate> shown = List.of();
    private @Nullable Trust trust;
    private String lists = "";
    private String unusable = "";
    private String ticketKey = "";

    Seen(String place, Consumer<AuditRecord> log) {
        this.subject = new Name(place);
        this.log = log;
    }

    void look(Place place, Instant now) {
        certificates(place.certificates(), now);
        place.trust().ifPresent(authorities -> trust(authorities, now));
        place.revocations().ifPresent(revocations -> revocations(revocations, now));
        place.staples().forEach(staple -> staple(staple, now));
        ticketKey(place.ticketKey(), now);
        ends(
                Stream.concat(
                                place.certificates().stream(),
                                place.trust().stream().flatMap(all -> Stream.of(all.authorities())))
                        .toList(),
                now);
    }

    private void certificates(List<X509Certificate> now, Instant time) {
        for (X509Certificate certificate : now) {
            if (!shown.contains(certificate)) {
                boolean sameKey =
                        shown.stream().anyMatch(one -> one.getPublicKey().equals(certificate.getPublicKey()));
                Action action = shown.isEmpty() ? Action.LOADED : sameKey ? Action.RENEWED : Action.SWAPPED;
                tell(time, action, digest(certificate), end(certificate), Verdict.DONE);
            }
        }
        shown = List.copyOf(now);
    }

    private void trust(Trust now, Instant time) {
        if (trust == null || !trust.sameAs(now)) {
            trust = now;
            Instant first = Stream.of(now.authorities())
                    .map(Seen::end)
                    .min(Comparator.naturalOrder())
                    .orElse(null);
            tell(time, Action.TRUSTED, Sha256.parse(now.fingerprint()), first, Verdict.DONE);
        }
    }

    private void revocations(Revocations now, Instant time) {
        if (!now.fingerprint().equals(lists)) {
            lists = now.fingerprint();
            tell(time, Action.REVOCATIONS_LOADED, Sha256.parse(lists), now.ends(), Verdict.DONE);
        }
        if (!now.unusable().equals(unusable)) {
            unusable = now.unusable();
            if (!unusable.isEmpty()) {
                tell(time, Action.REVOCATIONS_LOADED, Sha256.parse(unusable), null, Verdict.FAILED);
            }
        }
    }

    private void staple(Staple now, Instant time) {
        Instant ends = now.ends();
        if (!ends.equals(Instant.EPOCH) && !ends.equals(stapled.put(now.certificate(), ends))) {
            tell(time, Action.STAPLED, digest(now.certificate()), ends, Verdict.DONE);
        }
        if (!now.revoked()) {
            revoked.remove(now.certificate());
        } else if (revoked.add(now.certificate())) {
            tell(time, Action.REVOKED, digest(now.certificate()), end(now.certificate()), Verdict.DONE);
        }
    }

    private void ticketKey(String now, Instant time) {
        if (!ticketKey.isEmpty() && !ticketKey.equals(now)) {
            Sha256 digest = KeyWatch.digest(now.getBytes(StandardCharsets.US_ASCII));
            tell(time, Action.REKEYED, digest, null, Verdict.DONE);
        }
        ticketKey = now;
    }

    /** Once for each certificate, as long as it is in force. */
    private void ends(List<X509Certificate> inForce, Instant now) {
        Set<X509Certificate> stillSoon = new HashSet<>();
        Set<X509Certificate> stillEnded = new HashSet<>();
        for (X509Certificate certificate : inForce) {
            Instant end = end(certificate);
            Duration life = Duration.between(certificate.getNotBefore().toInstant(), end);
            Duration third = life.dividedBy(3);
            if (!now.isBefore(end)) {
                stillEnded.add(certificate);
                if (!ended.contains(certificate)) {
                    tell(now, Action.EXPIRED, digest(certificate), end, Verdict.DONE);
                }
            } else if (!now.isBefore(end.minus(third.compareTo(SOON) < 0 ? third : SOON))) {
                stillSoon.add(certificate);
                if (!soon.contains(certificate)) {
                    tell(now, Action.EXPIRES_SOON, digest(certificate), end, Verdict.DONE);
                }
            }
        }
        soon = stillSoon;
        ended = stillEnded;
    }

    private void tell(Instant time, Action action, Sha256 digest, @Nullable Instant end, Verdict outcome) {
        log.accept(new CertificateEvent(time, action, subject, digest, end, outcome));
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static Sha256 digest(X509Certificate certificate) {
        try {
            return KeyWatch.digest(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read can be written", e);
        }
    }
}
