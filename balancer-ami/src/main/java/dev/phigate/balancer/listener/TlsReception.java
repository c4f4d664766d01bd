package dev.phigate.balancer.listener;

import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.HttpService;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.Failure;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.tls.HandshakeRecords;
import dev.phigate.balancer.tls.Handshakes;
import dev.phigate.balancer.tls.ServerTls;
import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;

/** TLS, and then the HTTP that the handshake agreed on. */
public final class TlsReception implements Reception, Handshakes {
    private final Recorder audit;
    private final HttpService http;
    private volatile ServerTls tls;

    /**
     * A reception.
     *
     * @param policy what requests meet, until {@link #enforce}
     * @param audit where handshakes and exchanges are recorded
     */
    public TlsReception(Policy policy, Recorder audit) {
        this.audit = audit;
        this.tls = policy.terms();
        this.http = new HttpService(policy, audit);
    }

    /** Serves by another policy from now on. */
    public void enforce(Policy next) {
        tls = next.terms();
        http.enforce(next);
    }

    /** Secures a connection, which continues in {@link #secured}. */
    @Override
    public void receive(SocketChannel channel, Accepted client, Duration handshake) {
        channel.pipeline().addLast(tls.handler(client, handshake, this));
    }

    @Override
    public void secured(Channel channel, Handshake handshake) {
        audit.note(HandshakeRecords.done(handshake));
        http.install(channel, handshake);
    }

    @Override
    public void failed(Accepted accepted, Failure failure) {
        audit.note(HandshakeRecords.failed(accepted, failure));
    }

    @Override
    public void drain(Exchanges.Drain how) {
        http.drain(how);
    }
}
