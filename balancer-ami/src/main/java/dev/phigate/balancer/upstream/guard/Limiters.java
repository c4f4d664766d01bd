package dev.phigate.balancer.upstream.guard;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.ToIntFunction;

/** The limiters of one upstream or listener, one for each event loop, so that nothing is shared. Anybody may look. */
public final class Limiters {
    private final Map<Executor, Limiter> ofLoops = new LinkedHashMap<>();

    /** As configured, each loop with its part. */
    public Limiters(LimiterConfig config, Collection<? extends Executor> loops) {
        for (Executor loop : loops) {
            ofLoops.put(loop, new Limiter(config, loops.size(), System::nanoTime));
        }
    }

    Limiter of(Executor loop) {
        return Objects.requireNonNull(ofLoops.get(loop), "a loop of this process");
    }

    /** Goes on with what another, which a reload replaces, has found out. */
    public void inherit(Limiters before) {
        ofLoops.forEach((loop, limiter) -> {
            Limiter same = before.ofLoops.get(loop);
            if (same != null) {
                limiter.inherit(same);
            }
        });
    }

    /** How many may wait, all loops together. */
    public int limit() {
        return sum(Limiter::limit);
    }

    /** How many wait, all loops together. */
    public int waiting() {
        return sum(Limiter::waiting);
    }

    private int sum(ToIntFunction<Limiter> value) {
        return ofLoops.values().stream().mapToInt(value).sum();
    }
}
