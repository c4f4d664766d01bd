package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.http.trace.Trace;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.tls.ServerTls;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The exchanges of one listener: what each of its connections shares, whichever version of HTTP it speaks. */
public final class Exchanges {
    /** Fired through a connection's pipeline when the process is about to stop: finish what is under way, begin nothing. */
    public enum Drain {
        /** What is unused ends at once. */
        NOW,
        /** What is unused ends with its next answer, since a request may be on its way. */
        GENTLY
    }

    private static final System.Logger LOG = System.getLogger(Exchanges.class.getName());

    private final Recorder audit;
    private final Gate gate;
    private final Forwarder forwarder;
    private volatile Policy policy;
    private volatile @Nullable Drain drain;

    /**
     * Exchanges under a first policy.
     *
     * @param policy what holds until {@link #enforce}
     * @param audit where exchanges are recorded
     */
    public Exchanges(Policy policy, Recorder audit) {
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
    public void drain(Drain how) {
        drain = how;
    }

    /** Whether nobody is waited for any more who has nothing under way. */
    public boolean ends() {
        return drain == Drain.NOW;
    }

    /** The facts of a connection as records name them. */
    public static Peer peer(Handshake handshake) {
        return Peer.of(handshake.accepted().client(), handshake.identity());
    }

    /** What holds now. */
    public Policy policy() {
        return policy;
    }

    /** How long a connection may stay unused, and how long a client may take nothing of its answer. */
    public Duration idle() {
        return policy.config().idle();
    }

    /** Whether a connection may be used for another exchange. */
    public boolean keeps(Handshake handshake) {
        Policy now = policy;
        ServerTls terms = now.terms();
        return drain == null
                && System.nanoTime() - handshake.madeNanos()
                        < now.config().connection().toNanos()
                && terms.sameAs(handshake.terms())
                && terms.objection(handshake).isEmpty();
    }

    /**
     * Begins an exchange under the policy of this moment.
     *
     * @param handshake the handshake of its connection
     * @param peer the same facts as records name them
     * @param request the request
     * @param client where its answer goes
     */
    public Exchange exchange(Handshake handshake, Peer peer, Request request, Client client) {
        Policy now = policy;
        Instant began = Instant.now();
        long beganNanos = System.nanoTime();
        Trace trace = now.tracing() == null ? null : now.tracing().begin(request.fields(), began, beganNanos);
        return new Exchange(ExchangeId.next(), handshake, peer, request, client, now, began, beganNanos, trace);
    }

    /** The way of every request. */
    public void handle(Exchange exchange) {
        try {
            switch (gate.judge(exchange)) {
                case Permit permit -> forwarder.forward(exchange, permit);
                case Decision.Refused(Refusal why) -> Refusals.answer(exchange, why, audit);
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

    /** Records a request that is malformed and is not answered. */
    public void record(Exchange exchange, Refusal refusal) {
        audit.note(Refusals.record(exchange, refusal));
    }

    /** Records and answers a request that is malformed. */
    public void refuse(Exchange exchange, Refusal refusal) {
        Refusals.answer(exchange, refusal, audit);
    }
}
