package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A listener accepted a connection; nothing is known of its peer but where it comes from.
 *
 * @param local the address that accepted
 * @param proxy who sent the PROXY header that named the source, when there was one
 */
public record ConnectionAccepted(
        Instant time,
        Client client,
        Endpoint local,
        @Nullable Endpoint proxy) implements AuditRecord {
    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .text(Field.CONNECTION, client.connection())
                .text(Field.LISTENER, client.listener())
                .text(Field.LOCAL, local.address())
                .number(Field.LOCAL_PORT, local.port())
                .text(Field.PROXY, proxy == null ? null : proxy.address())
                .text(Field.SOURCE, client.source().address())
                .number(Field.SOURCE_PORT, client.source().port())
                .time(Field.TIME, time)
                .text(Field.TYPE, "connection-accepted")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
