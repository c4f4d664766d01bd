package dev.phigate.stacks;

import dev.phigate.components.DataClass;
import dev.phigate.components.PortClaims;
import dev.phigate.components.Target;
import dev.phigate.components.Wording;
import dev.phigate.components.audittrail.AuditTrailIntent;
import dev.phigate.components.balancer.BalancerIntent;
import dev.phigate.components.keys.KeysIntent;
import dev.phigate.components.network.NetworkIntent;
import dev.phigate.components.workload.WorkloadIntent;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Section;
import dev.phigate.settings.Settings;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a stack file asks for: the same shape for every target.
 *
 * @param target {@code phigate:target}
 * @param environment {@code phigate:environment}: its name, unique on its target
 * @param dataClasses {@code phigate:dataClasses}: the classes of data that it holds, a key for each
 * @param keys {@code phigate:keys}
 * @param audit {@code phigate:audit}
 * @param workloads {@code phigate:workloads}, at least one
 * @param balancer {@code phigate:balancer}
 * @param cloud what only a cloud is asked for; empty on {@code local}
 */
record Intent(
        Target target,
        String environment,
        List<DataClass> dataClasses,
        KeysIntent keys,
        AuditTrailIntent audit,
        List<WorkloadIntent> workloads,
        BalancerIntent balancer,
        Optional<CloudIntent> cloud) {
    /** What every environment holds, whatever else it does. */
    private static final Set<DataClass> ALWAYS_HELD =
            EnumSet.of(DataClass.WORKLOAD, DataClass.AUDIT, DataClass.SECRETS);

    /**
     * Reads the intent of a stack.
     *
     * @param stack the stack's name; its file is {@code stacks/Pulumi.<stack>.yaml}
     * @param configuration what the engine hands on of that file: a JSON object of texts
     * @throws UnusableIntent with every problem
     */
    static Intent read(String stack, String configuration) {
        String file = "stacks/Pulumi." + stack + ".yaml";
        try {
            return Settings.tree(file, EngineConfiguration.tree(configuration), Intent::read);
        } catch (InvalidSettings e) {
            throw new UnusableIntent(
                    file,
                    e.problems().stream()
                            .map(problem -> EngineConfiguration.NAMESPACE + problem)
                            .toList());
        }
    }

    private static Intent read(Section root) {
        Target target = root.choice("target", Target.class).required();
        PortClaims ports = new PortClaims();
        PortClaims machines = target.isCloud() ? new PortClaims() : ports; // in a cloud each has a machine of its own
        List<WorkloadIntent> workloads =
                Wording.named(root.atLeastOneSection("workloads"), each -> WorkloadIntent.read(each, machines));
        List<String> names = workloads.stream().map(WorkloadIntent::name).toList();
        String environment = Wording.name(root, "environment");
        List<DataClass> dataClasses = dataClasses(root, target);
        KeysIntent keys = KeysIntent.read(root.section("keys"));
        AuditTrailIntent audit = AuditTrailIntent.read(root.section("audit"), target);
        BalancerIntent balancer = BalancerIntent.read(root.section("balancer"), names, ports);
        Optional<CloudIntent> cloud = CloudIntent.read(root, target, balancer.serverNames());
        cloud.ifPresent(asked -> {
            refuseStrayWorkloads(root, asked.network(), workloads);
            refuseOldVersions(root, balancer);
        });
        return new Intent(target, environment, dataClasses, keys, audit, workloads, balancer, cloud);
    }

    /** On this machine the balancer itself and the policy pack refuse them; in a cloud a machine would only find out when it starts. */
    private static void refuseOldVersions(Section root, BalancerIntent balancer) {
        balancer.listeners()
                .forEach(listener -> listener.minimumVersion()
                        .filter(version -> !version.equals("TLSv1.2") && !version.equals("TLSv1.3"))
                        .ifPresent(version -> root.problem(
                                "balancer",
                                "listeners: \"" + listener.name() + "\": tls.minimumVersion: " + version
                                        + " (expected: TLSv1.2 or TLSv1.3 in a cloud)")));
    }

    /** Balancers reach workloads inside the environment's own network only. Where its space is wrong, that alone is said. */
    private static void refuseStrayWorkloads(Section root, NetworkIntent network, List<WorkloadIntent> workloads) {
        boolean isRead = network.isSaidIn(root);
        workloads.stream()
                .filter(workload -> isRead && !network.holds(workload.address()))
                .forEach(workload -> root.problem(
                        "workloads",
                        "\"" + workload.name() + "\": address: " + workload.address()
                                + " (expected: one of the private subnets, which are in " + network.privateHalf()
                                + ")"));
    }

    private static List<DataClass> dataClasses(Section root, Target target) {
        Set<DataClass> held = target.isCloud() ? EnumSet.allOf(DataClass.class) : ALWAYS_HELD;
        List<String> written = root.texts("dataClasses")
                .must(
                        list -> DataClass.allWritten().containsAll(list),
                        "some of " + String.join(", ", DataClass.allWritten()))
                .required();
        List<DataClass> classes = written.stream()
                .flatMap(each -> DataClass.of(each).stream())
                .distinct()
                .toList();
        if (!classes.isEmpty() && !classes.containsAll(held)) {
            root.problem(
                    "dataClasses",
                    String.join(", ", written) + " (expected: at least "
                            + String.join(
                                    ", ", held.stream().map(DataClass::written).toList())
                            + ", which every environment" + (target.isCloud() ? " in a cloud" : "") + " holds)");
        }
        return classes;
    }
}
