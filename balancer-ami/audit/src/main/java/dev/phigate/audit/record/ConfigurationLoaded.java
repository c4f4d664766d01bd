package dev.phigate.audit.record;

import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A configuration was put in force, or refused and the old one kept.
 *
 * @param before digest of the document in force until then; absent at start
 * @param after digest of the document that was offered; absent when none could be read
 */
public record ConfigurationLoaded(
        Instant time, @Nullable Sha256 before, @Nullable Sha256 after, Verdict outcome) implements AuditRecord {
    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .text(Field.AFTER, after)
                .text(Field.BEFORE, before)
                .constant(Field.OUTCOME, outcome)
                .time(Field.TIME, time)
                .text(Field.TYPE, "configuration-loaded")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
