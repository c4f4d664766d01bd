package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.Who;
import dev.phigate.balancer.http.hop.Hops;
import dev.phigate.balancer.http.hop.ResponseFields;
import dev.phigate.balancer.http.hop.WebSocket;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.http.policy.Destination;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.http.policy.WebSocketConfig;
import dev.phigate.balancer.http.session.Session;
import dev.phigate.balancer.upstream.Host;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Leave to forward one exchange along a route. Only {@link Gate} makes one, so that nothing is forwarded unchecked. */
final class Permit implements Decision {
    private final Route route;
    private final @Nullable Session session;
    private final Destination destination;

    Permit(Route route, @Nullable Session session) {
        this.route = route;
        this.session = session;
        this.destination = route.destination(session == null ? null : session.upstream());
    }

    /** The host that the session stays with; null for any. */
    @Nullable
    Host host() {
        return session == null || session.upstream() != destination.upstream() ? null : session.host();
    }

    /** The request's fields without what is between the client and us. */
    Fields toHost(Fields fields) {
        return session == null ? fields : session.forwarded(fields);
    }

    /** Whom the exchange is attributed to: who made its connection, in the session of its request. */
    Who who(Who peer) {
        return session == null ? peer : new Who(peer.identity(), session.id());
    }

    /** A host's answer as the client gets it: with the session's cookie, where it is due, and what every response carries. */
    Response toClient(Response response, Exchange exchange, @Nullable Host answering) {
        Fields fields = route.config().response().apply(Hops.toClient(response.fields()));
        if (session != null) {
            fields = session.bound(fields);
            AsciiString cookie = session.cookie(answering);
            if (cookie != null) {
                fields.add(Names.SET_COOKIE, cookie);
            }
        }
        ResponseFields.complete(fields, exchange.policy().hsts(), exchange.id().text());
        return new Response(response.status(), fields, response.length(), response.bodiless());
    }

    /** A WebSocket that both sides have agreed to. It ends with its session. */
    WebSocket webSocket() {
        WebSocketConfig config = route.config().webSocket().orElseThrow();
        return session == null ? new WebSocket(config) : new WebSocket(config, session.left(), session.idle());
    }

    Route route() {
        return route;
    }

    /** Where it goes, whatever becomes of the route's other requests. */
    Destination destination() {
        return destination;
    }
}
