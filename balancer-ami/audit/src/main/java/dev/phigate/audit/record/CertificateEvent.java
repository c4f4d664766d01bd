package dev.phigate.audit.record;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a certificate or a key.
 *
 * @param subject what it is for, by its configured name
 * @param certificate digest of the certificate, or of what the action says instead; never of a secret
 * @param notAfter the end of its validity, where it has one; of several the first
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
        /** A certificate was put in force where there was none. */
        LOADED,
        /** A certificate took the place of another for the same key. */
        RENEWED,
        /** A certificate took the place of others for other keys. */
        SWAPPED,
        /** A certificate or authority in force ends within 14 days, or is in the last third of its life. */
        EXPIRES_SOON,
        /** A certificate or authority in force has ended. */
        EXPIRED,
        /** A certificate was revoked by its authority. */
        REVOKED,
        /** An answer of its authority, which goes with a certificate from here on, was verified. */
        STAPLED,
        /** Session tickets are protected by another key; digest of the key's public name. */
        REKEYED,
        /** Authorities were put in force; digest of their certificates, one after the other. */
        TRUSTED,
        /** Lists of revoked certificates were put in force, or could not be; digest of the file. */
        REVOCATIONS_LOADED
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
