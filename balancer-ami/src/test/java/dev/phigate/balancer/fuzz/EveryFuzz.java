package dev.phigate.balancer.fuzz;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * All fuzz targets in one process: Jazzer takes longer to start than a target needs for a first look. The first byte of an input says whose
 * it is. None takes more than twice its share of the time; inputs of one that has are passed over. {@code phigate.fuzzOnly} names one that
 * is alone.
 */
public final class EveryFuzz {
    private static final String ONLY = System.getProperty("phigate.fuzzOnly", "");
    private static final long SHARE = TimeUnit.SECONDS.toNanos(2L * Integer.getInteger("phigate.fuzzSeconds", 1));
    private static final Map<FuzzTarget, Spent> SPENT = new EnumMap<>(FuzzTarget.class);

    private EveryFuzz() {}

    private static final class Spent {
        private int inputs;
        private long nanos;
    }

    /** One input: whose it is, then what it takes. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        FuzzTarget target = FuzzTarget.of(input[0]);
        Spent spent = SPENT.computeIfAbsent(target, any -> new Spent());
        boolean its = ONLY.isEmpty() ? spent.nanos < SHARE : ONLY.equals(target.name());
        if (its) {
            spent.inputs++;
            long began = System.nanoTime();
            target.take(Arrays.copyOfRange(input, 1, input.length));
            if (spent.inputs > 1) {
                // The first one loads and prepares what the target needs.
                spent.nanos += System.nanoTime() - began;
            }
        }
    }

    /** Says how many inputs each target had. */
    public static void fuzzerTearDown() {
        SPENT.forEach((target, spent) -> System.out.println(
                target + " took " + spent.inputs + " inputs in " + TimeUnit.NANOSECONDS.toMillis(spent.nanos) + " ms"));
    }
}
