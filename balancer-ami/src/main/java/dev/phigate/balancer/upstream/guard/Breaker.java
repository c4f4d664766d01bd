package dev.phigate.balancer.upstream.guard;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Stops sending requests to an upstream of which too many fail, so that it can recover and clients are told at once. Closed,
 * it counts; open, it refuses for a while; half open, it lets a few requests try, and closes when all of them succeed. What
 * comes of a request counts in the turn in which it was let through: one that began before it opened says nothing about how the
 * upstream is after that. Shared by all loops.
 */
public final class Breaker {
    /** Instead of a turn: the request may not be sent. */
    public static final long REFUSED = 0;

    private final BreakerConfig config;
    private final LongSupplier clock;
    private AtomicReference<State> state;

    /** What the breaker knows; replaced as a whole. A turn is over when another kind of state begins. */
    private sealed interface State {
        long turn();

        /** Requests pass and are counted since a moment. */
        record Closed(long turn, long since, int answered, int failed) implements State {}

        /** Requests are refused since a moment. */
        record Open(long turn, long since) implements State {}

        /** So many requests were let through to try, and so many of them succeeded. */
        record HalfOpen(long turn, long since, int tried, int succeeded) implements State {}
    }

    /** A closed breaker. */
    public Breaker(BreakerConfig config) {
        this(config, System::nanoTime);
    }

    Breaker(BreakerConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
        this.state = new AtomicReference<>(new State.Closed(REFUSED + 1, clock.getAsLong(), 0, 0));
    }

    /** Goes on as the one that this replaces, also with what is under way there. Called before this is used. */
    public void inherit(Breaker before) {
        state = before.state;
    }

    /**
     * Asks whether a request may be sent now.
     *
     * @return the turn, for what is told of the request later; {@link #REFUSED} when it may not be sent
     */
    public long admit() {
        while (true) {
            State now = state.get();
            State.HalfOpen next;
            switch (now) {
                case State.Closed closed -> {
                    return closed.turn();
                }
                case State.Open(long turn, long since) -> {
                    if (clock.getAsLong() - since < config.openFor().toNanos()) {
                        return REFUSED;
                    }
                    next = new State.HalfOpen(turn + 1, clock.getAsLong(), 1, 0);
                }
                case State.HalfOpen(long turn, long since, int tried, int succeeded) -> {
                    // Those that try may never be heard of again; others try in their place.
                    boolean late = clock.getAsLong() - since >= config.openFor().toNanos();
                    if (tried >= config.trials() && !late) {
                        return REFUSED;
                    }
                    next = late
                            ? new State.HalfOpen(turn, clock.getAsLong(), 1, 0)
                            : new State.HalfOpen(turn, since, tried + 1, succeeded);
                }
            }
            if (state.compareAndSet(now, next)) {
                return next.turn();
            }
        }
    }

    /** The answer of a request begins. */
    public void succeeded(long turn) {
        change(turn, 1, 0);
    }

    /** A request was not answered, or with the failure of a host. */
    public void failed(long turn) {
        change(turn, 1, 1);
    }

    /** The answer of a request that {@link #succeeded} was broken off by the host. */
    public void brokeOff(long turn) {
        change(turn, 0, 1);
    }

    private void change(long turn, int answers, int failures) {
        State now;
        State next;
        do {
            now = state.get();
            if (now.turn() == turn) {
                next = after(now, answers, failures);
            } else if (now instanceof State.Closed closed && answers == 0 && closedTooEarly(closed, turn)) {
                next = new State.Open(closed.turn() + 1, clock.getAsLong());
            } else {
                return;
            }
        } while (!state.compareAndSet(now, next));
    }

    /** Whether a request by which it was tried, and which seemed to succeed, was one of those that closed it lately. */
    private boolean closedTooEarly(State.Closed closed, long turn) {
        return turn != REFUSED
                && turn == closed.turn() - 1
                && clock.getAsLong() - closed.since() < config.openFor().toNanos();
    }

    private State after(State now, int answers, int failures) {
        long moment = clock.getAsLong();
        return switch (now) {
            case State.Closed(long turn, long since, int answered, int failed) -> {
                boolean over = moment - since >= config.within().toNanos();
                State.Closed counted = new State.Closed(
                        turn, over ? moment : since, (over ? 0 : answered) + answers, (over ? 0 : failed) + failures);
                boolean enough = counted.answered() >= config.atLeast();
                boolean bad = 100L * counted.failed() >= (long) config.percent() * counted.answered();
                yield failures > 0 && enough && bad ? new State.Open(turn + 1, moment) : counted;
            }
            case State.Open open -> open;
            case State.HalfOpen(long turn, long since, int tried, int succeeded) -> {
                if (failures > 0) {
                    yield new State.Open(turn + 1, moment);
                }
                yield succeeded + 1 >= config.trials()
                        ? new State.Closed(turn + 1, moment, 0, 0)
                        : new State.HalfOpen(turn, since, tried, succeeded + 1);
            }
        };
    }

    /** Whether every request may be sent. */
    public boolean closed() {
        return state.get() instanceof State.Closed;
    }

    /** {@code closed}, {@code open} or {@code half-open}. */
    public String shown() {
        return switch (state.get()) {
            case State.Closed closed -> "closed";
            case State.Open open -> "open";
            case State.HalfOpen half -> "half-open";
        };
    }
}
