package dev.phigate.components.local;

import com.pulumi.core.annotations.Import;
import com.pulumi.resources.ResourceArgs;
import java.util.Map;

/** The inputs that all local resources take. */
public abstract class LocalArgs extends ResourceArgs {
    @Import(name = "directory", required = true)
    final String directory;

    @Import(name = "tags", required = true)
    final Map<String, String> tags;

    LocalArgs(Placement placement) {
        this.directory = placement.directory().toString();
        this.tags = placement.tags().values();
    }
}
