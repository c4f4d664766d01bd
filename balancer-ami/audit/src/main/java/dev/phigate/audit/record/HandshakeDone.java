package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.fact.TlsFacts;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A TLS handshake succeeded.
 *
 * @param identity whom the client's certificate names, when one was demanded
 * @param certificate the digest of the client's certificate, when one was demanded
 */
public record HandshakeDone(
        Instant time,
        Client client,
        TlsFacts tls,
        @Nullable Identity identity,
        @Nullable Sha256 certificate,
        long durationMicros)
        implements AuditRecord {
    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .constant(Field.ALPN, tls.protocol())
                .text(Field.CERTIFICATE, certificate)
                .text(Field.CIPHER, tls.cipher())
                .text(Field.CONNECTION, client.connection())
                .number(Field.DURATION_MICROS, durationMicros)
                .text(Field.GROUP, tls.group())
                .text(Field.IDENTITY, identity == null ? null : identity.name())
                .constant(Field.IDENTITY_KIND, identity == null ? null : identity.kind())
                .text(Field.LISTENER, client.listener())
                .flag(Field.RESUMED, tls.resumed())
                .text(Field.SERVER_NAME, tls.serverName())
                .text(Field.SOURCE, client.source().address())
                .number(Field.SOURCE_PORT, client.source().port())
                .time(Field.TIME, time)
                .constant(Field.TLS, tls.version())
                .text(Field.TYPE, "handshake-done")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
