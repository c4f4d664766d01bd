package dev.phigate.balancer.discovery;

import dev.phigate.balancer.upstream.Upstream;
import dev.phigate.balancer.upstream.UpstreamConfig.Discovery;
import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the hosts of one upstream as its source has them. What cannot be learnt, and an answer without hosts, changes nothing: those that
 * served a moment ago are a better guess than none. Looks from any thread, which may wait, and from one at a time; closed from any.
 */
public final class Finder implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Finder.class.getName());
    /** The most hosts that are used of what is found. */
    private static final int MOST = 256;

    private final Upstream upstream;
    private final Source source;
    private volatile String trouble = "";
    private volatile boolean closed;
    private final AtomicBoolean looking = new AtomicBoolean();

    /**
     * A finder that has not looked yet.
     *
     * @param upstream whose hosts they become
     * @param config where they are found
     * @param loop one of the process's loops, for asking
     */
    public Finder(Upstream upstream, Discovery config, EventLoop loop) {
        this.upstream = upstream;
        this.source = switch (config) {
            case Discovery.File file -> new HostsFile(file.path());
            case Discovery.Dns dns -> new DnsName(dns, loop);
        };
    }

    /** Looks, if that is due and no other thread still does. Answers whether the upstream has other hosts now. */
    public boolean look(Instant now) {
        if (!looking.compareAndSet(false, true)) {
            return false;
        }
        try {
            return !closed && source.due(now) && find(now);
        } finally {
            looking.set(false);
        }
    }

    private boolean find(Instant now) {
        String said;
        try {
            List<HostConfig> found = source.look(now).stream()
                    .distinct()
                    .sorted(Comparator.comparing(HostConfig::authority))
                    .toList();
            if (closed) {
                return false;
            }
            if (!found.isEmpty()) {
                tell(found.size() > MOST ? found.size() + " hosts, of which " + MOST + " are used" : "");
                return become(found.subList(0, Math.min(MOST, found.size())));
            }
            said = "no hosts";
        } catch (IOException e) {
            said = String.valueOf(e.getMessage());
        }
        if (!closed) {
            tell(said + "; the hosts stay as they are");
        }
        return false;
    }

    /** What the last look did not bring, and why; empty when it brought hosts. */
    public String trouble() {
        return trouble;
    }

    /** The upstream whose hosts it finds. */
    public Upstream upstream() {
        return upstream;
    }

    private boolean become(List<HostConfig> hosts) {
        boolean changed = upstream.become(hosts);
        if (changed) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "upstream {0}: {1} hosts were found: {2}",
                    upstream.config().name(),
                    hosts.size(),
                    String.join(" ", hosts.stream().map(HostConfig::authority).toList()));
        }
        return changed;
    }

    private void tell(String now) {
        if (!now.equals(trouble) && !now.isEmpty()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "upstream {0}: {1}",
                    upstream.config().name(),
                    now);
        }
        trouble = now;
    }

    @Override
    public void close() {
        closed = true;
        source.close();
    }
}
