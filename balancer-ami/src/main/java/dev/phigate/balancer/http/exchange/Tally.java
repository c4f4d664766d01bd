package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.Exchange.Answer;
import dev.phigate.audit.record.Exchange.Outcome;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.upstream.Attempts;
import dev.phigate.balancer.upstream.Host;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What becomes known of an exchange on its way, for its record. */
final class Tally {
    /**
     * How a forwarded exchange ended, as its record says it.
     *
     * @param outcome who ended it, and how
     * @param rule what decided it; absent where there is no more to say
     */
    record Ending(Outcome outcome, @Nullable Name rule) {
        static final Ending ANSWERED = new Ending(Outcome.ANSWERED, null);
        static final Ending CLIENT_GONE = new Ending(Outcome.CLIENT_GONE, null);
        static final Ending CLIENT_NOT_READING = new Ending(Outcome.CLIENT_TOO_SLOW, new Name("client-not-reading"));
        static final Ending TOTAL_TIME = new Ending(Outcome.TARGET_TOO_SLOW, new Name("total-time"));
        static final Ending STALLED = new Ending(Outcome.TARGET_TOO_SLOW, new Name("upstream-stalled"));

        /** The host broke off what it had begun to answer. */
        static Ending broken(String how) {
            return new Ending(Outcome.TARGET_BROKE_OFF, new Name("upstream-" + how));
        }

        /** It came to nothing, or what was begun had to be broken off. */
        static Ending of(Refusal refusal) {
            Outcome outcome = switch (refusal) {
                case Refusal.UpstreamUnreachable(String how) ->
                    how.equals("untrusted") ? Outcome.TARGET_UNTRUSTED : Outcome.TARGET_UNREACHABLE;
                case Refusal.UpstreamBroken broken -> Outcome.TARGET_BROKE_OFF;
                case Refusal.UpstreamTooSlow slow -> Outcome.TARGET_TOO_SLOW;
                case Refusal.UpstreamBusy busy -> Outcome.TARGET_BUSY;
                case Refusal.ClientTooSlow slow -> Outcome.CLIENT_TOO_SLOW;
                case Refusal.OurFault fault -> Outcome.FAILED;
                default -> Outcome.CLIENT_BROKE_RULES;
            };
            return new Ending(outcome, new Name(Refusals.rule(refusal)));
        }
    }

    private static final long NANOS_PER_MICRO = 1000;

    private final Attempts attempts;
    int status;
    long requestBytes;
    long responseBytes;
    private long firstByteNanos;

    Tally(Attempts attempts) {
        this.attempts = attempts;
    }

    /** The host's answer begins. */
    void answers(int with) {
        status = with;
        firstByteNanos = System.nanoTime();
    }

    /** The exchange's record as of now. */
    AuditRecord record(Exchange exchange, Route route, Ending ending) {
        Host host = attempts.host();
        long began = exchange.beganNanos();
        return new dev.phigate.audit.record.Exchange(
                Instant.now(),
                exchange.peer().client(),
                exchange.peer().who(),
                exchange.call(),
                new Target(route.name(), route.upstreamName(), host == null ? null : host.endpoint(), attempts.count()),
                new Answer(status, ending.outcome(), ending.rule()),
                new Traffic(
                        requestBytes,
                        responseBytes,
                        (System.nanoTime() - began) / NANOS_PER_MICRO,
                        firstByteNanos == 0 ? 0 : (firstByteNanos - began) / NANOS_PER_MICRO));
    }
}
