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
import com.azure.storage.blob.models.BlobProperties;
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
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A container of Azure Blob with version-level immutability. Every blob gets a locked policy, which nobody can shorten, and which is read
 * back. Credentials are those of the connection string in {@code AZURE_STORAGE_CONNECTION_STRING}; without one this machine's
 * {@linkplain AzureIdentity identity}.
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
     * @param connection the connection string of its account; null for this machine's identity
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
        String path = CloudStore.prefix(config.to().getPath());
        BlobServiceClientBuilder builder =
                new BlobServiceClientBuilder().httpClient(new JdkHttpClientBuilder().build());
        if (connection == null) {
            String endpoint = endpoint(config);
            builder.endpoint(endpoint).credential(AzureIdentity.of(config.to(), System.getenv()));
        } else {
            builder.connectionString(connection);
        }
        BlobServiceClient account = builder.buildClient();
        Stores.requireProtected(URI.create(account.getAccountUrl()), config.to() + ": the account in " + CREDENTIALS);
        return new AzureContainer(
                account.getBlobContainerClient(path.substring(0, Math.max(path.indexOf('/'), 0))), config);
    }

    /** Whoever has the token is this machine: it goes nowhere in clear, not even on this machine. */
    private static String endpoint(ShipConfig config) throws IOException {
        URI endpoint = config.endpoint()
                .orElseGet(() -> URI.create("https://" + config.to().getAuthority() + ".blob.core.windows.net"));
        if (!"https".equals(endpoint.getScheme())) {
            throw new IOException(config.to() + ": the endpoint is " + endpoint + " (expected: https, or " + CREDENTIALS
                    + ": an identity's token would go out in clear)");
        }
        return endpoint.toString();
    }

    @Override
    public String address() {
        return container.getBlobContainerUrl() + "/";
    }

    @Override
    public String checksum(Content content) {
        return Checksum.MD5.text(content);
    }

    @Override
    public @Nullable String put(String key, Content content) {
        OffsetDateTime until =
                OffsetDateTime.now(ZoneOffset.UTC).plus(config.retention()).truncatedTo(ChronoUnit.SECONDS);
        BlockBlobSimpleUploadOptions options = new BlockBlobSimpleUploadOptions(data(content))
                .setContentMd5(Checksum.MD5.bytes(content))
                .setImmutabilityPolicy(new BlobImmutabilityPolicy()
                        .setExpiryTime(until)
                        .setPolicyMode(BlobImmutabilityPolicyMode.LOCKED))
                .setLegalHold(config.legalHold());
        byte @Nullable [] confirmed = blob(key)
                .getBlockBlobClient()
                .uploadWithResponse(options, CloudBucket.patience(content.size()), Context.NONE)
                .getValue()
                .getContentMd5();
        requireLocked(key, until);
        return confirmed == null ? null : Base64.getEncoder().encodeToString(confirmed);
    }

    private static BinaryData data(Content content) {
        return switch (content) {
            case Content.Bytes some -> BinaryData.fromBytes(some.bytes());
            case Content.InFile file -> BinaryData.fromFile(file.path());
        };
    }

    /** An account may take a blob, and drop what it was asked to protect it by. */
    private void requireLocked(String key, OffsetDateTime until) {
        BlobProperties kept = blob(key).getProperties();
        @Nullable BlobImmutabilityPolicy policy = kept.getImmutabilityPolicy();
        @Nullable OffsetDateTime expires = policy == null ? null : policy.getExpiryTime();
        boolean locked = policy != null
                && BlobImmutabilityPolicyMode.LOCKED.equals(policy.getPolicyMode())
                && expires != null
                && !expires.isBefore(until);
        if (!locked || (config.legalHold() && !Boolean.TRUE.equals(kept.hasLegalHold()))) {
            throw new IllegalStateException("it is kept "
                    + (expires == null ? "without a policy" : policy.getPolicyMode() + " until " + expires)
                    + (Boolean.TRUE.equals(kept.hasLegalHold()) ? ", held" : "")
                    + " (expected: locked until " + until + (config.legalHold() ? ", held)" : ")"));
        }
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
