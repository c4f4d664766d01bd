package dev.phigate.balancer.upstream.failing;

import dev.phigate.balancer.bench.Bench;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** One way for a host to fail, or to be slow. */
@FunctionalInterface
public interface Failure {
    /** What hosts are given; the ways to be slow are made for it. */
    String TIMEOUTS = "timeouts: {connect: 1s, firstByte: 1s, idle: 1s, total: 2s}";

    /** In time for each of them. */
    Duration LATE = Duration.ofMillis(300);

    /** How long after a part the next one comes: in time, and often enough together to last longer than each of them. */
    Duration DRIP = Duration.ofMillis(100);

    /** How many parts last longer than all of them. */
    int MANY_DRIPS = 30;

    /** How many parts are in time together. */
    int FEW_DRIPS = 4;

    /** Adds such a host to a bench; what it opened is closed by what is answered. */
    Closeable join(Bench bench) throws IOException;

    /** Does nothing for longer than anybody waits. */
    static void hold() {
        pause(Duration.ofSeconds(10));
    }

    /** Does nothing for a while. */
    static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }
}
