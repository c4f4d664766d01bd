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
            case "s3" -> S3Store.open(config);
            case "azure" -> AzureStore.open(config, System.getenv(AzureStore.CREDENTIALS));
            case "file" -> new FolderStore(Path.of(config.to().getPath()));
            default ->
                throw new IOException(config.to() + ": this store is not served yet (expected: s3, azure or file)");
        };
    }

    /** {@code a/b/} of {@code /a/b}. */
    static String prefix(String path) {
        String plain = path.replaceAll("^/+|/+$", "");
        return plain.isEmpty() ? "" : plain + "/";
    }
}
