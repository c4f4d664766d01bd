package dev.phigate.audit.record;

import dev.phigate.audit.form.CanonicalJson;
import java.time.Instant;

/**
 * One record of the audit log. These types are the allow list of what can be recorded: what has no component here, a path, a
 * query string, a header, a cookie, a body, cannot reach the log (45 CFR 164.312(b), 164.502(b)). The form is published as
 * {@code audit-record-v1.schema.json} beside this type.
 */
public sealed interface AuditRecord
        permits AdministrativeChange,
                CertificateEvent,
                ConfigurationLoaded,
                ConnectionAccepted,
                Exchange,
                HandshakeDone,
                HandshakeFailed,
                LogLifecycle,
                Refused,
                SessionEnded,
                SessionStarted {
    /** The version of the schema that {@link #writeTo} writes, in every record as {@code v}. */
    int SCHEMA_VERSION = 1;

    /** The most bytes a record may take: what an entry of a C2SP tlog-tiles bundle can hold. */
    int MOST_BYTES = 65_535;

    /** When what it tells of ended, by the wall clock; the order of the log is the order of its records, not of their times. */
    Instant time();

    /** Writes the canonical form, which is what is hashed, kept and shown. */
    void writeTo(CanonicalJson json);
}
