package dev.phigate.balancer.upstream;

import dev.phigate.balancer.tls.ClientTls;
import dev.phigate.balancer.upstream.guard.Breaker;
import dev.phigate.balancer.upstream.guard.RetryBudget;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A group of hosts with its connections, a pool for each loop and host, so that an exchange never changes its loop. */
public final class Upstream {
    private final UpstreamConfig config;
    private final ClientTls tls;
    private final List<Host> hosts;
    private final Map<EventLoop, Map<Host, HostPool>> pools;
    private final ChannelGroup channels = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final Choice choice;
    private final RetryBudget budget;
    private final Optional<Breaker> breaker;

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
        this.config = config;
        this.tls = new ClientTls(config.tls(), config.protocol() == Protocol.HTTP_2);
        this.hosts = config.hosts().stream()
                .map(host -> new Host(host, config.health()))
                .toList();
        Choice all = new Choice(config.balancing(), config.hash().bound(), hosts);
        this.choice = zone.isEmpty() ? all : all.preferring(zone, config.zonePercent());
        this.budget = new RetryBudget(config.retries().percent());
        this.breaker = config.breaker().map(Breaker::new);
        int share = Math.max(1, config.perHost() / loops.size());
        this.pools = new HashMap<>();
        for (EventLoop loop : loops) {
            pools.put(
                    loop,
                    hosts.stream()
                            .collect(Collectors.toMap(
                                    Function.identity(),
                                    host -> new HostPool(host, loop, config, tls, carrier, share, channels),
                                    (a, b) -> a,
                                    HashMap::new)));
        }
    }

    /** What it was made from. */
    public UpstreamConfig config() {
        return config;
    }

    /** Goes on with what another, which a reload replaces, knows of the hosts that both have. */
    public void inherit(Upstream before) {
        for (Host host : hosts) {
            before.hosts.stream()
                    .filter(other -> other.authority().equals(host.authority())
                            && other.address().equals(host.address()))
                    .forEach(host::inherit);
        }
    }

    /** The hosts and their health. */
    public List<Host> hosts() {
        return hosts;
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
        return choice.next(key, tried);
    }

    /** Whether requests go to other zones, because too few hosts of our own are well. */
    public boolean spills() {
        return choice.spills();
    }

    /** What stops requests while too many fail; absent when nothing does. */
    public Optional<Breaker> breaker() {
        return breaker;
    }

    /** Whether it has as many requests under way as it may. */
    public boolean full() {
        if (config.requests() == Integer.MAX_VALUE) {
            return false;
        }
        int underWay = 0;
        for (Host host : hosts) {
            underWay += host.underWay();
        }
        return underWay >= config.requests();
    }

    /** Whether its breaker refuses a request now; one that it does not refuse has to be told of. */
    public boolean broken() {
        return breaker.isPresent() && !breaker.orElseThrow().allows();
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
        HostPool pool = java.util.Objects.requireNonNull(pools.get(loop), "a loop of this process")
                .get(host);
        java.util.Objects.requireNonNull(pool, "a host of this upstream").take(fresh, taker);
    }

    /** Closes unused connections, and those in use once they are released. Exchanges under way go on. */
    public void retire() {
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
