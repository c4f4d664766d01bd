package dev.phigate.components.keys;

import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import dev.phigate.components.DataClass;
import dev.phigate.components.Environment;
import dev.phigate.components.keys.KeyFiles.Pair;
import dev.phigate.components.local.KeyRing;
import dev.phigate.components.local.KeyRingArgs;
import dev.phigate.components.local.Placement;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Certificates and data keys in files of this machine, owner only, replaced on schedule.
 * Serves 45 CFR 164.312(a)(2)(iv) (encryption), 164.312(e)(2)(ii) (encryption in transmission) and 164.312(d) (authentication).
 */
public final class LocalKeyRing extends ComponentResource {
    private final KeyFiles<Output<String>> files;
    private final Output<String> auditPublicKey;

    /** Renders a plan into a folder. */
    public LocalKeyRing(String name, KeyRingPlan plan, Path directory, Environment environment) {
        super("phigate:components:KeyRing", name, environment.child());
        KeyRing ring = new KeyRing(
                name,
                new KeyRingArgs(
                        new Placement(directory, environment.tags(DataClass.SECRETS)),
                        plan.environment(),
                        plan.serverNames(),
                        List.of(plan.workloadName()),
                        plan.dataClasses().stream().map(DataClass::written).toList(),
                        plan.lifetimes().certificateDays(),
                        plan.lifetimes().rotateBeforeDays()),
                Environment.childOf(this).deleteBeforeReplace(true).build());
        files = new KeyFiles<>(
                ring.caCertificate(),
                new Pair<>(ring.serverCertificate(), ring.serverPrivateKey()),
                new Pair<>(ring.clientCertificate(), ring.clientPrivateKey()),
                new Pair<>(ring.workloadCertificate(), ring.workloadPrivateKey()),
                new Pair<>(ring.adminCertificate(), ring.adminPrivateKey()),
                ring.auditPrivateKey());
        auditPublicKey = ring.auditPublicKey();
        registerOutputs(Map.of(
                "caCertificate", ring.caCertificate(),
                "caFingerprint", ring.caFingerprint(),
                "dataKeys", ring.dataKeys()));
    }

    /** Path of the key that verifies the audit log. */
    public Output<String> auditPublicKey() {
        return auditPublicKey;
    }

    /** Paths of its certificates and private keys. */
    public KeyFiles<Output<String>> files() {
        return files;
    }
}
