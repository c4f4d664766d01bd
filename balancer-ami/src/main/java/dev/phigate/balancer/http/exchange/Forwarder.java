package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.audit.Recorder;

/** Sends permitted exchanges on their way. */
final class Forwarder {
    private final Recorder audit;

    Forwarder(Recorder audit) {
        this.audit = audit;
    }

    /** Begins to forward an exchange; the rest happens as its two sides go on. */
    void forward(Exchange exchange, Permit permit) {
        Relay relay = new Relay(exchange, permit, audit);
        exchange.client().carriedBy(relay);
        try {
            relay.begin();
        } catch (RuntimeException e) {
            // Nobody foresaw it: what was taken is given back.
            relay.forsake();
            throw e;
        }
    }
}
