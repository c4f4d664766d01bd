package dev.phigate.balancer.upstream;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What is known of a host, and how much it has to do: the same for all configurations that have the host, so that a reload
 * neither forgets it nor misses what ends of the exchanges that began before. Shared by all loops.
 */
final class Standing {
    /** Failures in a row. */
    final AtomicInteger failures = new AtomicInteger();

    /** Requests under way. */
    final AtomicInteger underWay = new AtomicInteger();

    volatile long ejectedAt;
    volatile boolean ejected;
    volatile boolean checkedWell = true;
    volatile long backSince;
    volatile boolean warming;

    /** It chose AES-128 when it could. */
    volatile boolean exactly;
}
