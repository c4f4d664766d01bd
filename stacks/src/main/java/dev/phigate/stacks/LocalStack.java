package dev.phigate.stacks;

import com.pulumi.core.Output;
import dev.phigate.components.Environment;
import dev.phigate.components.audittrail.LocalAuditTrail;
import dev.phigate.components.balancer.BalancerPlan;
import dev.phigate.components.balancer.LocalBalancer;
import dev.phigate.components.keys.KeyRingPlan;
import dev.phigate.components.keys.LocalKeyRing;
import dev.phigate.components.local.LocalProvider;
import dev.phigate.components.workload.LocalWorkload;
import dev.phigate.components.workload.WorkloadIntent;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An environment on this machine. */
final class LocalStack {
    private LocalStack() {}

    /**
     * Registers the environment's resources.
     *
     * @param folder the environment's folder, absolute; each resource has a folder of its own in it
     * @return the outputs of the stack by name, as docs/architecture.md lists them
     */
    static Map<String, Output<?>> build(Intent intent, Path folder) {
        KeyRingPlan keyPlan = KeyRingPlan.of(
                intent.environment(), intent.balancer().certificateNames(), intent.dataClasses(), intent.keys());
        BalancerPlan balancerPlan = new BalancerPlan(
                intent.balancer(),
                intent.workloads().stream().collect(Collectors.toMap(WorkloadIntent::name, WorkloadIntent::url)),
                intent.environment());

        Environment environment = new Environment(intent.environment(), intent.target(), new LocalProvider("local"));
        LocalKeyRing keys = new LocalKeyRing("keys", keyPlan, folder.resolve("keyring"), environment);
        LocalAuditTrail trail = new LocalAuditTrail("audit", intent.audit(), folder.resolve("audit"), environment);
        List<LocalWorkload> workloads = intent.workloads().stream()
                .map(each ->
                        new LocalWorkload(each, keys.files(), folder.resolve("workload-" + each.name()), environment))
                .toList();
        LocalBalancer balancer = new LocalBalancer(
                "balancer",
                balancerPlan,
                new LocalBalancer.Surroundings(keys.files(), trail.path(), workloads),
                folder.resolve("balancer"),
                environment);

        Map<String, Output<?>> outputs = new LinkedHashMap<>();
        outputs.put("balancerUrl", balancer.url());
        outputs.put("adminUrl", balancer.adminUrl());
        outputs.put("caCertificate", keys.files().authority());
        outputs.put("adminCertificate", keys.files().admin().certificate());
        outputs.put("adminPrivateKey", keys.files().admin().privateKey());
        outputs.put("auditLog", trail.path());
        outputs.put("auditPublicKey", keys.auditPublicKey());
        outputs.put("balancerPid", balancer.pid());
        outputs.put(
                "workloadUrls",
                Output.all(workloads.stream().map(LocalWorkload::url).toList()));
        outputs.put("survivors", Output.all(trail.path()));
        return outputs;
    }
}
