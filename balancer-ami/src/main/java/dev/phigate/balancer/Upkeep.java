package dev.phigate.balancer;

import dev.phigate.balancer.threads.Niceness;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What goes on behind the event loops, each second: looking whether files have changed, changing ticket keys, and, on threads of their
 * own because they may wait for others, keeping staples fresh and finding hosts.
 */
final class Upkeep {
    private static final Duration EACH = Duration.ofSeconds(1);

    private final ScheduledExecutorService looking = daemon("phigate-upkeep");
    private final ScheduledExecutorService asking = daemon("phigate-staples");
    private final ScheduledExecutorService finding = daemon("phigate-discovery");
    // Each finder has a thread while it looks: one that waits keeps no other one waiting.
    private final ExecutorService finders = Executors.newCachedThreadPool(named("phigate-discovery"));
    private final FileWatch watch = new FileWatch();
    private final Supplier<Assembly> current;
    private Assembly watched;
    private long toldAt;

    /** Begins. */
    Upkeep(Supplier<Assembly> current) {
        this.current = current;
        this.watched = current.get();
        begin();
        looking.execute(Niceness::giveWay);
        each(looking, () -> current.get().refresh(Instant.now()));
        each(finding, () -> current.get().find(Instant.now(), finders));
        each(asking, () -> current.get().refreshStaples(Instant.now()));
    }

    /**
     * Tells from now on when a watched file has changed.
     *
     * @param changed called then
     * @param again called while what has changed is not in force: what kept it from that may have passed
     * @param pause how long it waits before that each time
     */
    void tell(Runnable changed, Runnable again, Duration pause) {
        each(looking, () -> {
            if (!watched.equals(current.get())) {
                watched = current.get();
                begin();
            } else if (watch.changed()) {
                toldAt = System.nanoTime();
                changed.run();
            } else if (watch.differs() && System.nanoTime() - toldAt > pause.toNanos()) {
                toldAt = System.nanoTime();
                again.run();
            }
        });
    }

    private void begin() {
        BalancerConfig config = watched.config();
        watch.begin(config.watchedFiles(), config.readAt());
    }

    /** Does something else each second, after that; it must wait for nobody. */
    void each(Runnable task) {
        each(looking, task);
    }

    private static ScheduledExecutorService daemon(String name) {
        return Executors.newSingleThreadScheduledExecutor(named(name));
    }

    private static ThreadFactory named(String name) {
        return Thread.ofPlatform().daemon().name(name).factory();
    }

    private static void each(ScheduledExecutorService on, Runnable task) {
        // What threw is never run again by itself, and nobody would hear of it.
        Runnable guarded = () -> Guarded.run("upkeep failed; it is tried again", task);
        var _ = on.scheduleWithFixedDelay(guarded, 0, EACH.toMillis(), TimeUnit.MILLISECONDS);
    }

    void stop() {
        looking.shutdownNow();
        asking.shutdownNow();
        finding.shutdownNow();
        finders.shutdownNow();
    }
}
