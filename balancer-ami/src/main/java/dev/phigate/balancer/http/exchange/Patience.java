package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.hop.Grpc;
import dev.phigate.balancer.http.message.Refusal;
import java.time.Duration;
import java.util.Optional;

/** What one exchange waits for, and for how long: never beyond the time that it may take as a whole. */
final class Patience {
    /** What is waited for, which says what it means when that stays out. */
    enum Wait {
        CONNECTION,
        REQUEST_BODY,
        ANSWER,
        REST_OF_ANSWER,
        CLIENT_READING,
        WEB_SOCKET
    }

    private final Deadline deadline;
    private final boolean clients;
    private final long began;
    private long end;
    private long since;
    private long forClient;
    private boolean over;
    private Wait waiting = Wait.CONNECTION;

    /**
     * Waits for a connection first.
     *
     * @param exchange what has begun
     * @param total how long it may take
     * @param grpc whether its client may itself give it less
     * @param missed what happens when the deadline passes
     */
    Patience(Exchange exchange, Duration total, boolean grpc, Runnable missed) {
        this.deadline = Deadlines.of(exchange.client().loop()).create(missed);
        Optional<Duration> asked = grpc ? Grpc.timeout(exchange.request()) : Optional.empty();
        Duration most = asked.filter(shorter -> shorter.compareTo(total) < 0).orElse(total);
        this.clients = !most.equals(total);
        this.began = exchange.beganNanos();
        this.since = began;
        this.end = began + most.toNanos();
    }

    /** Waits for something from now on, unless the exchange has ended: it may while its next step is taken. */
    void await(Wait what, Duration most) {
        if (over) {
            return;
        }
        long now = System.nanoTime();
        if (waiting == Wait.REQUEST_BODY) {
            forClient += now - since;
        }
        since = now;
        waiting = what;
        deadline.set(now + Math.min(most.toNanos(), end - now));
    }

    Wait waiting() {
        return waiting;
    }

    boolean totalIsOver() {
        return end - System.nanoTime() <= 0;
    }

    /** Whether the time that the client gives it is over, which is nobody else's fault. */
    boolean clientsIsOver() {
        return clients && totalIsOver();
    }

    /** Whether no host is to blame that the time is over: the client gave it less, or took most of it to send its request. */
    boolean blameless() {
        return clientsIsOver() || (totalIsOver() && forClient > (end - began) / 2);
    }

    /** Why a host is not waited for any more. */
    Refusal tooSlow() {
        return blameless() ? new Refusal.DeadlineOver() : new Refusal.UpstreamTooSlow();
    }

    /** How an exchange ends whose answer is not whole in time. */
    Tally.Ending over() {
        if (clientsIsOver()) {
            return Tally.Ending.DEADLINE;
        }
        return totalIsOver() ? Tally.Ending.TOTAL_TIME : Tally.Ending.STALLED;
    }

    /** Gives the whole exchange another time to end in, from now on. */
    void extend(Duration total) {
        end = System.nanoTime() + total.toNanos();
    }

    /** Waits for nothing more, whoever asks. */
    void end() {
        over = true;
        deadline.drop();
    }
}
