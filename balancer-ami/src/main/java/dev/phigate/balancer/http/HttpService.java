package dev.phigate.balancer.http;

import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.hop.PatientClose;
import dev.phigate.balancer.http.hop.TurnFlush;
import dev.phigate.balancer.http.http1.Http1Front;
import dev.phigate.balancer.http.http2.Http2Front;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.tls.Handshake;
import io.netty.channel.Channel;

/** HTTP on one listener. */
public final class HttpService {
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
            channel.pipeline()
                    .addLast(new PatientClose(exchanges::idle))
                    .addLast(new TurnFlush())
                    .addLast("http", new Http1Front(exchanges, handshake));
        }
    }

    /** Puts another policy in force; requests whose head is read later meet it. */
    public void enforce(Policy next) {
        exchanges.enforce(next);
    }

    /** Makes every response the last of its connection from now on. */
    public void drain() {
        exchanges.drain();
    }
}
