package dev.phigate.components.local;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.ResourceType;
import com.pulumi.resources.CustomResource;
import com.pulumi.resources.CustomResourceOptions;

/** A folder for audit records, write-once where the file system allows. It outlives its environment. */
@ResourceType(type = AuditStore.TYPE)
@SuppressWarnings("NullAway.Init") // the SDK sets exported fields when it registers the resource
public final class AuditStore extends CustomResource {
    static final String TYPE = "phigate:local:AuditStore";

    @Export(name = "path", refs = String.class)
    private Output<String> path;

    @Export(name = "appendOnlyInForce", refs = Boolean.class)
    private Output<Boolean> appendOnlyInForce;

    /** Registers the store. */
    public AuditStore(String name, AuditStoreArgs args, CustomResourceOptions options) {
        super(TYPE, name, args, options);
    }

    /** The folder under which each origin keeps its log. */
    public Output<String> path() {
        return path;
    }

    /** Whether the file system really refuses changes. */
    public Output<Boolean> appendOnlyInForce() {
        return appendOnlyInForce;
    }
}
