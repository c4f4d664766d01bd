package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.metrics.Metrics;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a configuration puts in force, as a whole or not at all. */
@Tag("B13")
final class AssemblyTest {
    /** What it had made by then is native memory, and nobody knows of it ({@link dev.phigate.balancer.bench.NoLeaks} would). */
    @Test
    void oneThatCannotBeMadeLeavesNothingBehind() throws IOException {
        try (Bench bench = new Bench()) {
            bench.workload(Workload.OK);
            bench.write();
            BalancerConfig config = BalancerConfig.read(bench.file());
            assertThatThrownBy(() -> Assembly.of(config, List.of(), new Metrics(), new SessionWatch()))
                    .as("there is no loop")
                    .isInstanceOf(RuntimeException.class);
        }
    }
}
