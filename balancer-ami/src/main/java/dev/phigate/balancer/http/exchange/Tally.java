package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.Exchange.Answer;
import dev.phigate.audit.record.Exchange.Outcome;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.hop.Grpc;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.policy.Destination;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.upstream.Attempts;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.guard.Breaker;
import dev.phigate.balancer.upstream.guard.Place;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What becomes known of an exchange on its way, and how its end is recorded and then told to the client. */
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
        static final Ending DEADLINE = of(new Refusal.DeadlineOver());
        static final Ending BAD_FRAME = new Ending(Outcome.TARGET_BROKE_OFF, new Name("web-socket-frame"));
        static final Ending IDLE = new Ending(Outcome.ANSWERED, new Name("idle"));
        static final Ending LASTED = new Ending(Outcome.ANSWERED, new Name("total-time"));
        static final Ending STALLED = new Ending(Outcome.TARGET_TOO_SLOW, new Name("upstream-stalled"));

        /** Whether the host is to blame. An answer that is not whole in time may be an endless one. */
        boolean theirs() {
            return outcome == Outcome.TARGET_UNTRUSTED
                    || outcome == Outcome.TARGET_UNREACHABLE
                    || outcome == Outcome.TARGET_BROKE_OFF
                    || (outcome == Outcome.TARGET_TOO_SLOW && !equals(DEADLINE) && !equals(TOTAL_TIME));
        }

        /** What decided it, or who ended it. */
        String words() {
            return rule == null ? outcome.name().toLowerCase(Locale.ROOT).replace('_', '-') : rule.value();
        }

        /** It came to nothing, or what was begun had to be broken off. */
        static Ending of(Refusal refusal) {
            Outcome outcome = switch (refusal) {
                case Refusal.UpstreamUnreachable(String how) ->
                    how.equals("untrusted") ? Outcome.TARGET_UNTRUSTED : Outcome.TARGET_UNREACHABLE;
                case Refusal.UpstreamBroken broken -> Outcome.TARGET_BROKE_OFF;
                case Refusal.UpstreamTooSlow slow -> Outcome.TARGET_TOO_SLOW;
                case Refusal.DeadlineOver over -> Outcome.TARGET_TOO_SLOW;
                case Refusal.UpstreamBusy busy -> Outcome.TARGET_BUSY;
                case Refusal.UpstreamOpen open -> Outcome.TARGET_BUSY;
                case Refusal.Overloaded overloaded -> Outcome.TARGET_BUSY;
                case Refusal.ClientTooSlow slow -> Outcome.CLIENT_TOO_SLOW;
                case Refusal.OurFault fault -> Outcome.FAILED;
                default -> Outcome.CLIENT_BROKE_RULES;
            };
            return new Ending(outcome, new Name(Refusals.rule(refusal)));
        }
    }

    private static final long NANOS_PER_MICRO = 1000;

    private final Exchange exchange;
    private final Permit permit;
    private final Route route;
    private final Destination destination;
    private final Attempts attempts;
    private final @Nullable Place place;
    private final @Nullable Breaker breaker;
    private long turn = Breaker.REFUSED;
    private boolean well;
    int status;
    long requestBytes;
    long responseBytes;
    private long firstByteNanos;

    Tally(Exchange exchange, Permit permit, Attempts attempts) {
        this.exchange = exchange;
        this.permit = permit;
        this.route = permit.route();
        this.destination = permit.destination();
        this.attempts = attempts;
        this.breaker = destination.upstream().breaker().orElse(null);
        this.place = Place.of(
                exchange.policy().limiters(),
                destination.upstream().limiters(),
                exchange.client().loop());
    }

    /** Asks for room; answers why there is none, or null. */
    @Nullable
    Refusal begin() {
        String full = place == null ? "" : place.objection();
        if (!full.isEmpty()) {
            return new Refusal.Overloaded(full);
        }
        if (destination.upstream().full()) {
            return new Refusal.UpstreamBusy();
        }
        if (breaker != null) {
            turn = breaker.admit();
            if (turn == Breaker.REFUSED) {
                return new Refusal.UpstreamOpen();
            }
        }
        if (exchange.request().length() == 0 || exchange.request().webSocket()) {
            asked();
        }
        return null;
    }

    /** The request is complete, and an answer is waited for. */
    void asked() {
        if (place != null) {
            place.take(System.nanoTime());
        }
    }

    /** It goes another way, where none of this is recorded. */
    void forsake() {
        if (place != null) {
            place.leave();
        }
    }

    /**
     * An attempt came to nothing.
     *
     * @param why what it would be to the client, were it the last
     * @param counts whether it counts as the host's failure
     */
    void missed(Refusal why, boolean counts) {
        if (counts) {
            attempts.failed();
        }
        exchange.attempted(Ending.of(why), true);
    }

    /**
     * No answer came in time.
     *
     * @param clients whether the time was the client's, which says nothing about the host
     */
    void tooSlow(boolean clients) {
        if (!clients) {
            attempts.failed();
        }
    }

    /** The host's answer begins. */
    void answers(int with) {
        exchange.answered(with);
        status = with;
        firstByteNanos = System.nanoTime();
        if (place != null) {
            place.answered(with == 503 || with == 429);
        }
        well = with != 502 && with != 503 && with != 504;
        if (breaker != null && well) {
            breaker.succeeded(turn);
        } else if (breaker != null) {
            breaker.failed(turn);
        }
    }

    /** The exchange's record as of its end; what it says of the upstream counts for its breaker. */
    AuditRecord record(Ending ending) {
        exchange.attempted(ending, ending.theirs());
        if (ending.theirs()) {
            blame();
        } else if (ending.equals(Ending.ANSWERED)) {
            attempts.whole();
        }
        if (place != null) {
            leave(place, ending.equals(Ending.DEADLINE) ? Outcome.CLIENT_GONE : ending.outcome());
        }
        Host host = attempts.host();
        long began = exchange.beganNanos();
        var record = new dev.phigate.audit.record.Exchange(
                Instant.now(),
                exchange.peer().client(),
                permit.who(exchange.peer().who()),
                exchange.call(),
                new Target(route.name(), destination.name(), host == null ? null : host.endpoint(), attempts.count()),
                new Answer(status, ending.outcome(), ending.rule()),
                new Traffic(
                        requestBytes,
                        responseBytes,
                        (System.nanoTime() - began) / NANOS_PER_MICRO,
                        firstByteNanos == 0 ? 0 : (firstByteNanos - began) / NANOS_PER_MICRO));
        return exchange.ended(record, route);
    }

    /** Failed attempts without an answer were noted for their hosts before. */
    private void blame() {
        if (firstByteNanos != 0) {
            attempts.brokeOff();
        }
        if (breaker != null && well) {
            breaker.brokeOff(turn);
        } else if (breaker != null && firstByteNanos == 0) {
            breaker.failed(turn);
        }
    }

    private static void leave(Place place, Outcome outcome) {
        switch (outcome) {
            case TARGET_TOO_SLOW, TARGET_BUSY -> place.answered(true);
            case CLIENT_GONE -> place.gaveUp();
            default -> place.leave();
        }
    }

    /** Records the end of a whole answer and then tells it to the client. */
    void tell(Ending ending, Fields trailers, Recorder audit) {
        audit.record(record(ending), exchange.client().loop(), mayAnswer -> told(mayAnswer, trailers));
    }

    private void told(boolean mayAnswer, Fields trailers) {
        Client client = exchange.client();
        if (mayAnswer) {
            client.finish(trailers);
        } else if (client.begun()) {
            client.abort();
        } else {
            client.takeBack();
            Refusals.send(exchange, new Refusal.NotRecordable());
        }
    }

    /** Ends an exchange of which nothing was answered yet. */
    void fail(Refusal refusal, Recorder audit) {
        status = Refusals.status(refusal);
        audit.record(
                record(Ending.of(refusal)),
                exchange.client().loop(),
                mayAnswer -> Refusals.send(exchange, mayAnswer ? refusal : new Refusal.NotRecordable()));
    }

    /** Breaks off a half answered exchange so that the client notices; a client of gRPC can be told why. */
    void abort(Ending ending, Recorder audit) {
        Name rule = ending.rule();
        if (Grpc.called(exchange.request(), exchange.client().protocol())
                && rule != null
                && !ending.equals(Ending.CLIENT_NOT_READING)) {
            boolean late = ending.equals(Ending.TOTAL_TIME) || ending.equals(Ending.DEADLINE);
            int code = late ? Grpc.DEADLINE_EXCEEDED : Grpc.UNAVAILABLE;
            tell(ending, Grpc.ending(code, rule.toString()), audit);
        } else {
            audit.note(record(ending));
            exchange.client().abort();
        }
    }
}
