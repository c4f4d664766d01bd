package dev.phigate.audit.store;

import com.azure.core.exception.AzureException;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobImmutabilityPolicy;
import com.azure.storage.blob.models.BlobImmutabilityPolicyMode;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import dev.phigate.audit.ship.ShipConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container of Azure Blob with version-level immutability. Every blob gets a locked policy, which nobody can shorten. Credentials are
 * those of the connection string in {@code AZURE_STORAGE_CONNECTION_STRING}.
 */
final class AzureContainer implements CloudBucket {
    static final String CREDENTIALS = "AZURE_STORAGE_CONNECTION_STRING";

    private static final int NOT_FOUND = 404;
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);

    private final BlobContainerClient container;
    private final ShipConfig config;

    private AzureContainer(BlobContainerClient container, ShipConfig config) {
        this.container = container;
        this.config = config;
    }

    /**
     * Opens a container.
     *
     * @param connection the connection string of its account
     * @throws IOException when it cannot be reached, or cannot keep versions immutable
     */
    static CloudStore open(ShipConfig config, @Nullable String connection) throws IOException {
        AzureContainer opened = toRead(config, connection);
        try {
            if (!Boolean.TRUE.equals(opened.container.getProperties().isImmutableStorageWithVersioningEnabled())) {
                throw new IOException(
                        config.to()
                                + ": the container has no version-level immutability (expected: one made with it): records could be deleted");
            }
        } catch (AzureException e) {
            throw new IOException(config.to() + ": cannot be reached: " + e.getMessage(), e);
        }
        String path = CloudStore.prefix(config.to().getPath());
        return new CloudStore(opened, path.substring(path.indexOf('/') + 1));
    }

    /** Opens a container to be read, whatever it protects. */
    static AzureContainer toRead(ShipConfig config, @Nullable String connection) throws IOException {
        if (connection == null) {
            throw new IOException(config.to() + ": no credentials (expected: " + CREDENTIALS + ")");
        }
        String path = CloudStore.prefix(config.to().getPath());
        BlobServiceClient account = new BlobServiceClientBuilder()
                .connectionString(connection)
                .httpClient(new JdkHttpClientBuilder().build())
                .buildClient();
        Stores.requireProtected(URI.create(account.getAccountUrl()), config.to() + ": the account in " + CREDENTIALS);
        return new AzureContainer(
                account.getBlobContainerClient(path.substring(0, Math.max(path.indexOf('/'), 0))), config);
    }

    @Override
    public String address() {
        return container.getBlobContainerUrl() + "/";
    }

    @Override
    public String checksum(byte[] content) {
        return Checksum.MD5.text(content);
    }

    @Override
    public @Nullable String put(String key, byte[] content) {
        BlockBlobSimpleUploadOptions options = new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
                .setContentMd5(Checksum.MD5.bytes(content))
                .setImmutabilityPolicy(new BlobImmutabilityPolicy()
                        .setExpiryTime(OffsetDateTime.now(ZoneOffset.UTC).plus(config.retention()))
                        .setPolicyMode(BlobImmutabilityPolicyMode.LOCKED))
                .setLegalHold(config.legalHold());
        byte @Nullable [] confirmed = blob(key)
                .getBlockBlobClient()
                .uploadWithResponse(options, MOST_WAIT, Context.NONE)
                .getValue()
                .getContentMd5();
        return confirmed == null ? null : Base64.getEncoder().encodeToString(confirmed);
    }

    @Override
    public boolean keepsVersions() {
        return true;
    }

    @Override
    public boolean fetch(String key, OutputStream to) {
        try {
            blob(key).downloadStream(to);
            return true;
        } catch (BlobStorageException e) {
            if (e.getStatusCode() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Stream<String> list(String prefix) {
        return container.listBlobs(new ListBlobsOptions().setPrefix(prefix), MOST_WAIT).stream()
                .map(BlobItem::getName);
    }

    @Override
    public Stream<String> children(String prefix) {
        return container.listBlobsByHierarchy("/", new ListBlobsOptions().setPrefix(prefix), MOST_WAIT).stream()
                .map(BlobItem::getName);
    }

    @Override
    public void hold(String key, boolean held) {
        var _ = blob(key).setLegalHold(held);
    }

    @Override
    public void close() {
        // The client keeps no resources of its own.
    }

    private BlobClient blob(String key) {
        return container.getBlobClient(key);
    }
}
