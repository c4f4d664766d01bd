package dev.phigate.components.local;

import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.ProviderResource;
import com.pulumi.resources.ResourceArgs;

/**
 * Our provider plugin, asked for by name. The engine's default provider would be given every {@code phigate:} key of the stack file,
 * because plugin and project share their name; this one is given none.
 */
public final class LocalProvider extends ProviderResource {
    /** Registers the provider. */
    public LocalProvider(String name) {
        super("phigate", name, ResourceArgs.Empty, CustomResourceOptions.Empty);
    }
}
