package dev.phigate.balancer.http.health;

import dev.phigate.balancer.upstream.HealthConfig;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A check for each host that an upstream has at the moment, spread over the loops. Any thread. */
public final class HealthChecks {
    private final Upstream upstream;
    private final HealthConfig.Check config;
    private final List<EventLoop> loops;
    private final Map<Host, HealthCheck> checks = new HashMap<>();
    private int made;
    private boolean running;

    /**
     * Checks that do nothing yet.
     *
     * @param upstream the upstream
     * @param config how its hosts are asked
     * @param loops the upstream's loops
     */
    public HealthChecks(Upstream upstream, HealthConfig.Check config, List<EventLoop> loops) {
        this.upstream = upstream;
        this.config = config;
        this.loops = loops;
    }

    /** Begins to ask. */
    public synchronized void start() {
        running = true;
        follow();
    }

    /** Asks the hosts that are there now, and no others. */
    public synchronized void follow() {
        if (!running) {
            return;
        }
        List<Host> hosts = upstream.hosts();
        checks.entrySet().removeIf(entry -> {
            boolean gone = !hosts.contains(entry.getKey());
            if (gone) {
                entry.getValue().stop();
            }
            return gone;
        });
        for (Host host : hosts) {
            if (!checks.containsKey(host)) {
                HealthCheck check = new HealthCheck(upstream, host, config, loops.get(made++ % loops.size()));
                checks.put(host, check);
                check.start();
            }
        }
    }

    /** Asks no more. */
    public synchronized void stop() {
        running = false;
        checks.values().forEach(HealthCheck::stop);
        checks.clear();
    }
}
