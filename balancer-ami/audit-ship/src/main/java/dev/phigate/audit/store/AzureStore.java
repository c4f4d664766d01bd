package dev.phigate.audit.store;

import com.azure.core.exception.AzureException;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobImmutabilityPolicy;
import com.azure.storage.blob.models.BlobImmutabilityPolicyMode;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A container of Azure Blob with version-level immutability. Every blob gets a locked policy, which nobody can shorten. Credentials are
 * those of the connection string in {@code AZURE_STORAGE_CONNECTION_STRING}.
 */
final class AzureStore implements ObjectStore {
    static final String CREDENTIALS = "AZURE_STORAGE_CONNECTION_STRING";

    private static final int NOT_FOUND = 404;
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);

    private final BlobContainerClient container;
    private final ShipConfig config;
    private final String prefix;

    private AzureStore(BlobContainerClient container, ShipConfig config, String prefix) {
        this.container = container;
        this.config = config;
        this.prefix = prefix;
    }

    /**
     * Opens a container.
     *
     * @param connection the connection string of its account
     * @throws IOException when it cannot be reached, or cannot keep versions immutable
     */
    static AzureStore open(ShipConfig config, @Nullable String connection) throws IOException {
        if (connection == null) {
            throw new IOException(config.to() + ": no credentials (expected: " + CREDENTIALS + ")");
        }
        String path = Stores.prefix(config.to().getPath());
        int slash = path.indexOf('/');
        BlobContainerClient container = new BlobServiceClientBuilder()
                .connectionString(connection)
                .httpClient(new JdkHttpClientBuilder().build())
                .buildClient()
                .getBlobContainerClient(path.substring(0, Math.max(slash, 0)));
        try {
            if (!Boolean.TRUE.equals(container.getProperties().isImmutableStorageWithVersioningEnabled())) {
                throw new IOException(
                        config.to()
                                + ": the container has no version-level immutability (expected: one made with it): records could be deleted");
            }
        } catch (AzureException e) {
            throw new IOException(config.to() + ": cannot be reached: " + e.getMessage(), e);
        }
        return new AzureStore(container, config, path.substring(slash + 1));
    }

    @Override
    public void put(String name, byte[] content) throws IOException {
        BlockBlobSimpleUploadOptions options = new BlockBlobSimpleUploadOptions(BinaryData.fromBytes(content))
                .setContentMd5(md5(content))
                .setImmutabilityPolicy(new BlobImmutabilityPolicy()
                        .setExpiryTime(OffsetDateTime.now(ZoneOffset.UTC).plus(config.retention()))
                        .setPolicyMode(BlobImmutabilityPolicyMode.LOCKED))
                .setLegalHold(config.legalHold());
        try {
            var _ = blob(name).getBlockBlobClient().uploadWithResponse(options, MOST_WAIT, Context.NONE);
        } catch (AzureException e) {
            throw failed(name, "cannot be put", e);
        }
    }

    @Override
    public boolean putNewest(String name, byte[] content) throws IOException {
        put(name, content);
        return true;
    }

    @Override
    public byte @Nullable [] get(String name) throws IOException {
        try {
            return blob(name).downloadContent().toBytes();
        } catch (BlobStorageException e) {
            if (e.getStatusCode() == NOT_FOUND) {
                return null;
            }
            throw failed(name, "cannot be read", e);
        } catch (AzureException e) {
            throw failed(name, "cannot be read", e);
        }
    }

    @Override
    public List<String> list(String below) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            for (BlobItem blob : container.listBlobs(new ListBlobsOptions().setPrefix(prefix + below), MOST_WAIT)) {
                names.add(blob.getName().substring(prefix.length()));
            }
        } catch (AzureException e) {
            throw failed(below, "cannot be listed", e);
        }
        return names;
    }

    @Override
    public void hold(String name, boolean held) throws IOException {
        try {
            var _ = blob(name).setLegalHold(held);
        } catch (AzureException e) {
            throw failed(name, "its legal hold cannot be changed", e);
        }
    }

    @Override
    public void close() {
        // The client keeps no resources of its own.
    }

    private BlobClient blob(String name) {
        return container.getBlobClient(prefix + name);
    }

    private IOException failed(String name, String how, RuntimeException why) {
        return new IOException(
                container.getBlobContainerUrl() + "/" + prefix + name + ": " + how + ": " + why.getMessage(), why);
    }

    /** The one checksum that the service compares before it takes a blob. */
    private static byte[] md5(byte[] content) {
        try {
            return MessageDigest.getInstance("MD5").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has MD5", e);
        }
    }
}
