package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.OpaqueId;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The sessions that their users have ended in this process, so that a copy of their cookie is refused until no cookie of theirs could
 * live any more. At most so many: beyond that those are forgotten first that end first by themselves, and are counted. Used by all
 * loops at once.
 */
final class LoggedOut {
    private static final int FORGOTTEN_AT_ONCE = 16;

    private final int most;
    private final LongSupplier nanos;
    private final Map<OpaqueId, End> ends = new ConcurrentHashMap<>();
    private final LongAdder forgotten = new LongAdder();

    /**
     * When one can be let go: by both clocks, as the system's may be ahead for a moment, and what was forgotten then would live again.
     *
     * @param absolute until when any cookie of it could live, in seconds since 1970
     * @param nanos when it could live no longer, on the clock that only runs forward
     */
    private record End(long absolute, long nanos) {}

    /**
     * None yet.
     *
     * @param most how many are remembered
     * @param nanos the clock that only runs forward
     */
    LoggedOut(int most, LongSupplier nanos) {
        this.most = most;
        this.nanos = nanos;
    }

    boolean contains(OpaqueId id) {
        return ends.containsKey(id);
    }

    /**
     * Remembers one.
     *
     * @param absoluteEnd until when any cookie of it could live, in seconds since 1970
     * @param absolute how long any session lives at most
     */
    void add(OpaqueId id, long absoluteEnd, Duration absolute) {
        if (ends.size() >= most) {
            ends.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.comparingLong(End::absolute)))
                    .limit(Math.max(1, most / FORGOTTEN_AT_ONCE))
                    .forEach(entry -> {
                        ends.remove(entry.getKey());
                        forgotten.increment();
                    });
        }
        ends.put(id, new End(absoluteEnd, nanos.getAsLong() + absolute.toNanos()));
    }

    /** Lets go of those whose cookies are over anyway. */
    void letGo(long now) {
        long forward = nanos.getAsLong();
        ends.values().removeIf(end -> end.absolute() <= now && end.nanos() - forward <= 0);
    }

    int size() {
        return ends.size();
    }

    long forgotten() {
        return forgotten.sum();
    }
}
