package dev.phigate.balancer.upstream;

import dev.phigate.balancer.tls.ClientTls;
import dev.phigate.balancer.upstream.guard.Breaker;
import dev.phigate.balancer.upstream.guard.Limiters;
import dev.phigate.balancer.upstream.guard.RetryBudget;
import dev.phigate.balancer.upstream.pool.Carrier;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A group of hosts with its connections, a pool for each loop and host, so that an exchange never changes its loop. */
public final class Upstream {
    private final UpstreamConfig config;
    private final ClientTls tls;
    private final Map<EventLoop, Map<Host, HostPool>> pools;
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final RetryBudget budget;
    private final Optional<Breaker> breaker;
    private final Optional<Limiters> limiters;
    private final String zone;
    private final Supplier<? extends Carrier> carrier;
    private final int share;
    private final LongSupplier clock;
    private volatile Group group;

    /** Hosts of what this replaced, which may be found again. */
    private List<Host> replaced = List.of();

    private volatile boolean retired;

    /** The hosts of a moment, and how one of them is chosen. */
    private record Group(List<Host> hosts, Choice choice) {}

    /**
     * Makes an upstream without connections.
     *
     * @param config a configuration without problems
     * @param zone the zone whose hosts are preferred; empty for none
     * @param loops all loops it will be used from
     * @param carrier makes what speaks on each new connection
     * @throws SSLException when the TLS engine refuses the certificate or key
     */
    public Upstream(
            UpstreamConfig config, String zone, Collection<EventLoop> loops, Supplier<? extends Carrier> carrier)
            throws SSLException {
        this(config, zone, loops, carrier, System::nanoTime);
    }

    /** The same by another clock, in nanoseconds, for how long connections are kept and waited for. */
    Upstream(
            UpstreamConfig config,
            String zone,
            Collection<EventLoop> loops,
            Supplier<? extends Carrier> carrier,
            LongSupplier clock)
            throws SSLException {
        this.config = config;
        this.clock = clock;
        this.zone = zone;
        this.carrier = carrier;
        this.budget = new RetryBudget(config.retries().percent());
        this.breaker = config.breaker().map(Breaker::new);
        this.limiters = config.adaptive().map(adaptive -> new Limiters(adaptive, loops));
        this.share = Math.max(1, config.perHost() / loops.size());
        this.pools = new HashMap<>();
        for (EventLoop loop : loops) {
            pools.put(loop, new HashMap<>());
        }
        this.group = group(config.hosts().stream()
                .map(host -> new Host(host, config.health()))
                .toList());
        // Native memory: whoever cannot be made may have none.
        this.tls = new ClientTls(config.tls(), config.protocol() == Protocol.HTTP_2);
    }

    private Group group(List<Host> hosts) {
        Choice all = new Choice(config.balancing(), config.hash().bound(), hosts);
        return new Group(hosts, zone.isEmpty() ? all : all.preferring(zone, config.zonePercent()));
    }

    /**
     * Has these hosts from now on: those that stay keep their health, and their connections unless they are described otherwise;
     * exchanges at those that go end there.
     *
     * @return whether anything has changed
     */
    public synchronized boolean become(List<UpstreamConfig.HostConfig> next) {
        List<Host> before = group.hosts();
        if (before.stream().map(Host::config).toList().equals(next)) {
            return false;
        }
        List<Host> after = next.stream()
                .map(config -> before.stream()
                        .filter(host -> host.config().equals(config))
                        .findFirst()
                        .orElseGet(() -> new Host(config, this.config.health())))
                .toList();
        List<Host> known = Stream.concat(before.stream(), replaced.stream()).toList();
        after.stream().filter(host -> !before.contains(host)).forEach(host -> succeed(host, known));
        replaced = List.of();
        group = group(after);
        List<Host> gone = before.stream().filter(host -> !after.contains(host)).toList();
        pools.forEach((loop, ofLoop) -> loop.execute(() -> gone.forEach(host -> {
            HostPool pool = ofLoop.remove(host);
            if (pool != null) {
                pool.retire();
            }
        })));
        return true;
    }

    /** What it was made from. */
    public UpstreamConfig config() {
        return config;
    }

    /** Goes on with what another, which a reload replaces, knows of itself and of the hosts that both have. */
    public synchronized void inherit(Upstream before) {
        if (config.discovery().isPresent() && config.discovery().equals(before.config.discovery())) {
            var _ = become(before.hosts().stream().map(Host::config).toList());
        }
        replaced = before.hosts();
        limiters.ifPresent(own -> before.limiters.ifPresent(own::inherit));
        breaker.ifPresent(own -> before.breaker.ifPresent(own::inherit));
        budget.inherit(before.budget);
        hosts().forEach(host -> succeed(host, replaced));
    }

    /** The host goes on with what is known of it among those that serve already; one that is added to them starts slowly. */
    private static void succeed(Host host, List<Host> known) {
        known.stream()
                .filter(other -> other.authority().equals(host.authority())
                        && other.address().equals(host.address()))
                .findFirst()
                .ifPresentOrElse(host::inherit, () -> {
                    if (!known.isEmpty()) {
                        host.startSlowly();
                    }
                });
    }

    /** The hosts of this moment and their health. */
    public List<Host> hosts() {
        return group.hosts();
    }

    /**
     * Begins to find a host for one request.
     *
     * @param key what requests that belong together have in common
     * @param preferred the host to be tried first; null for whichever is chosen
     */
    public Attempts attempts(CharSequence key, @Nullable Host preferred) {
        budget.earn();
        return new Attempts(this, config.balancing() == Balancing.CONSISTENT_HASH ? Ring.hash(key) : 0, preferred);
    }

    @Nullable
    Host choose(long key, Collection<Host> tried) {
        return group.choice().next(key, tried);
    }

    /** Whether requests go to other zones, because too few hosts of our own are well. */
    public boolean spills() {
        return group.choice().spills();
    }

    /** What stops requests while too many fail; absent when nothing does. */
    public Optional<Breaker> breaker() {
        return breaker;
    }

    /** How many requests may wait for answers; empty for as many as come. */
    public Optional<Limiters> limiters() {
        return limiters;
    }

    /** Whether it has as many requests under way as it may. */
    public boolean full() {
        if (config.requests() == Integer.MAX_VALUE) {
            return false;
        }
        int underWay = 0;
        for (Host host : hosts()) {
            underWay += host.underWay();
        }
        return underWay >= config.requests();
    }

    RetryBudget budget() {
        return budget;
    }

    /**
     * Asks for a connection.
     *
     * @param loop the caller's loop, which will be the connection's
     * @param host one of {@link #hosts()}
     * @param fresh whether it must be a new one
     * @param taker who is told
     */
    public void connect(EventLoop loop, Host host, boolean fresh, Taker taker) {
        pool(loop, host).take(fresh, taker);
    }

    /**
     * Asks for a new connection that carries one exchange and does not count among the most that there may be: one by which a host is
     * asked how it is, which must not depend on how busy we keep it.
     *
     * @param loop the caller's loop, which will be the connection's
     * @param host one of {@link #hosts()}
     * @param taker who is told
     */
    public void probe(EventLoop loop, Host host, Taker taker) {
        HostPool beside = new HostPool(host, config, terms(loop), 1);
        // Whose connection nobody else gets, and which is closed when it is given back.
        beside.retire();
        beside.take(true, taker);
    }

    /** The connections of one loop to one host; called on that loop. */
    HostPool pool(EventLoop loop, Host host) {
        Map<Host, HostPool> ofLoop = Objects.requireNonNull(pools.get(loop), "a loop of this process");
        HostPool pool = ofLoop.get(host);
        if (pool == null) {
            pool = new HostPool(host, config, terms(loop), share);
            if (retired || !hosts().contains(host)) {
                pool.retire();
            } else {
                ofLoop.put(host, pool);
                host.pooled(pool.load());
            }
        }
        return pool;
    }

    private Dial.Terms terms(EventLoop loop) {
        return new Dial.Terms(loop, tls, carrier, config.timeouts().connect(), channels, clock);
    }

    /** The authority by which one of its hosts is asked in our own name and not a client's: the name that it proves. */
    public String authority(Host host) {
        String name = config.tls().serverName().orElse(host.proves());
        return host.config().authority(name);
    }

    /** The most connections to one host that this process has, those that drain not counted. */
    public int mostConnections() {
        return share * pools.size();
    }

    /** Closes unused connections, and those in use once they are released. Exchanges under way go on. */
    public void retire() {
        retired = true;
        pools.forEach((loop, ofLoop) -> loop.execute(() -> ofLoop.values().forEach(HostPool::retire)));
    }

    /** Closes every connection, also those in use; done when all are closed. */
    public Future<Void> close() {
        return channels.close();
    }

    /** Releases what the TLS terms hold. No exchange may be using this upstream any more. */
    public void release() {
        tls.retire();
    }
}
