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
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();
    private final List<PoolLoad> pools = new CopyOnWriteArrayList<>();
    private volatile long ejectedAt;
    private volatile boolean ejected;
    private volatile boolean checkedWell = true;
    private volatile long backSince;
    private volatile boolean warming;
    private volatile boolean exactly;

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

    /** Notes that it answered a request: it is not ejected any more. */
    public void succeeded() {
        if (failures.getPlain() != 0 || ejected) {
            failures.set(0);
            if (ejected) {
                ejected = false;
                comeBack();
            }
        }
    }

    /** Notes that it failed to be reached, or to answer. The last failure allowed ejects it; so does the first after its return. */
    public void failed() {
        if (failures.incrementAndGet() >= health.failures()) {
            ejectedAt = System.nanoTime();
            ejected = true;
        }
    }

    /** Notes what asking it has shown, once that is sure. Answers whether it is news. */
    public boolean checked(boolean well) {
        if (checkedWell == well) {
            return false;
        }
        checkedWell = well;
        if (well) {
            failures.set(0);
            ejected = false;
            comeBack();
        }
        return true;
    }

    /** Goes on with what is known of the same host under another configuration: a reload does not make it well. */
    void inherit(Host before) {
        failures.set(before.failures.get());
        ejectedAt = before.ejectedAt;
        ejected = before.ejected;
        backSince = before.backSince;
        warming = before.warming && !health.slowStart().isZero();
        exactly = before.exactly;
        if (health.check().isPresent() && before.health.check().isPresent()) {
            checkedWell = before.checkedWell;
        }
    }

    private void comeBack() {
        if (!health.slowStart().isZero()) {
            backSince = System.nanoTime();
            warming = true;
        }
    }

    /** Whether requests may be sent to it: it is neither ejected nor found unwell. */
    public boolean well() {
        return checkedWell && !ejected();
    }

    /** Whether requests are kept from it for now because requests failed. */
    public boolean ejected() {
        return ejected && System.nanoTime() - ejectedAt < health.ejectFor().toNanos();
    }

    /** How often it has failed in a row. */
    public int failures() {
        return failures.get();
    }

    /** How many requests it has to do with now. */
    public int underWay() {
        return underWay.get();
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
        underWay.incrementAndGet();
    }

    void ended() {
        underWay.decrementAndGet();
    }

    /** How much of its weight counts: less than 1 only while it starts slowly. */
    double share() {
        if (!warming) {
            return 1;
        }
        double passed =
                (double) (System.nanoTime() - backSince) / health.slowStart().toNanos();
        if (passed >= 1) {
            warming = false;
            return 1;
        }
        return Math.max(LEAST_SHARE, passed);
    }

    /** How busy it would be with one request more, for its weight. */
    double load() {
        return (underWay.get() + 1) / (weight() * share());
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
        return exactly;
    }

    void speakExactly() {
        exactly = true;
    }
}
