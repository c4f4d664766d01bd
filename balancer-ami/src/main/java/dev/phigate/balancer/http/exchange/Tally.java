package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.audit.AuditRecord;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.upstream.Attempts;
import dev.phigate.balancer.upstream.Host;
import java.time.Instant;

/** What becomes known of an exchange on its way, for its record. */
final class Tally {
    private final Attempts attempts;
    int status;
    long requestBytes;
    long responseBytes;

    Tally(Attempts attempts) {
        this.attempts = attempts;
    }

    /** The exchange's record as of now. */
    AuditRecord record(Exchange exchange, Route route, String outcome) {
        Host host = attempts.host();
        return new AuditRecord.Exchanged(
                Instant.now(),
                exchange.id(),
                exchange.peer(),
                (System.nanoTime() - exchange.beganNanos()) / 1000,
                exchange.client().protocol(),
                exchange.request().recordedMethod(),
                route.config().name(),
                route.config().upstream(),
                host == null ? null : host.authority(),
                attempts.count(),
                status,
                requestBytes,
                responseBytes,
                outcome);
    }
}
