package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.HostName;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A TLS handshake did not succeed, and the connection was closed. */
public record HandshakeFailed(
        Instant time,
        Client client,
        Reason reason,
        @Nullable HostName serverName,
        long durationMicros) implements AuditRecord {
    /** What was wrong, told from the alert or the error. */
    public enum Reason {
        NO_COMMON_VERSION,
        NO_COMMON_CIPHER,
        NO_COMMON_GROUP,
        NO_COMMON_PROTOCOL,
        NO_EXTENDED_MASTER_SECRET,
        UNKNOWN_NAME,
        /** Missing or not accepted; the TLS library does not tell which. */
        CLIENT_CERTIFICATE,
        CERTIFICATE_MISSING,
        CERTIFICATE_UNTRUSTED,
        CERTIFICATE_EXPIRED,
        CERTIFICATE_REVOKED,
        NOT_TLS,
        MALFORMED,
        TOO_SLOW,
        CLOSED_BY_CLIENT,
        OTHER
    }

    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .text(Field.CONNECTION, client.connection())
                .number(Field.DURATION_MICROS, durationMicros)
                .text(Field.LISTENER, client.listener())
                .constant(Field.REASON, reason)
                .text(Field.SERVER_NAME, serverName)
                .text(Field.SOURCE, client.source().address())
                .number(Field.SOURCE_PORT, client.source().port())
                .time(Field.TIME, time)
                .text(Field.TYPE, "handshake-failed")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
