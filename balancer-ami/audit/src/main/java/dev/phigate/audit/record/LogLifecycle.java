package dev.phigate.audit.record;

import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to the log itself.
 *
 * @param key the verifier key of the log from here on
 * @param details what else there is to say
 */
public record LogLifecycle(
        Instant time, Event event, @Nullable String key, Details details) implements AuditRecord {
    /** What happened. */
    public enum Event {
        /** The first record of a log. */
        CREATED,
        /** A process began to write after the one before had closed the log. */
        OPENED,
        /** A process began to write after the one before had died. */
        RECOVERED,
        /** Checkpoints are signed with another key from here on. */
        KEY_CHANGED,
        /** The wall clock jumped, against the monotonic clock. */
        CLOCK_STEPPED,
        /** Records were refused, because the log could not take them; it takes records again. */
        RECORDS_MISSED,
        /** The process closed the log. */
        CLOSED
    }

    /**
     * Numbers of an event.
     *
     * @param records records that the log held
     * @param tornRecords unfinished records that a crash left
     * @param tornBytes their bytes
     * @param skewMillis how far the clock jumped, milliseconds; negative is backwards
     * @param missed records that the log could not take
     */
    public record Details(long records, long tornRecords, long tornBytes, long skewMillis, long missed) {
        /** How many records the log held, and nothing else. */
        public static Details of(long records) {
            return new Details(records, 0, 0, 0, 0);
        }
    }

    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .constant(Field.EVENT, event)
                .text(Field.KEY, key)
                .number(Field.MISSED, details.missed())
                .number(Field.RECORDS, details.records())
                .number(Field.SKEW_MILLIS, details.skewMillis())
                .time(Field.TIME, time)
                .number(Field.TORN_BYTES, details.tornBytes())
                .number(Field.TORN_RECORDS, details.tornRecords())
                .text(Field.TYPE, "log-lifecycle")
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
