package dev.phigate.balancer.listener;

import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.redirect.Redirect;
import dev.phigate.balancer.http.redirect.Redirects;
import dev.phigate.balancer.tls.Accepted;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;

/** No TLS: clients are told where there is, and served nothing. */
public final class PlainReception implements Reception {
    private final Redirects redirects;

    /**
     * A reception.
     *
     * @param redirect where clients are sent, until {@link #enforce}
     * @param audit where requests are recorded
     */
    public PlainReception(Redirect redirect, Recorder audit) {
        this.redirects = new Redirects(redirect, audit);
    }

    /** Sends clients elsewhere from now on. */
    public void enforce(Redirect next) {
        redirects.enforce(next);
    }

    @Override
    public void receive(SocketChannel channel, Accepted client, Duration handshake) {
        redirects.install(channel, client);
    }

    @Override
    public void drain(Exchanges.Drain how) {
        // Every response is the last of its connection anyway.
    }
}
