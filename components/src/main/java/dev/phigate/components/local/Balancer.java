package dev.phigate.components.local;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.ResourceType;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;

/** The balancer as a supervised process of this machine. */
@ResourceType(type = Balancer.TYPE)
@SuppressWarnings("NullAway.Init") // the SDK sets exported fields when it registers the resource
public final class Balancer extends CustomResource {
    static final String TYPE = "phigate:local:Balancer";

    @Export(name = "url", refs = String.class)
    private Output<String> url;

    @Export(name = "adminUrl", refs = String.class)
    private Output<String> adminUrl;

    @Export(name = "pid", refs = Integer.class)
    private Output<Integer> pid;

    @Export(name = "configurationDigest", refs = String.class)
    private Output<String> configurationDigest;

    /** Registers the balancer. */
    public Balancer(String name, BalancerArgs args, CustomResourceOptions options) {
        super(TYPE, name, args, options);
    }

    /** Where it serves: the first listener. */
    public Output<String> url() {
        return url;
    }

    /** Where its admin API answers. */
    public Output<String> adminUrl() {
        return adminUrl;
    }

    /** Its process. */
    public Output<Integer> pid() {
        return pid;
    }

    /** SHA-256 of the configuration it serves with. */
    public Output<String> configurationDigest() {
        return configurationDigest;
    }
}
