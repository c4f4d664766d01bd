package dev.phigate.balancer.limits;

import dev.phigate.settings.Section;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket for each source, kept as the one moment from which it is full again (GCRA, as ATM has it). Used by all loops
 * at once. Sources whose bucket is full are forgotten.
 */
public final class RequestRate {
    private static final int SWEPT_FROM = 10_000;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final ConcurrentHashMap<Long, AtomicLong> fullAgain = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt;

    /**
     * How often one source may ask.
     *
     * @param perSecond requests a second in the long run
     * @param burst requests at once; default the same number
     */
    public record Limit(int perSecond, int burst) {
        private static final int MOST = 1_000_000;

        /** Reads the section {@code requestsPerSource}. */
        public static Limit read(Section section) {
            int perSecond = section.integer("perSecond").between(1, MOST).required();
            return new Limit(
                    perSecond, section.integer("burst").between(1, MOST).orElse(Math.max(1, perSecond)));
        }
    }

    /** No source has asked yet. */
    public RequestRate() {
        sweptAt = new AtomicLong(System.nanoTime());
    }

    /** Takes what one request costs, if its source has it. */
    public boolean allows(InetAddress address, Limit limit) {
        return allows(address, limit, System.nanoTime());
    }

    boolean allows(InetAddress address, Limit limit, long now) {
        if (fullAgain.size() > SWEPT_FROM) {
            sweep(now);
        }
        long cost = SECOND / limit.perSecond();
        long depth = cost * limit.burst();
        AtomicLong moment = fullAgain.computeIfAbsent(Source.of(address), source -> new AtomicLong(now));
        while (true) {
            long before = moment.get();
            // A reload may have made buckets smaller: none can be emptier than empty.
            long from = Math.clamp(before - now, 0, depth) + now;
            boolean allowed = from + cost - now <= depth;
            if (!allowed && from == before) {
                return false;
            }
            if (moment.compareAndSet(before, allowed ? from + cost : from)) {
                return allowed;
            }
        }
    }

    private void sweep(long now) {
        long last = sweptAt.get();
        if (now - last > SECOND && sweptAt.compareAndSet(last, now)) {
            fullAgain.values().removeIf(moment -> moment.get() - now <= 0);
        }
    }

    int sources() {
        return fullAgain.size();
    }
}
