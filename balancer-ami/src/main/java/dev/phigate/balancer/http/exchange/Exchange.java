package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.Exchange.Call;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.http.hop.Grpc;
import dev.phigate.balancer.http.hop.Hops;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.http.trace.Trace;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.UpstreamConfig;
import io.netty.util.AsciiString;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request with what is known about it.
 *
 * @param id its id, which response and record carry
 * @param handshake the handshake of its connection
 * @param peer the same facts as records name them
 * @param request the request
 * @param client where its answer goes
 * @param policy what holds for it; a reload does not change it any more
 * @param began when its head was complete
 * @param beganNanos the same on the clock that only runs forward
 * @param trace the trace it belongs to; null where its listener takes part in none
 */
public record Exchange(
        ExchangeId id,
        Handshake handshake,
        Peer peer,
        Request request,
        Client client,
        Policy policy,
        Instant began,
        long beganNanos,
        @Nullable Trace trace)
        implements Refusals.Incoming {
    @Override
    public Call call() {
        return new Call(id.value(), protocol(), request.recordedMethod(), trace == null ? null : trace.id());
    }

    @Override
    public AsciiString hsts() {
        return policy.hsts();
    }

    @Override
    public void refused(AuditRecord record) {
        ended(record, null);
    }

    /** What it has in common with others that go to the same host, where the hosts of its upstream are chosen so. */
    CharSequence key(UpstreamConfig.Hash hash) {
        return Hops.key(request, handshake, hash);
    }

    /** The fields of its request, which may have another target and host by now, as they go upstream. */
    Fields toUpstream(Request forwarded) {
        Fields fields = Hops.toUpstream(forwarded, request, handshake, id.text(), client.protocol() == Protocol.HTTP_2);
        return trace == null ? fields : trace.applied(fields);
    }

    /** A host is turned to. */
    void attempts(Host host) {
        if (trace != null) {
            trace.attempts(host.name(), host.endpoint().port(), request);
        }
    }

    /** The host that was turned to begins to answer. */
    void answered(int status) {
        if (trace != null) {
            trace.answered(status);
        }
    }

    /** The attempt that is under way, if any, is over; {@code failed} says whether the host is to blame. */
    void attempted(Tally.Ending end, boolean failed) {
        if (trace != null && trace.attempting()) {
            trace.attempted(end.words(), failed);
        }
    }

    /** It is over: its trace is told what its record says. */
    <R extends AuditRecord> R ended(R record, @Nullable Route route) {
        if (trace != null) {
            trace.ended(record, route == null ? null : route.pattern());
        }
        return record;
    }

    /** What was asked for: what is spoken on the connection, or what is to be spoken over that. */
    private Protocol protocol() {
        if (request.webSocket()) {
            return Protocol.WEBSOCKET;
        }
        Protocol spoken = client.protocol();
        return Grpc.called(request, spoken) ? Protocol.GRPC : spoken;
    }
}
