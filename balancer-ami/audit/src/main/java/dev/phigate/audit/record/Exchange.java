package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Method;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.fact.Who;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A request that was let through, or a whole connection where no requests are told apart (TCP, MLLP, DICOM).
 *
 * @param time when its last byte was ready to leave
 * @param answer how it ended
 */
public record Exchange(Instant time, Client client, Who who, Call call, Target target, Answer answer, Traffic traffic)
        implements AuditRecord {
    /**
     * What came in.
     *
     * @param exchange its id
     * @param method absent where there are no methods
     * @param trace the trace it belongs to
     */
    public record Call(
            OpaqueId exchange,
            Protocol protocol,
            @Nullable Method method,
            @Nullable OpaqueId trace) {}

    /**
     * How it ended.
     *
     * @param status the status the client was answered with; 0 when there was none
     * @param rule what decided it, as a constant of the balancer's own
     */
    public record Answer(
            int status, Outcome outcome, @Nullable Name rule) {
        /** An end that says everything by itself. */
        public Answer(int status, Outcome outcome) {
            this(status, outcome, null);
        }
    }

    /** Who ended it, and how. */
    public enum Outcome {
        ANSWERED,
        CLIENT_GONE,
        CLIENT_TOO_SLOW,
        CLIENT_BROKE_RULES,
        TARGET_UNREACHABLE,
        TARGET_UNTRUSTED,
        TARGET_BROKE_OFF,
        TARGET_TOO_SLOW,
        TARGET_BUSY,
        DRAINED,
        FAILED
    }

    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .number(Field.ATTEMPTS, target.attempts())
                .number(Field.BYTES_IN, traffic.bytesIn())
                .number(Field.BYTES_OUT, traffic.bytesOut())
                .text(Field.CONNECTION, client.connection())
                .number(Field.DURATION_MICROS, traffic.durationMicros())
                .text(Field.EXCHANGE, call.exchange())
                .number(Field.FIRST_BYTE_MICROS, traffic.firstByteMicros())
                .text(
                        Field.IDENTITY,
                        who.identity() == null ? null : who.identity().name())
                .constant(
                        Field.IDENTITY_KIND,
                        who.identity() == null ? null : who.identity().kind())
                .text(Field.LISTENER, client.listener())
                .constant(Field.METHOD, call.method())
                .constant(Field.OUTCOME, answer.outcome())
                .constant(Field.PROTOCOL, call.protocol())
                .text(Field.ROUTE, target.route())
                .text(Field.RULE, answer.rule())
                .text(Field.SESSION, who.session())
                .text(Field.SOURCE, client.source().address())
                .number(Field.SOURCE_PORT, client.source().port());
        if (answer.status() != 0) {
            json.number(Field.STATUS, answer.status());
        }
        if (target.host() != null) {
            json.text(Field.TARGET, target.host().address())
                    .number(Field.TARGET_PORT, target.host().port());
        }
        json.time(Field.TIME, time)
                .text(Field.TRACE, call.trace())
                .text(Field.TYPE, "exchange")
                .text(Field.UPSTREAM, target.upstream())
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
