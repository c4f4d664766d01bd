package dev.phigate.provider.local;

import dev.phigate.provider.local.audit.AuditStoreKind;
import dev.phigate.provider.local.balancer.BalancerKind;
import dev.phigate.provider.local.keyring.KeyRingKind;
import dev.phigate.provider.local.workload.WorkloadKind;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.ResourceKind;
import java.time.InstantSource;
import java.util.List;

/** The resources of the local target. */
public final class LocalKinds {
    private LocalKinds() {}

    /** Each of them, working on this machine. */
    public static List<ResourceKind> onThisMachine(PackageSchema schema) {
        return List.of(
                new KeyRingKind(schema, InstantSource.system()),
                new AuditStoreKind(schema),
                new WorkloadKind(schema),
                new BalancerKind(schema));
    }
}
