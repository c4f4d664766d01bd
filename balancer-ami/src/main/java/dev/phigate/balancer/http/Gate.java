package dev.phigate.balancer.http;

import dev.phigate.balancer.audit.AuditLog;

/** Judges every request under the policy of this moment, also on connections that are long open. */
final class Gate {
    private final AuditLog audit;

    Gate(AuditLog audit) {
        this.audit = audit;
    }

    Decision judge(Exchange exchange) {
        Request request = exchange.request();
        if (!audit.available()) {
            return new Refusal.NotRecordable();
        }
        if (request.fields().has(Names.UPGRADE)) {
            return new Refusal.UpgradeNotServed();
        }
        if (request.length() > exchange.policy().config().largestBody()) {
            return new Refusal.BodyTooLarge();
        }
        if (!exchange.policy().terms().stillAllows(exchange.handshake())) {
            return new Refusal.TermsChanged();
        }
        Route route = exchange.policy().router().find(request);
        return route == null ? new Refusal.NoRoute() : new Permit(route);
    }
}
