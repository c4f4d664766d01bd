package dev.phigate.audit.store;

import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the store that a configuration names. */
public final class Stores {
    private Stores() {}

    /**
     * Opens a store with the credentials of this process's environment.
     *
     * @throws IOException with a complete message, when it cannot be reached or protects nothing
     */
    public static ObjectStore open(ShipConfig config) throws IOException {
        return switch (String.valueOf(config.to().getScheme())) {
            case "s3" -> S3Bucket.open(config);
            case "azure" -> AzureContainer.open(config, System.getenv(AzureContainer.CREDENTIALS));
            case "gs" -> GcsBucket.open(config);
            case "file" -> new FolderStore(Path.of(config.to().getPath()));
            default -> throw new IOException(config.to() + ": no store (expected: s3, azure, gs or file)");
        };
    }
}
