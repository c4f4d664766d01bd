package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Who;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A connection or a request that was not let through.
 *
 * @param call what came in, once it could be told; absent for a connection that was refused as such
 * @param cause why
 * @param status the status the client was answered with; 0 when the connection was closed without one
 */
public record Refused(
        Instant time, Client client, Who who, Exchange.@Nullable Call call, Target target, Cause cause, int status)
        implements AuditRecord {
    /**
     * Why something was refused.
     *
     * @param reason which kind of rule refused it
     * @param rule which rule exactly, as a constant of the balancer's own
     */
    public record Cause(Reason reason, @Nullable Name rule) {}

    /** Which kind of rule refused it. */
    public enum Reason {
        OVER_CONNECTION_LIMIT,
        OVER_RATE_LIMIT,
        OVERLOADED,
        BAD_PROXY_HEADER,
        SOURCE_NOT_ALLOWED,
        MALFORMED,
        TOO_LARGE,
        TOO_SLOW,
        NAME_MISMATCH,
        NO_ROUTE,
        NOT_SERVED,
        REDIRECTED,
        TERMS_CHANGED,
        METHOD_NOT_ALLOWED,
        NOT_AUTHENTICATED,
        NOT_AUTHORISED,
        CERTIFICATE_REVOKED,
        SESSION_EXPIRED,
        SESSION_FORGED,
        DIGEST_MISMATCH,
        WAF,
        NO_HEALTHY_TARGET,
        NOT_RECORDABLE,
        SHUTTING_DOWN,
        OTHER
    }

    @Override
    public void writeTo(CanonicalJson json) {
        json.begin()
                .text(Field.CONNECTION, client.connection())
                .text(Field.EXCHANGE, call == null ? null : call.exchange())
                .text(
                        Field.IDENTITY,
                        who.identity() == null ? null : who.identity().name())
                .constant(
                        Field.IDENTITY_KIND,
                        who.identity() == null ? null : who.identity().kind())
                .text(Field.LISTENER, client.listener())
                .constant(Field.METHOD, call == null ? null : call.method())
                .constant(Field.PROTOCOL, call == null ? null : call.protocol())
                .constant(Field.REASON, cause.reason())
                .text(Field.ROUTE, target.route())
                .text(Field.RULE, cause.rule())
                .text(Field.SESSION, who.session())
                .text(Field.SOURCE, client.source().address())
                .number(Field.SOURCE_PORT, client.source().port());
        if (status != 0) {
            json.number(Field.STATUS, status);
        }
        json.time(Field.TIME, time)
                .text(Field.TRACE, call == null ? null : call.trace())
                .text(Field.TYPE, "refused")
                .text(Field.UPSTREAM, target.upstream())
                .number(Field.V, SCHEMA_VERSION)
                .end();
    }
}
