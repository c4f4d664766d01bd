package dev.phigate.balancer.http.redirect;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.record.Exchange.Call;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.exchange.Client;
import dev.phigate.balancer.http.exchange.ExchangeId;
import dev.phigate.balancer.http.exchange.Refusals;
import dev.phigate.balancer.http.http1.ConnectionService;
import dev.phigate.balancer.http.http1.Http1Front;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Scheme;
import dev.phigate.balancer.http.policy.HttpConfig;
import dev.phigate.balancer.limits.RequestRate;
import dev.phigate.balancer.tls.Accepted;
import io.netty.channel.Channel;
import io.netty.util.AsciiString;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP without TLS on one listener: each connection's first request is answered, by where it would be served, and is its last.
 * Nothing is forwarded, and what else a request carries, its body above all, is not looked at: it has been sent in the clear
 * already, and the sooner the client is told, the less of it. Used from all loops.
 *
 * <p>A wish to upgrade is passed over (RFC 9110 section 7.8; RFC 9113 section 3.1 has none for HTTP/2 any more): the client can
 * ask for the same where it is sent.
 */
public final class Redirects {
    private final Recorder audit;
    private final RequestRate rate = new RequestRate();
    private volatile Redirect redirect;

    /**
     * Redirects that are in force until {@link #enforce}.
     *
     * @param redirect where clients are sent
     * @param audit where their requests are recorded
     */
    public Redirects(Redirect redirect, Recorder audit) {
        this.redirect = redirect;
        this.audit = audit;
    }

    /** Serves a connection that has been admitted. */
    public void install(Channel channel, Accepted accepted) {
        Http1Front.install(channel, new OnConnection(accepted, Peer.of(accepted.client(), null)));
    }

    /** Puts another in force; requests whose head is read later meet it. */
    public void enforce(Redirect next) {
        redirect = next;
    }

    private Refusal judge(Redirect now, Accepted accepted, Request request) {
        if (!audit.accepts()) {
            return new Refusal.NotRecordable();
        }
        boolean tooOften = now.limits()
                .perSource()
                .map(limit -> !rate.allows(accepted.source().getAddress(), limit))
                .orElse(false);
        return tooOften ? new Refusal.TooManyRequests() : new Refusal.Redirected(now.status(), now.location(request));
    }

    private final class OnConnection implements ConnectionService {
        private final Accepted accepted;
        private final Peer peer;

        OnConnection(Accepted accepted, Peer peer) {
            this.accepted = accepted;
            this.peer = peer;
        }

        @Override
        public Scheme scheme() {
            return Scheme.HTTP;
        }

        @Override
        public HttpConfig limits() {
            return redirect.limits();
        }

        @Override
        public Duration idle() {
            return redirect.limits().idle();
        }

        @Override
        public boolean keeps() {
            return false;
        }

        @Override
        public Duration first() {
            return limits().header();
        }

        @Override
        public void handle(Request request, Client client) {
            refuse(request, judge(redirect, accepted, request), client);
        }

        @Override
        public void refuse(Request request, Refusal refusal, Client client) {
            Refusals.answer(new Asked(ExchangeId.next(), peer, request, client), refusal, audit);
        }
    }

    /** A request as its record and its answer need it. */
    private record Asked(ExchangeId id, Peer peer, Request request, Client client) implements Refusals.Incoming {
        @Override
        public Call call() {
            Protocol protocol = request.webSocket() ? Protocol.WEBSOCKET : client.protocol();
            return new Call(id.value(), protocol, request.recordedMethod(), null);
        }

        /** RFC 6797 section 7.2: not without TLS, where anybody on the way could have set it or taken it out. */
        @Override
        @Nullable
        public AsciiString hsts() {
            return null;
        }
    }
}
