package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.audit.AuditLog;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.policy.Route;

/** Judges every request under the policy of this moment, also on connections that are long open. */
final class Gate {
    private final AuditLog audit;

    Gate(AuditLog audit) {
        this.audit = audit;
    }

    Decision judge(Exchange exchange) {
        Request request = exchange.request();
        if (!audit.available()) {
            return refuse(new Refusal.NotRecordable());
        }
        if (request.fields().has(Names.UPGRADE)) {
            return refuse(new Refusal.UpgradeNotServed());
        }
        if (request.length() > exchange.policy().config().largestBody()) {
            return refuse(new Refusal.BodyTooLarge());
        }
        if (!exchange.policy().terms().stillAllows(exchange.handshake())) {
            return refuse(new Refusal.TermsChanged());
        }
        Route route = exchange.policy().router().find(request);
        return route == null ? refuse(new Refusal.NoRoute()) : new Permit(route);
    }

    private static Decision refuse(Refusal why) {
        return new Decision.Refused(why);
    }
}
