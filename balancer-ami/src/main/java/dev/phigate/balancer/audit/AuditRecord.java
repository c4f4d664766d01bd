package dev.phigate.balancer.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit log. These types are the allow list: what has no component here cannot be recorded, so neither a
 * path, a query, a header nor a body can reach the log by mistake (45 CFR 164.312(b), 164.502(b)).
 */
public sealed interface AuditRecord {
    /** When it ended. */
    Instant at();

    /**
     * A request that was forwarded, or was to be.
     *
     * @param id the exchange's id, which the response carries as {@code x-request-id}
     * @param micros how long it took, in microseconds
     * @param protocol {@code http/1.1} or {@code h2}
     * @param method a method of RFC 9110 or 5789, otherwise {@code other}
     * @param route the route's name
     * @param upstream the upstream's name
     * @param target the host that answered or failed last, when one was reached for
     * @param attempts how many hosts were reached for
     * @param status the status the client was answered with; 0 when there was no answer
     * @param requestBytes bytes of the request's body that were forwarded
     * @param responseBytes bytes of the response's body that were handed to the client
     * @param outcome {@code answered}, or why it was not
     */
    record Exchanged(
            Instant at,
            String id,
            Peer peer,
            long micros,
            String protocol,
            String method,
            String route,
            String upstream,
            @Nullable String target,
            int attempts,
            int status,
            long requestBytes,
            long responseBytes,
            String outcome)
            implements AuditRecord {}

    /**
     * A request that was not let through.
     *
     * @param id the exchange's id, which the response carries as {@code x-request-id}
     * @param route the route's name, when the request had come that far
     * @param status the status the client was answered with
     * @param reason which rule refused it
     */
    record Refused(
            Instant at,
            String id,
            Peer peer,
            String protocol,
            String method,
            @Nullable String route,
            int status,
            String reason)
            implements AuditRecord {}

    /** A handshake that did not succeed. */
    record HandshakeFailed(Instant at, Peer peer, String reason) implements AuditRecord {}

    /** A connection that was closed before its handshake. */
    record ConnectionRefused(Instant at, Peer peer, String reason) implements AuditRecord {}

    /**
     * What an administrator asked for.
     *
     * @param what the resource, by its template
     */
    record Administered(Instant at, String id, Peer peer, String method, String what, int status)
            implements AuditRecord {}

    /**
     * A configuration was put in force, or refused.
     *
     * @param digest the SHA-256 of the document, in hexadecimal
     * @param outcome {@code loaded} or {@code refused}
     */
    record Configured(Instant at, String digest, String outcome) implements AuditRecord {}

    /**
     * A process began to write this log, or went on after it could not.
     *
     * @param previousSegment the number of the segment before this one, 0 for none
     * @param tornBytes how many bytes of an unfinished line the previous segment ends with
     * @param unrecorded how many records could not be written meanwhile; none of them was answered
     */
    record Opened(Instant at, String origin, long pid, long previousSegment, long tornBytes, long unrecorded)
            implements AuditRecord {}
}
