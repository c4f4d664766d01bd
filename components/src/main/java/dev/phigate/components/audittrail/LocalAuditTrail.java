package dev.phigate.components.audittrail;

import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import dev.phigate.components.DataClass;
import dev.phigate.components.Environment;
import dev.phigate.components.local.AuditStore;
import dev.phigate.components.local.AuditStoreArgs;
import dev.phigate.components.local.Placement;
import java.nio.file.Path;
import java.util.Map;

/**
 * Audit records in a folder of this machine. The engine forgets it on {@code down} and never deletes it.
 * Serves 45 CFR 164.312(b) (audit controls) and 164.312(c)(1) (integrity).
 */
public final class LocalAuditTrail extends ComponentResource {
    private final Output<String> path;

    /** Renders an intent into a folder. */
    public LocalAuditTrail(String name, AuditTrailIntent intent, Path directory, Environment environment) {
        super("phigate:components:AuditTrail", name, environment.child());
        AuditStore store = new AuditStore(
                name,
                new AuditStoreArgs(
                        new Placement(directory, environment.tags(DataClass.AUDIT)),
                        intent.retentionDays(),
                        intent.appendOnly()),
                Environment.childOf(this).retainOnDelete(true).build());
        path = store.path();
        registerOutputs(Map.of("path", path, "appendOnlyInForce", store.appendOnlyInForce()));
    }

    /** The folder that holds a log for each origin. */
    public Output<String> path() {
        return path;
    }
}
