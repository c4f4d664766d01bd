package dev.phigate.balancer.upstream;

import dev.phigate.audit.fact.Endpoint;
import dev.phigate.balancer.upstream.pool.PoolLoad;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

/** One host of an upstream, its health and how busy it is, shared by all loops. */
public final class Host {
    private static final double LEAST_SHARE = 0.1;

    private final UpstreamConfig.HostConfig config;
    private final HealthConfig health;
    private final Endpoint endpoint;
    private final List<PoolLoad> pools = new CopyOnWriteArrayList<>();
    private Standing standing = new Standing();

    /**
     * What is known of a host, and how much it has to do: the same for all configurations that have the host, so that a
     * reload neither forgets it nor misses what ends of the exchanges that began before. Shared by all loops.
     */
    private static final class Standing {
        /** Failures in a row. */
        final AtomicInteger failures = new AtomicInteger();

        /** Requests under way. */
        final AtomicInteger underWay = new AtomicInteger();

        /** Moves with each answer that ended whole. */
        volatile int whole;

        volatile long ejectedAt;
        volatile boolean ejected;
        volatile boolean checkedWell = true;
        volatile long backSince;
        volatile boolean warming;

        /** It chose AES-128 when it could. */
        volatile boolean exactly;
    }

    Host(UpstreamConfig.HostConfig config, HealthConfig health) {
        this.config = config;
        this.health = health;
        this.endpoint = Endpoint.of(config.address());
    }

    /** Where it is, as records name it. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Its name as configured, or its address when it was found. */
    public String name() {
        return config.name();
    }

    /** Its name and port, as the status names it. */
    public String authority() {
        return config.authority();
    }

    /** Its share of the requests, relative to the other hosts'. */
    public int weight() {
        return config.weight();
    }

    /** The zone it is in; empty when nobody said. */
    public String zone() {
        return config.zone();
    }

    /**
     * Notes that it answers a request: it is not ejected any more.
     *
     * @return how often it had failed in a row before, for {@link #brokeOff}
     */
    int succeeded() {
        int before = standing.failures.getPlain();
        if (before != 0 || standing.ejected) {
            standing.failures.set(0);
            if (standing.ejected) {
                standing.ejected = false;
                startSlowly();
            }
        }
        return before;
    }

    /** Notes that it failed to be reached, or to answer. The last failure allowed ejects it; so does the first after its return. */
    void failed() {
        failed(standing.failures.incrementAndGet());
    }

    /** Moves with each answer that it ended as it should. */
    int whole() {
        return standing.whole;
    }

    /** Notes that it ended an answer as it should. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // it moves, whoever wins
    void endedWhole() {
        standing.whole++;
    }

    /**
     * Notes that it broke off an answer.
     *
     * @param before how often it had failed in a row when the answer began
     * @param whole what {@link #whole} was then: since it ended another one well, what was before does not count
     */
    void brokeOff(int before, int whole) {
        int counts = standing.whole == whole ? before : 0;
        failed(standing.failures.updateAndGet(since -> Math.max(since, counts) + 1));
    }

    private void failed(int inARow) {
        if (inARow >= health.failures()) {
            standing.ejectedAt = System.nanoTime();
            standing.ejected = true;
        }
    }

    /** Notes what asking it has shown, once that is sure. Answers whether it is news. */
    public boolean checked(boolean well) {
        if (standing.checkedWell == well) {
            return false;
        }
        standing.checkedWell = well;
        if (well) {
            standing.failures.set(0);
            standing.ejected = false;
            startSlowly();
        }
        return true;
    }

    /** Goes on with what is known of the same host under another configuration, which stays as it is. Called before this is used. */
    void inherit(Host before) {
        standing = before.standing;
    }

    /** Begins with a part of its share: it has come back, or was added to others. */
    void startSlowly() {
        if (!health.slowStart().isZero()) {
            standing.backSince = System.nanoTime();
            standing.warming = true;
        }
    }

    /** Whether requests may be sent to it: it is neither ejected nor found unwell. */
    public boolean well() {
        return (standing.checkedWell || health.check().isEmpty()) && !ejected();
    }

    /** Whether requests are kept from it for now because requests failed. */
    public boolean ejected() {
        return standing.ejected
                && System.nanoTime() - standing.ejectedAt < health.ejectFor().toNanos();
    }

    /** How often it has failed in a row. */
    public int failures() {
        return standing.failures.get();
    }

    /** How many requests it has to do with now. */
    public int underWay() {
        return standing.underWay.get();
    }

    /** A number of its connections, or of the requests that wait for one, all loops together. */
    public int connections(ToIntFunction<PoolLoad> number) {
        return pools.stream().mapToInt(number).sum();
    }

    /** A loop has a pool for it from now on. */
    void pooled(PoolLoad load) {
        pools.add(load);
    }

    void began() {
        standing.underWay.incrementAndGet();
    }

    void ended() {
        standing.underWay.decrementAndGet();
    }

    /** How much of its weight counts: less than 1 while it starts slowly, and while nobody knows yet whether it has come back. */
    double share() {
        if (health.slowStart().isZero()) {
            return 1;
        }
        if (standing.ejected) {
            return LEAST_SHARE;
        }
        if (!standing.warming) {
            return 1;
        }
        double passed = (double) (System.nanoTime() - standing.backSince)
                / health.slowStart().toNanos();
        if (passed >= 1) {
            standing.warming = false;
            return 1;
        }
        return Math.max(LEAST_SHARE, passed);
    }

    /** How busy it would be with one request more, for its weight. */
    double load() {
        return (underWay() + 1) / (weight() * share());
    }

    /** The name that its certificate must carry, unless the upstream says another. */
    String proves() {
        return config.proves();
    }

    UpstreamConfig.HostConfig config() {
        return config;
    }

    InetSocketAddress address() {
        return config.address();
    }

    /** Whether it chose AES-128 when it could, so that it must not be offered that again. */
    boolean exactly() {
        return standing.exactly;
    }

    void speakExactly() {
        standing.exactly = true;
    }
}
