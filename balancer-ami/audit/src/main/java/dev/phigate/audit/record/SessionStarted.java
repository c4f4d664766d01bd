package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session began.
 *
 * @param identity whose it is; absent when nobody has proved anything
 */
public record SessionStarted(
        Instant time, Client client, @Nullable Identity identity, OpaqueId session) implements AuditRecord {
    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .text(Field.CONNECTION, client.connection())
                .text(Field.IDENTITY, identity == null ? null : identity.name())
                .constant(Field.IDENTITY_KIND, identity == null ? null : identity.kind())
                .text(Field.LISTENER, client.listener())
                .text(Field.SESSION, session)
                .text(Field.SOURCE, client.source().address())
                .number(Field.SOURCE_PORT, client.source().port())
                .time(Field.TIME, time)
                .text(Field.TYPE, "session-started")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
