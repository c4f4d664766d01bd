package dev.phigate.audit.record;

import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A session is over; automatic logoff (45 CFR 164.312(a)(2)(iii)) is one of the reasons. Recorded by each process that has seen it, or
 * that its cookie comes back to, maybe long after it ended.
 *
 * @param time when it ended
 * @param identity who was there last, as far as this process knows; absent when nobody has proved anything
 * @param rule how that is known: {@code cookie-came-back} or {@code absolute-time}, and then it is so for every member of a fleet, or
 *     {@code not-seen-here}, and another member may have seen it since; or {@code asked-for}: its user ended it at this process
 * @param durationMicros from its beginning to its end
 */
public record SessionEnded(
        Instant time,
        @Nullable Identity identity,
        OpaqueId session,
        Reason reason,
        @Nullable Name rule,
        long durationMicros)
        implements AuditRecord {
    /** An end of which is not said how it is known. */
    public SessionEnded(
            Instant time, @Nullable Identity identity, OpaqueId session, Reason reason, long durationMicros) {
        this(time, identity, session, reason, null, durationMicros);
    }

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
                .text(Field.RULE, rule)
                .text(Field.SESSION, session)
                .time(Field.TIME, time)
                .text(Field.TYPE, "session-ended")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
