package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.record.SessionStarted;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.hop.WebSocket;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.http.session.Session;
import dev.phigate.balancer.http.session.Sessions;
import dev.phigate.balancer.limits.RequestRate;
import java.util.Objects;

/** Judges every request under the policy of this moment, also on connections that are long open. */
final class Gate {
    private final Recorder audit;
    private final RequestRate rate = new RequestRate();

    Gate(Recorder audit) {
        this.audit = audit;
    }

    Decision judge(Exchange exchange) {
        Request request = exchange.request();
        if (!audit.accepts()) {
            return refuse(new Refusal.NotRecordable());
        }
        var perSource = exchange.policy().config().perSource();
        if (perSource.isPresent()
                && !rate.allows(exchange.handshake().accepted().source().getAddress(), perSource.orElseThrow())) {
            return refuse(new Refusal.TooManyRequests());
        }
        // In HTTP/1.0 the wish means nothing (RFC 9110 section 7.8).
        if (request.http11() && request.fields().has(Names.UPGRADE) && !request.webSocket()) {
            return refuse(
                    WebSocket.ofOtherVersion(request)
                            ? new Refusal.WebSocketVersion()
                            : new Refusal.UpgradeNotServed());
        }
        if (request.length() > exchange.policy().config().largestBody()) {
            return refuse(new Refusal.BodyTooLarge());
        }
        String asked = exchange.handshake().serverName();
        if (asked != null && !request.host().contentEqualsIgnoreCase(asked)) {
            return refuse(new Refusal.Misdirected());
        }
        if (!exchange.policy().terms().stillAllows(exchange.handshake())) {
            return refuse(new Refusal.TermsChanged());
        }
        String objection = exchange.policy().terms().objection(exchange.handshake());
        if (!objection.isEmpty()) {
            return refuse(new Refusal.ClientNotTrusted(objection));
        }
        Route route =
                exchange.policy().router().find(request, exchange.handshake().identity());
        if (route == null) {
            return refuse(new Refusal.NoRoute());
        }
        if (request.webSocket() && route.config().webSocket().isEmpty()) {
            return refuse(new Refusal.UpgradeNotServed());
        }
        if (request.mostForwards() == 0) {
            return refuse(new Refusal.LastHop());
        }
        return route.location(request)
                .<Decision>map(location -> refuse(new Refusal.Redirected(
                        route.config().redirect().orElseThrow().status(), location)))
                .orElseGet(() -> permit(exchange, route));
    }

    private Decision permit(Exchange exchange, Route route) {
        Sessions sessions = route.sessions();
        if (sessions == null) {
            return new Permit(route, null);
        }
        Request request = exchange.request();
        return switch (sessions.find(request, exchange.peer().who().identity())) {
            case Sessions.Found.Alive(Session session) -> {
                if (session.begins()) {
                    audit.note(new SessionStarted(
                            exchange.began(),
                            exchange.peer().client(),
                            exchange.peer().who().identity(),
                            session.id()));
                }
                yield new Permit(route, session);
            }
            case Sessions.Found.LogsOut out -> {
                if (out.news() != null) {
                    audit.note(out.news());
                }
                yield refuse(new Refusal.LoggedOut(
                        out.id(), sessions.gone(), Objects.requireNonNull(sessions.endedAt(), "beside logout")));
            }
            case Sessions.Found.Ended ended -> {
                if (ended.news() != null) {
                    audit.note(ended.news());
                }
                boolean page = request.head() || request.method().contentEquals("GET");
                String why = switch (ended.why()) {
                    case IDLE -> "idle";
                    case LOGGED_OUT -> "logged-out";
                    default -> "too-old";
                };
                yield refuse(
                        new Refusal.SessionEnded(ended.id(), why, sessions.gone(), page ? sessions.endedAt() : null));
            }
        };
    }

    private static Decision refuse(Refusal why) {
        return new Decision.Refused(why);
    }
}
