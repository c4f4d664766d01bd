package dev.phigate.audit.record;

import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.OpaqueId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session is over; automatic logoff (45 CFR 164.312(a)(2)(iii)) is one of the reasons. Recorded when the balancer meets it, maybe
 * long after it ended, and by each process that does.
 *
 * @param time when it ended
 * @param identity who was there when that was noticed; absent when nobody has proved anything
 * @param durationMicros from its beginning to its end
 */
public record SessionEnded(
        Instant time, @Nullable Identity identity, OpaqueId session, Reason reason, long durationMicros)
        implements AuditRecord {
    /** Why it ended. */
    public enum Reason {
        LOGGED_OUT,
        IDLE,
        TOO_OLD,
        REVOKED,
        SHUTDOWN
    }

    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .number(Field.DURATION_MICROS, durationMicros)
                .text(Field.IDENTITY, identity == null ? null : identity.name())
                .constant(Field.IDENTITY_KIND, identity == null ? null : identity.kind())
                .constant(Field.REASON, reason)
                .text(Field.SESSION, session)
                .time(Field.TIME, time)
                .text(Field.TYPE, "session-ended")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
