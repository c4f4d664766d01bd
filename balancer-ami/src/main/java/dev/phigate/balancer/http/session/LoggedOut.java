package dev.phigate.balancer.http.session;

import dev.phigate.audit.fact.OpaqueId;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The sessions that their users have ended in this process, so that a copy of their cookie is refused until no cookie of theirs could
 * live any more. At most so many: beyond that those are forgotten first that end first by themselves, and are counted. Used by all
 * loops at once.
 */
final class LoggedOut {
    private static final int FORGOTTEN_AT_ONCE = 16;

    private final int most;
    private final Map<OpaqueId, Long> ends = new ConcurrentHashMap<>();
    private final LongAdder forgotten = new LongAdder();

    LoggedOut(int most) {
        this.most = most;
    }

    boolean contains(OpaqueId id) {
        return ends.containsKey(id);
    }

    /**
     * Remembers one.
     *
     * @param absoluteEnd until when any cookie of it could live, in seconds since 1970
     */
    void add(OpaqueId id, long absoluteEnd) {
        if (ends.size() >= most) {
            ends.entrySet().stream()
                    .sorted(Map.Entry.comparingByValue(Comparator.naturalOrder()))
                    .limit(Math.max(1, most / FORGOTTEN_AT_ONCE))
                    .forEach(entry -> {
                        ends.remove(entry.getKey());
                        forgotten.increment();
                    });
        }
        ends.put(id, absoluteEnd);
    }

    /** Lets go of those whose cookies are over anyway. */
    void letGo(long now) {
        ends.values().removeIf(end -> end <= now);
    }

    int size() {
        return ends.size();
    }

    long forgotten() {
        return forgotten.sum();
    }
}
