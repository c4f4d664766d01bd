package dev.phigate.balancer.http;

import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.exchange.Client;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.http1.ConnectionService;
import dev.phigate.balancer.http.http1.Http1Front;
import dev.phigate.balancer.http.http2.Http2Front;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Scheme;
import dev.phigate.balancer.http.policy.HttpConfig;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.tls.Handshake;
import io.netty.channel.Channel;
import java.time.Duration;

/** HTTP on one listener. */
public final class HttpService {
    /** How long a client may take to begin its request on a connection that will have no second one. */
    private static final Duration LAST_REQUEST = Duration.ofMillis(500);

    private final Exchanges exchanges;

    /**
     * A service under a first policy.
     *
     * @param policy what holds until {@link #enforce}
     * @param audit where exchanges are recorded
     */
    public HttpService(Policy policy, Recorder audit) {
        this.exchanges = new Exchanges(policy, audit);
    }

    /** Installs the handlers that the handshake agreed on. */
    public void install(Channel channel, Handshake handshake) {
        channel.config().setAutoRead(false);
        if ("h2".equals(handshake.application())) {
            Http2Front.install(channel, exchanges, handshake);
        } else {
            Http1Front.install(channel, new OverTls(exchanges, handshake, Exchanges.peer(handshake)));
        }
    }

    /** Puts another policy in force; requests whose head is read later meet it. */
    public void enforce(Policy next) {
        exchanges.enforce(next);
    }

    /** Makes every response the last of its connection from now on. */
    public void drain(Exchanges.Drain how) {
        exchanges.drain(how);
    }

    /** A connection of HTTP/1.1: its requests are the listener's exchanges. */
    private record OverTls(Exchanges exchanges, Handshake handshake, Peer peer) implements ConnectionService {
        @Override
        public Scheme scheme() {
            return Scheme.HTTPS;
        }

        @Override
        public HttpConfig limits() {
            return exchanges.policy().config();
        }

        @Override
        public Duration idle() {
            return exchanges.idle();
        }

        @Override
        public boolean keeps() {
            return exchanges.keeps(handshake);
        }

        /** Once a stop began, nobody is waited for who says nothing. */
        @Override
        public Duration first() {
            Duration header = limits().header();
            return keeps() || header.compareTo(LAST_REQUEST) < 0 ? header : LAST_REQUEST;
        }

        /** A client that is answered while another process takes over may have sent its next request before it knew. */
        @Override
        public Duration another() {
            return exchanges.ends() ? first() : idle();
        }

        @Override
        public void handle(Request request, Client client) {
            exchanges.handle(exchanges.exchange(handshake, peer, request, client));
        }

        @Override
        public void refuse(Request request, Refusal refusal, Client client) {
            exchanges.refuse(exchanges.exchange(handshake, peer, request, client), refusal);
        }
    }
}
