package dev.phigate.balancer.audit;

import dev.phigate.audit.fact.OpaqueId;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Ids of connections and exchanges: a random half for the process, a counted one. Any thread. */
public final class FreshId {
    private static final long PROCESS = new SecureRandom().nextLong();
    private static final AtomicLong COUNT = new AtomicLong();

    private FreshId() {}

    /** An id that no other connection or exchange has. */
    public static OpaqueId next() {
        return new OpaqueId(PROCESS, COUNT.incrementAndGet());
    }
}
