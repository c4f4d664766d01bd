package dev.phigate.components.local;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.ResourceType;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;

/** A demonstration service over HTTPS that shows what it received. */
@ResourceType(type = Workload.TYPE)
@SuppressWarnings("NullAway.Init") // the SDK sets exported fields when it registers the resource
public final class Workload extends CustomResource {
    static final String TYPE = "phigate:local:Workload";

    @Export(name = "url", refs = String.class)
    private Output<String> url;

    @Export(name = "pid", refs = Integer.class)
    private Output<Integer> pid;

    /** Registers the workload. */
    public Workload(String name, WorkloadArgs args, CustomResourceOptions options) {
        super(TYPE, name, args, options);
    }

    /** Where it answers. */
    public Output<String> url() {
        return url;
    }

    /** Its process. */
    public Output<Integer> pid() {
        return pid;
    }
}
