package dev.phigate.balancer.http;

import dev.phigate.balancer.audit.AuditLog;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.Handshake;
import io.netty.channel.Channel;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/** HTTP on one listener: what each of its connections shares. */
public final class HttpService {
    /** Fired through a connection's pipeline when the process is about to stop: finish what is under way, begin nothing. */
    public enum Drain {
        /** The only one. */
        NOW
    }

    private static final System.Logger LOG = System.getLogger(HttpService.class.getName());
    private static final String PROCESS = HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    private static final AtomicLong EXCHANGES = new AtomicLong();

    private final AuditLog audit;
    private final Gate gate;
    private final Forwarder forwarder;
    private volatile Policy policy;
    private volatile boolean draining;

    /**
     * A service under a first policy.
     *
     * @param policy what holds until {@link #enforce}
     * @param audit where exchanges are recorded
     */
    public HttpService(Policy policy, AuditLog audit) {
        this.policy = policy;
        this.audit = audit;
        this.gate = new Gate(audit);
        this.forwarder = new Forwarder(audit);
    }

    /** Puts another policy in force; requests whose head is read later meet it. */
    public void enforce(Policy next) {
        policy = next;
    }

    /** Makes every response the last of its connection from now on. */
    public void drain() {
        draining = true;
    }

    /** Installs the handlers that the handshake agreed on. */
    public void install(Channel channel, Handshake handshake) {
        channel.config().setAutoRead(false);
        if ("h2".equals(handshake.application())) {
            Http2Front.install(channel, this, handshake);
        } else {
            channel.pipeline().addLast("http", new Http1Front(this, handshake));
        }
    }

    /** The facts of a connection as records name them. */
    public static Peer peer(Handshake handshake) {
        return peer(
                handshake.accepted(),
                new Peer.Tls(handshake.version(), handshake.suite(), handshake.serverName(), handshake.identity()));
    }

    private static Peer peer(Accepted accepted, Peer.Tls tls) {
        return new Peer(
                accepted.listener(),
                accepted.connection(),
                accepted.source().getAddress().getHostAddress(),
                accepted.source().getPort(),
                tls);
    }

    Policy policy() {
        return policy;
    }

    /** Whether a connection may be used for another exchange. */
    boolean keeps(Handshake handshake) {
        return !draining && policy.terms().sameAs(handshake.terms());
    }

    Exchange exchange(Handshake handshake, Peer peer, Request request, Client client) {
        return new Exchange(
                PROCESS + "-" + Long.toHexString(EXCHANGES.incrementAndGet()),
                handshake,
                peer,
                request,
                client,
                policy,
                Instant.now(),
                System.nanoTime());
    }

    /** The way of every request. */
    void handle(Exchange exchange) {
        try {
            switch (gate.judge(exchange)) {
                case Permit permit -> forwarder.forward(exchange, permit);
                case Refusal refusal -> Refusals.answer(exchange, refusal, audit);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "exchange " + exchange.id() + " failed", e);
            if (exchange.client().begun()) {
                exchange.client().abort();
            } else {
                exchange.client().takeBack();
                Refusals.answer(exchange, new Refusal.OurFault(), audit);
            }
        }
    }

    /** Records a request that the codec has refused already. */
    void unreadable(Exchange exchange) {
        Refusals.record(exchange, new Refusal.BadRequest("malformed-stream"), audit);
    }

    void refuse(Exchange exchange, Refusal refusal) {
        Refusals.answer(exchange, refusal, audit);
    }
}
