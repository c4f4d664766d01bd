package dev.phigate.balancer.upstream.guard;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Stops sending requests to an upstream of which too many fail, so that it can recover and clients are told at once. Closed,
 * it counts; open, it refuses for a while; half open, it lets a few requests try, and closes when all of them succeed. Shared
 * by all loops.
 */
public final class Breaker {
    private final BreakerConfig config;
    private final LongSupplier clock;
    private final AtomicReference<State> state;

    /** What the breaker knows; replaced as a whole. */
    private sealed interface State {
        /** Requests pass and are counted since a moment. */
        record Closed(long since, int answered, int failed) implements State {}

        /** Requests are refused since a moment. */
        record Open(long since) implements State {}

        /** So many requests were let through to try, and so many of them succeeded. */
        record HalfOpen(long since, int tried, int succeeded) implements State {}
    }

    /** A closed breaker. */
    public Breaker(BreakerConfig config) {
        this(config, System::nanoTime);
    }

    Breaker(BreakerConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
        this.state = new AtomicReference<>(new State.Closed(clock.getAsLong(), 0, 0));
    }

    /** Whether a request may be sent now. One that may must be told of as {@link #succeeded} or {@link #failed}, once that is known. */
    public boolean allows() {
        if (state.get() instanceof State.Closed) {
            return true;
        }
        while (true) {
            State now = state.get();
            State next;
            switch (now) {
                case State.Closed closed -> {
                    return true;
                }
                case State.Open(long since) -> {
                    if (clock.getAsLong() - since < config.openFor().toNanos()) {
                        return false;
                    }
                    next = new State.HalfOpen(clock.getAsLong(), 1, 0);
                }
                case State.HalfOpen(long since, int tried, int succeeded) -> {
                    // Those that try may never be heard of again; others try in their place.
                    boolean late = clock.getAsLong() - since >= config.openFor().toNanos();
                    if (tried >= config.trials() && !late) {
                        return false;
                    }
                    next = late
                            ? new State.HalfOpen(clock.getAsLong(), 1, 0)
                            : new State.HalfOpen(since, tried + 1, succeeded);
                }
            }
            if (state.compareAndSet(now, next)) {
                return true;
            }
        }
    }

    /** A request was answered. */
    public void succeeded() {
        change(true);
    }

    /** A request was not answered, or with the failure of a host. */
    public void failed() {
        change(false);
    }

    private void change(boolean good) {
        State now;
        State next;
        do {
            now = state.get();
            next = after(now, good);
        } while (!state.compareAndSet(now, next));
    }

    private State after(State now, boolean good) {
        long moment = clock.getAsLong();
        return switch (now) {
            case State.Closed(long since, int answered, int failed) -> {
                boolean over = moment - since >= config.within().toNanos();
                State.Closed counted = new State.Closed(
                        over ? moment : since, (over ? 0 : answered) + 1, (over ? 0 : failed) + (good ? 0 : 1));
                boolean enough = counted.answered() >= config.atLeast();
                boolean bad = 100L * counted.failed() >= (long) config.percent() * counted.answered();
                yield !good && enough && bad ? new State.Open(moment) : counted;
            }
            case State.Open open -> now;
            case State.HalfOpen(long since, int tried, int succeeded) -> {
                if (!good) {
                    yield new State.Open(moment);
                }
                yield succeeded + 1 >= config.trials()
                        ? new State.Closed(moment, 0, 0)
                        : new State.HalfOpen(since, tried, succeeded + 1);
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
