package dev.phigate.audit.record;

import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Sha256;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An administrator asked for something.
 *
 * @param subject the thing it is about, by its configured name
 * @param change what was done to it
 */
public record AdministrativeChange(
        Instant time, Identity identity, Endpoint source, Action action, Name subject, Change change, Verdict outcome)
        implements AuditRecord {
    /** What was asked for. */
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
                .constant(Field.ACTION, action)
                .text(Field.AFTER, change.after())
                .text(Field.BEFORE, change.before())
                .text(Field.IDENTITY, identity.name())
                .constant(Field.IDENTITY_KIND, identity.kind())
                .constant(Field.OUTCOME, outcome)
                .text(Field.SOURCE, source.address())
                .number(Field.SOURCE_PORT, source.port())
                .text(Field.SUBJECT, subject)
                .time(Field.TIME, time)
                .text(Field.TYPE, "administrative-change")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
