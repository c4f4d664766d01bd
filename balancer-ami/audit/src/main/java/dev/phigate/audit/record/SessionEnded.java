package dev.phigate.audit.record;

import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.OpaqueId;
import java.time.Instant;

/** A session is over; automatic logoff (45 CFR 164.312(a)(2)(iii)) is one of the reasons. */
public record SessionEnded(Instant time, Identity identity, OpaqueId session, Reason reason, long durationMicros)
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
                .text(Field.IDENTITY, identity.name())
                .constant(Field.IDENTITY_KIND, identity.kind())
                .constant(Field.REASON, reason)
                .text(Field.SESSION, session)
                .time(Field.TIME, time)
                .text(Field.TYPE, "session-ended")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
