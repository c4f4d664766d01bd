package dev.phigate.audit.record;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a certificate or a key.
 *
 * @param subject what it is for, by its configured name
 * @param certificate digest of the certificate, or of the public key where there is none
 * @param notAfter the end of its validity, where it has one
 */
public record CertificateEvent(
        Instant time,
        Action action,
        Name subject,
        @Nullable Sha256 certificate,
        @Nullable Instant notAfter,
        Verdict outcome)
        implements AuditRecord {
    /** What happened. */
    public enum Action {
        LOADED,
        RENEWED,
        SWAPPED,
        EXPIRES_SOON,
        EXPIRED,
        REVOKED,
        STAPLED,
        REKEYED
    }

    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .constant(Field.ACTION, action)
                .text(Field.CERTIFICATE, certificate)
                .time(Field.NOT_AFTER, notAfter)
                .constant(Field.OUTCOME, outcome)
                .text(Field.SUBJECT, subject)
                .time(Field.TIME, time)
                .text(Field.TYPE, "certificate-event")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
