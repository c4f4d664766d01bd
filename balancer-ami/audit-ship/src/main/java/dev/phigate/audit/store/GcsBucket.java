package dev.phigate.audit.store;

import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.BlobInfo.Retention;
import com.google.cloud.storage.Bucket;
import com.google.cloud.storage.BucketInfo.ObjectRetention;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.Storage.BlobWriteOption;
import com.google.cloud.storage.StorageException;
import com.google.cloud.storage.StorageOptions;
import dev.phigate.audit.ship.ShipConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A bucket of Google Cloud Storage that keeps objects for good: by a locked retention policy (Bucket Lock), or by Object Retention Lock,
 * which this puts on every object in the mode {@code Locked}. Nobody can shorten either. An object is put only where none is, with CRC-32C
 * as checksum, so the first version stays. Credentials are Google's application default credentials.
 */
final class GcsBucket implements CloudBucket {
    private static final int PRECONDITION_FAILED = 412;
    private static final int NOT_FOUND = 404;
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(5);
    /** What is larger is sent in parts, so that a broken connection costs one of them. */
    private static final int PART = 8 << 20;

    private final Storage storage;
    private final ShipConfig config;
    private final String bucket;
    private boolean lockEach;

    private GcsBucket(Storage storage, ShipConfig config) {
        this.storage = storage;
        this.config = config;
        this.bucket = config.to().getAuthority();
    }

    /**
     * Opens a bucket.
     *
     * @throws IOException when it cannot be reached, or does not keep objects as long as {@code audit.ship.retention} says
     */
    static CloudStore open(ShipConfig config) throws IOException {
        GcsBucket opened = toRead(config);
        try {
            opened.requireRetention();
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        return new CloudStore(opened, CloudStore.prefix(config.to().getPath()));
    }

    /** Opens a bucket to be read, whatever it protects. */
    static GcsBucket toRead(ShipConfig config) throws IOException {
        return new GcsBucket(client(config), config);
    }

    private static Storage client(ShipConfig config) throws IOException {
        StorageOptions.Builder options = StorageOptions.newBuilder()
                // Nothing here belongs to a project: buckets have names of their own.
                .setProjectId("unused")
                .setCredentials(credentials(config))
                .setTransportOptions(HttpTransportOptions.newBuilder()
                        .setConnectTimeout((int) CONNECT_WAIT.toMillis())
                        .setReadTimeout((int) MOST_WAIT.toMillis())
                        .build())
                .setRetrySettings(StorageOptions.getDefaultRetrySettings().toBuilder()
                        .setTotalTimeoutDuration(MOST_WAIT.multipliedBy(2))
                        .build());
        config.endpoint().map(URI::toString).ifPresent(options::setHost);
        return options.build().getService();
    }

    /** Whoever reads a token on its way may use it: it goes nowhere but over TLS. */
    private static Credentials credentials(ShipConfig config) throws IOException {
        if (config.endpoint()
                .map(endpoint -> endpoint.getScheme().equals("http"))
                .orElse(false)) {
            return NoCredentials.getInstance();
        }
        try {
            return GoogleCredentials.getApplicationDefault();
        } catch (IOException e) {
            throw new IOException(config.to() + ": no credentials: " + e.getMessage(), e);
        }
    }

    private void requireRetention() throws IOException {
        @Nullable Bucket found;
        try {
            found = storage.get(bucket);
        } catch (StorageException e) {
            throw new IOException("gs://" + bucket + ": its retention cannot be read: " + e.getMessage(), e);
        }
        if (found == null) {
            throw new IOException("gs://" + bucket + ": there is no such bucket");
        }
        @Nullable ObjectRetention each = found.getObjectRetention();
        lockEach = each != null && ObjectRetention.Mode.ENABLED.equals(each.getMode());
        @Nullable Duration period = found.getRetentionPeriodDuration();
        if (lockEach) {
            return;
        }
        if (period == null || !Boolean.TRUE.equals(found.retentionPolicyIsLocked())) {
            throw new IOException("gs://" + bucket + " has "
                    + (period == null ? "no retention policy" : "a retention policy that is not locked")
                    + " (expected: object retention, or a locked retention policy): records could be deleted");
        }
        if (period.compareTo(config.retention()) < 0) {
            throw new IOException("gs://" + bucket + ": its locked retention policy keeps objects for "
                    + period.toDays() + "d (expected: at least audit.ship.retention, "
                    + config.retention().toDays() + "d)");
        }
    }

    @Override
    public String address() {
        return "gs://" + bucket + "/";
    }

    @Override
    public String checksum(Content content) {
        return Checksum.CRC_32C.text(content);
    }

    @Override
    public @Nullable String put(String key, Content content) throws FileAlreadyExistsException {
        BlobInfo.Builder object = BlobInfo.newBuilder(BlobId.of(bucket, key)).setCrc32c(checksum(content));
        OffsetDateTime until = OffsetDateTime.now(ZoneOffset.UTC).plus(config.retention());
        if (lockEach) {
            object.setRetention(Retention.newBuilder()
                    .setMode(Retention.Mode.LOCKED)
                    .setRetainUntilTime(until)
                    .build());
        }
        if (config.legalHold()) {
            object.setTemporaryHold(true);
        }
        Blob made;
        try {
            made = content instanceof Content.Bytes some && some.size() <= PART
                    ? atOnce(object.build(), some.bytes())
                    : inParts(object.build(), content);
        } catch (StorageException e) {
            if (e.getCode() == PRECONDITION_FAILED) {
                return there(key, content, e);
            }
            throw e;
        }
        if (lockEach) {
            requireLocked(made, until);
        }
        return made.getCrc32c();
    }

    private Blob atOnce(BlobInfo object, byte[] content) {
        // What is large is compressed already.
        List<BlobTargetOption> options =
                new ArrayList<>(List.of(BlobTargetOption.doesNotExist(), BlobTargetOption.disableGzipContent()));
        config.kmsKey().map(BlobTargetOption::kmsKeyName).ifPresent(options::add);
        return storage.create(object, content, options.toArray(BlobTargetOption[]::new));
    }

    private Blob inParts(BlobInfo object, Content content) {
        List<BlobWriteOption> options = new ArrayList<>(List.of(
                BlobWriteOption.doesNotExist(), BlobWriteOption.crc32cMatch(), BlobWriteOption.disableGzipContent()));
        config.kmsKey().map(BlobWriteOption::kmsKeyName).ifPresent(options::add);
        try (InputStream in = content.open()) {
            return storage.createFrom(object, in, PART, options.toArray(BlobWriteOption[]::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An earlier run was broken off behind it, or an answer was lost: the same object is as good as one that is put now. */
    private @Nullable String there(String key, Content content, StorageException why)
            throws FileAlreadyExistsException {
        @Nullable Blob there = storage.get(BlobId.of(bucket, key));
        if (there == null) {
            throw why;
        }
        if (!checksum(content).equals(there.getCrc32c())) {
            throw new FileAlreadyExistsException(
                    "gs://" + bucket + "/" + key + ": another object of that name is there, with the checksum "
                            + there.getCrc32c() + " (expected: " + checksum(content) + "), and stays");
        }
        return there.getCrc32c();
    }

    private static void requireLocked(Blob made, OffsetDateTime until) {
        @Nullable Retention kept = made.getRetention();
        if (kept == null
                || !Retention.Mode.LOCKED.equals(kept.getMode())
                || kept.getRetainUntilTime() == null
                || kept.getRetainUntilTime().isBefore(until.minusSeconds(1))) {
            throw new IllegalStateException(
                    "the store confirms the retention " + kept + " (expected: Locked, until " + until + ")");
        }
    }

    @Override
    public boolean keepsVersions() {
        return false;
    }

    @Override
    public boolean fetch(String key, OutputStream to) {
        try {
            storage.downloadTo(BlobId.of(bucket, key), to);
            return true;
        } catch (StorageException e) {
            if (e.getCode() == NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Stream<String> list(String prefix) {
        return storage.list(bucket, BlobListOption.prefix(prefix), BlobListOption.fields(Storage.BlobField.NAME))
                .streamAll()
                .map(Blob::getName);
    }

    @Override
    public Stream<String> children(String prefix) {
        return storage.list(
                        bucket,
                        BlobListOption.prefix(prefix),
                        BlobListOption.currentDirectory(),
                        BlobListOption.fields(Storage.BlobField.NAME))
                .streamAll()
                .map(Blob::getName);
    }

    @Override
    public void hold(String key, boolean held) {
        var _ = storage.update(BlobInfo.newBuilder(BlobId.of(bucket, key))
                .setTemporaryHold(held)
                .build());
    }

    @Override
    public void close() {
        try {
            storage.close();
        } catch (Exception e) {
            throw new IllegalStateException("the client of gs://" + bucket + " cannot be closed", e);
        }
    }
}
