package dev.phigate.components.workload;

import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import dev.phigate.components.DataClass;
import dev.phigate.components.Environment;
import dev.phigate.components.keys.KeyFiles;
import dev.phigate.components.local.Placement;
import dev.phigate.components.local.Workload;
import dev.phigate.components.local.WorkloadArgs;
import java.nio.file.Path;
import java.util.Map;

/**
 * A demonstration service on this machine that answers over TLS, and only to a client that shows the balancer's certificate.
 * Serves 45 CFR 164.312(e)(1) (transmission security) and 164.312(d) (authentication).
 */
public final class LocalWorkload extends ComponentResource {
    private final Output<String> url;

    /** Renders an intent into a folder, with the certificates of a key ring. */
    public LocalWorkload(
            WorkloadIntent intent, KeyFiles<Output<String>> keys, Path directory, Environment environment) {
        super("phigate:components:Workload", intent.name(), environment.child());
        Workload service = new Workload(
                intent.name(),
                new WorkloadArgs(
                        new Placement(directory, environment.tags(DataClass.WORKLOAD)),
                        intent.name(),
                        intent.address(),
                        intent.port(),
                        keys.workload().certificate(),
                        keys.workload().privateKey(),
                        keys.authority()),
                Environment.childOf(this).deleteBeforeReplace(true).build());
        url = service.url();
        registerOutputs(Map.of("url", url, "pid", service.pid()));
    }

    /** Where it answers. */
    public Output<String> url() {
        return url;
    }
}
