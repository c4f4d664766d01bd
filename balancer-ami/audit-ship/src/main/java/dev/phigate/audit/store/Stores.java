package dev.phigate.audit.store;

import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Opens the store that a configuration names. */
public final class Stores {
    private Stores() {}

    /**
     * A bucket that is read.
     *
     * @param address what the addresses of its objects begin with, without the slash before their names
     */
    public record Reading(String address, ObjectStore store) {}

    /**
     * Opens the bucket of an address to be read, with the credentials of this process's environment; what it protects is not asked.
     *
     * @param address as in {@link ShipConfig#to()}, of a cloud
     * @param connection a connection string of Azure, instead of the environment's
     * @throws IOException with a complete message, when there are no credentials
     */
    public static Reading toRead(
            URI address, Optional<String> region, Optional<URI> endpoint, Optional<String> connection)
            throws IOException {
        if (endpoint.isPresent()) {
            requireProtected(endpoint.orElseThrow(), "the endpoint of " + address);
        }
        ShipConfig config = ShipConfig.toRead(address, region, endpoint);
        String bucket = address.getScheme() + "://" + address.getAuthority();
        return switch (String.valueOf(address.getScheme())) {
            case "s3" -> new Reading(bucket, new CloudStore(S3Bucket.toRead(config), ""));
            case "gs" -> new Reading(bucket, new CloudStore(GcsBucket.toRead(config), ""));
            case "azure" ->
                new Reading(
                        bucket + "/" + CloudStore.prefix(address.getPath()).replaceFirst("/.*", ""),
                        new CloudStore(
                                AzureContainer.toRead(
                                        config, connection.orElseGet(() -> System.getenv(AzureContainer.CREDENTIALS))),
                                ""));
            default -> throw new IOException(address + ": no store (expected: s3, azure or gs)");
        };
    }

    /** Records and what proves who asks for them go nowhere in clear. */
    static void requireProtected(URI api, String what) throws IOException {
        if (!ShipConfig.isProtected(api)) {
            throw new IOException(what + " is " + api + " (expected: " + ShipConfig.PROTECTED + ")");
        }
    }

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
