package dev.phigate.components.balancer;

import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.Environment;
import dev.phigate.components.keys.KeyFiles;
import dev.phigate.components.local.Balancer;
import dev.phigate.components.local.BalancerArgs;
import dev.phigate.components.local.Placement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The balancer as a process of this machine. Serves 45 CFR 164.312(e)(1) and (e)(2)(ii) (transmission security), 164.312(b)
 * (audit controls) and 164.312(a)(2)(iii) (automatic logoff).
 */
public final class LocalBalancer extends ComponentResource {
    private final Balancer process;

    /**
     * Files and resources of the environment that the balancer uses.
     *
     * @param keys certificates and private keys
     * @param auditDirectory where it leaves its records
     * @param workloads what must run before it, and stop after it
     */
    public record Surroundings(
            KeyFiles<Output<String>> keys, Output<String> auditDirectory, List<? extends Resource> workloads) {}

    /** Renders a plan into a folder. */
    public LocalBalancer(String name, BalancerPlan plan, Surroundings around, Path directory, Environment environment) {
        super("phigate:components:BalancerFleet", name, environment.child());
        process = new Balancer(
                name,
                new BalancerArgs(
                        new Placement(directory, environment.tags(DataClass.WORKLOAD)),
                        plan.document(around.keys(), around.auditDirectory()),
                        around.keys().admin().certificate(),
                        around.keys().admin().privateKey(),
                        plan.intent().approval().map(ApprovalIntent::document).orElse(null)),
                Environment.childOf(this)
                        .dependsOn(List.copyOf(around.workloads()))
                        .deleteBeforeReplace(true)
                        .build());
        registerOutputs(Map.of("url", process.url(), "adminUrl", process.adminUrl(), "pid", process.pid()));
    }

    /** Where it serves. */
    public Output<String> url() {
        return process.url();
    }

    /** Where its admin API answers. */
    public Output<String> adminUrl() {
        return process.adminUrl();
    }

    /** Its process. */
    public Output<Integer> pid() {
        return process.pid();
    }
}
