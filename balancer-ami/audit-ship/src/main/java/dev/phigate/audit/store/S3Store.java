package dev.phigate.audit.store;

import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * An S3 bucket with Object Lock. Every object is put in compliance mode, which nobody can shorten, the account's root not either, with
 * SHA-256 as checksum, and encrypted with a key of KMS. Credentials are those of the AWS SDK's default chain.
 */
final class S3Store implements ObjectStore {
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(5);

    private final S3Client s3;
    private final ShipConfig config;
    private final String bucket;
    private final String prefix;

    private S3Store(S3Client s3, ShipConfig config) {
        this.s3 = s3;
        this.config = config;
        this.bucket = config.to().getAuthority();
        this.prefix = Stores.prefix(config.to().getPath());
    }

    /**
     * Opens a bucket.
     *
     * @throws IOException when it cannot be reached, or has no Object Lock
     */
    static S3Store open(ShipConfig config) throws IOException {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_WAIT)
                        .socketTimeout(MOST_WAIT)
                        .build())
                .overrideConfiguration(override -> override.apiCallTimeout(MOST_WAIT.multipliedBy(2)));
        config.region().map(Region::of).ifPresent(builder::region);
        config.endpoint()
                .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
        S3Store store = new S3Store(builder.build(), config);
        store.requireObjectLock();
        return store;
    }

    private void requireObjectLock() throws IOException {
        try {
            var lock = s3.getObjectLockConfiguration(request -> request.bucket(bucket));
            if (lock.objectLockConfiguration().objectLockEnabled() == ObjectLockEnabled.ENABLED) {
                return;
            }
        } catch (SdkException e) {
            s3.close();
            throw failed("s3://" + bucket, "its Object Lock cannot be read", e);
        }
        s3.close();
        throw new IOException(
                "s3://" + bucket + " has no Object Lock (expected: a bucket made with it): records could be deleted");
    }

    @Override
    public void put(String name, byte[] content) throws IOException {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(prefix + name)
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .objectLockMode(ObjectLockMode.COMPLIANCE)
                .objectLockRetainUntilDate(Instant.now().plus(config.retention()));
        if (config.legalHold()) {
            request.objectLockLegalHoldStatus(ObjectLockLegalHoldStatus.ON);
        }
        config.kmsKey()
                .ifPresent(key -> request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(key));
        String sent = sha256(content);
        @Nullable String confirmed;
        try {
            confirmed = s3.putObject(request.build(), RequestBody.fromBytes(content))
                    .checksumSHA256();
        } catch (SdkException e) {
            throw failed(prefix + name, "cannot be put", e);
        }
        if (!sent.equals(confirmed)) {
            throw new IOException("s3://" + bucket + "/" + prefix + name + ": the store confirms the checksum "
                    + confirmed + " (expected: " + sent + ")");
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
            return s3.getObjectAsBytes(request -> request.bucket(bucket).key(prefix + name))
                    .asByteArray();
        } catch (NoSuchKeyException e) {
            return null;
        } catch (SdkException e) {
            throw failed(prefix + name, "cannot be read", e);
        }
    }

    @Override
    public List<String> list(String below) throws IOException {
        List<String> names = new ArrayList<>();
        try {
            for (S3Object object : s3.listObjectsV2Paginator(
                            request -> request.bucket(bucket).prefix(prefix + below))
                    .contents()) {
                names.add(object.key().substring(prefix.length()));
            }
        } catch (SdkException e) {
            throw failed(prefix + below, "cannot be listed", e);
        }
        return names;
    }

    @Override
    public void hold(String name, boolean held) throws IOException {
        try {
            s3.putObjectLegalHold(request -> request.bucket(bucket)
                    .key(prefix + name)
                    .legalHold(
                            hold -> hold.status(held ? ObjectLockLegalHoldStatus.ON : ObjectLockLegalHoldStatus.OFF)));
        } catch (SdkException e) {
            throw failed(prefix + name, "its legal hold cannot be changed", e);
        }
    }

    @Override
    public void close() {
        s3.close();
    }

    private IOException failed(String what, String how, SdkException why) {
        return new IOException("s3://" + bucket + "/" + what + ": " + how + ": " + why.getMessage(), why);
    }

    private static String sha256(byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
