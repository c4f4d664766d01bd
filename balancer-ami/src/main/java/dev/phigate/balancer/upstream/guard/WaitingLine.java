package dev.phigate.balancer.upstream.guard;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for something, who came first at its head. Used by one thread.
 *
 * @param <T> who waits
 */
public final class WaitingLine<T> {
    private final Predicate<? super T> wanted;
    private final LongSupplier clock;
    private final Deque<Waiting<T>> line = new ArrayDeque<>();

    private record Waiting<T>(T who, long since) {}

    /**
     * A line in which nobody waits.
     *
     * @param wanted whether somebody still does
     * @param clock nanoseconds of a clock that only runs forward
     */
    public WaitingLine(Predicate<? super T> wanted, LongSupplier clock) {
        this.wanted = wanted;
        this.clock = clock;
    }

    /** One more waits. */
    public void join(T who) {
        line.addLast(new Waiting<>(who, clock.getAsLong()));
    }

    /** How many wait, with those who do not want it any more. */
    public int length() {
        return line.size();
    }

    /** The first who still wants it, who waits no more; null when there is nobody. */
    public @Nullable T next() {
        for (Waiting<T> next = line.pollFirst(); next != null; next = line.pollFirst()) {
            if (wanted.test(next.who())) {
                return next.who();
            }
        }
        return null;
    }

    /** Sends away those who have waited for so long, and tells those who still want it. */
    public void dismiss(Duration patience, Consumer<? super T> told) {
        long now = clock.getAsLong();
        for (Waiting<T> next : new ArrayList<>(line)) {
            if (now - next.since() >= patience.toNanos() && line.remove(next) && wanted.test(next.who())) {
                told.accept(next.who());
            }
        }
    }
}
