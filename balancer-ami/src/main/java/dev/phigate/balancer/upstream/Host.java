package dev.phigate.balancer.upstream;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** One host of an upstream and its passive health, shared by all loops. */
public final class Host {
    private final UpstreamConfig.HostConfig config;
    private final int failuresAllowed;
    private final Duration ejectFor;
    private final AtomicInteger failures = new AtomicInteger();
    private volatile long ejectedAt;
    private volatile boolean ejected;
    private volatile boolean exactly;

    Host(UpstreamConfig.HostConfig config, int failuresAllowed, Duration ejectFor) {
        this.config = config;
        this.failuresAllowed = failuresAllowed;
        this.ejectFor = ejectFor;
    }

    /** Its name and port, as records and the status name it. */
    public String authority() {
        return config.authority();
    }

    /** Notes that it answered: it is healthy. */
    public void succeeded() {
        if (failures.getPlain() != 0 || ejected) {
            failures.set(0);
            ejected = false;
        }
    }

    /** Notes that it failed to be reached, or to answer. The last failure allowed ejects it; so does the first after its return. */
    public void failed() {
        if (failures.incrementAndGet() >= failuresAllowed) {
            ejectedAt = System.nanoTime();
            ejected = true;
        }
    }

    /** Whether requests are kept from it for now. */
    public boolean ejected() {
        return ejected && System.nanoTime() - ejectedAt < ejectFor.toNanos();
    }

    /** How often it has failed in a row. */
    public int failures() {
        return failures.get();
    }

    String name() {
        return config.name();
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
