package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.audit.AuditLog;
import io.netty.util.concurrent.FastThreadLocal;

/** Sends permitted exchanges on their way. */
final class Forwarder {
    private final AuditLog audit;
    private final FastThreadLocal<Turn> turns;

    Forwarder(AuditLog audit) {
        this.audit = audit;
        this.turns = new FastThreadLocal<>() {
            @Override
            protected Turn initialValue() {
                return new Turn(audit.batch());
            }
        };
    }

    /** Begins to forward an exchange; the rest happens as its two sides go on. */
    void forward(Exchange exchange, Permit permit) {
        Relay relay = new Relay(exchange, permit.route(), audit, turns.get());
        exchange.client().carriedBy(relay);
        relay.begin();
    }
}
