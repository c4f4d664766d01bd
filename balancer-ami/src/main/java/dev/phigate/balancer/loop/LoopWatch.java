package dev.phigate.balancer.loop;

import dev.phigate.balancer.metrics.Metrics;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells how saturated the event loops are: how long each was busy, and how late it runs what is due. Requests cost nothing for it: a loop
 * looks at the clock once when it waits and once when it wakes, and runs one task more each second.
 */
public final class LoopWatch {
    private static final double NANOS = 1e9;
    private static final double[] DELAYS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
    private static final List<String> LOOP = List.of("loop");

    private final List<BusyTime> times = new CopyOnWriteArrayList<>();
    private volatile List<Probe> probes = List.of();

    /** Handlers that are watched, one for each loop in the order in which they are made. */
    public IoHandlerFactory watching(IoHandlerFactory handlers) {
        return executor -> {
            BusyTime time = new BusyTime(System::nanoTime);
            times.add(time);
            return new TimedHandler(handlers.newHandler(executor), time);
        };
    }

    /**
     * Adds what is told to the metrics.
     *
     * @param loops the loops whose handlers are watched, in the order in which they were made; each is called by its place, from 0 on
     */
    public void tell(Metrics metrics, List<EventLoop> loops) {
        metrics.totals(
                "phigate_loop_busy_seconds",
                "Time that an event loop did not wait for events; 1 for each second is all that it has.",
                LOOP,
                shown -> {
                    for (int i = 0; i < times.size(); i++) {
                        shown.is(times.get(i).nanos() / NANOS, Integer.toString(i));
                    }
                });
        Metrics.Distribution delays = metrics.distribution(
                "phigate_loop_delay_seconds",
                "Time that something due on an event loop had to wait there, asked once a second.",
                DELAYS,
                "loop");
        List<Probe> all = new ArrayList<>();
        for (int i = 0; i < loops.size(); i++) {
            all.add(new Probe(loops.get(i), delays.of(Integer.toString(i)), System::nanoTime));
        }
        probes = List.copyOf(all);
    }

    /** Asks each loop how late it is; any thread, each second. */
    public void ask() {
        probes.forEach(Probe::ask);
    }
}
