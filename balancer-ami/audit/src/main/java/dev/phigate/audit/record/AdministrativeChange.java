package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An administrator asked for something.
 *
 * @param exchange the id that the answer carries
 * @param asked what was asked for
 * @param status the status it was answered with
 */
public record AdministrativeChange(
        Instant time, Client client, Identity identity, OpaqueId exchange, Asked asked, Verdict outcome, int status)
        implements AuditRecord {
    /** What can be asked for. */
    public enum Action {
        READ,
        CREATE,
        REPLACE,
        DELETE,
        RELOAD,
        DRAIN,
        REVOKE,
        HOLD,
        RELEASE
    }

    /**
     * What was asked for.
     *
     * @param subject the thing it is about, by its configured name
     * @param change what was done to it
     */
    public record Asked(Action action, Name subject, Change change) {}

    /**
     * A thing before and after; either is absent where there was nothing.
     *
     * @param before digest of what was in force
     * @param after digest of what is in force now
     */
    public record Change(@Nullable Sha256 before, @Nullable Sha256 after) {
        /** Nothing was changed. */
        public static final Change NONE = new Change(null, null);
    }

    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .constant(Field.ACTION, asked.action())
                .text(Field.AFTER, asked.change().after())
                .text(Field.BEFORE, asked.change().before())
                .text(Field.CONNECTION, client.connection())
                .text(Field.EXCHANGE, exchange)
                .text(Field.IDENTITY, identity.name())
                .constant(Field.IDENTITY_KIND, identity.kind())
                .text(Field.LISTENER, client.listener())
                .constant(Field.OUTCOME, outcome)
                .text(Field.SOURCE, client.source().address())
                .number(Field.SOURCE_PORT, client.source().port())
                .number(Field.STATUS, status)
                .text(Field.SUBJECT, asked.subject())
                .time(Field.TIME, time)
                .text(Field.TYPE, "administrative-change")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
