package dev.phigate.audit.store;

import dev.phigate.audit.ship.ShipConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
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
final class S3Bucket implements CloudBucket {
    private static final Duration MOST_WAIT = Duration.ofSeconds(60);
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(5);

    private final S3Client s3;
    private final ShipConfig config;
    private final String bucket;

    private S3Bucket(S3Client s3, ShipConfig config) {
        this.s3 = s3;
        this.config = config;
        this.bucket = config.to().getAuthority();
    }

    /**
     * Opens a bucket.
     *
     * @throws IOException when it cannot be reached, or has no Object Lock
     */
    static CloudStore open(ShipConfig config) throws IOException {
        S3Bucket opened = toRead(config);
        opened.requireObjectLock();
        return new CloudStore(opened, CloudStore.prefix(config.to().getPath()));
    }

    /** Opens a bucket to be read, whatever it protects. */
    static S3Bucket toRead(ShipConfig config) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_WAIT)
                        .socketTimeout(MOST_WAIT)
                        .build())
                .overrideConfiguration(override -> override.apiCallTimeout(MOST_WAIT.multipliedBy(2)));
        config.region().map(Region::of).ifPresent(builder::region);
        config.endpoint()
                .ifPresent(endpoint -> builder.endpointOverride(endpoint).forcePathStyle(true));
        return new S3Bucket(builder.build(), config);
    }

    private void requireObjectLock() throws IOException {
        try {
            var lock = s3.getObjectLockConfiguration(request -> request.bucket(bucket));
            if (lock.objectLockConfiguration().objectLockEnabled() == ObjectLockEnabled.ENABLED) {
                return;
            }
        } catch (SdkException e) {
            s3.close();
            throw new IOException("s3://" + bucket + ": its Object Lock cannot be read: " + e.getMessage(), e);
        }
        s3.close();
        throw new IOException(
                "s3://" + bucket + " has no Object Lock (expected: a bucket made with it): records could be deleted");
    }

    @Override
    public String address() {
        return "s3://" + bucket + "/";
    }

    @Override
    public String checksum(Content content) {
        return Checksum.SHA_256.text(content);
    }

    @Override
    public @Nullable String put(String key, Content content) {
        PutObjectRequest.Builder request = PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .checksumAlgorithm(ChecksumAlgorithm.SHA256)
                .checksumSHA256(checksum(content))
                .overrideConfiguration(override -> override.apiCallTimeout(
                        CloudBucket.patience(content.size()).multipliedBy(2)))
                .objectLockMode(ObjectLockMode.COMPLIANCE)
                .objectLockRetainUntilDate(Instant.now().plus(config.retention()));
        if (config.legalHold()) {
            request.objectLockLegalHoldStatus(ObjectLockLegalHoldStatus.ON);
        }
        config.kmsKey()
                .ifPresent(kmsKey -> request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(kmsKey));
        RequestBody body = switch (content) {
            case Content.Bytes some -> RequestBody.fromBytes(some.bytes());
            case Content.InFile file -> RequestBody.fromFile(file.path());
        };
        return s3.putObject(request.build(), body).checksumSHA256();
    }

    @Override
    public boolean keepsVersions() {
        return true;
    }

    @Override
    public boolean fetch(String key, OutputStream to) {
        try {
            s3.getObject(request -> request.bucket(bucket).key(key), ResponseTransformer.toOutputStream(to));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    @Override
    public Stream<String> list(String prefix) {
        return s3.listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix)).contents().stream()
                .map(S3Object::key);
    }

    @Override
    public Stream<String> children(String prefix) {
        return s3
                .listObjectsV2Paginator(
                        request -> request.bucket(bucket).prefix(prefix).delimiter("/"))
                .stream()
                .flatMap(page -> Stream.concat(
                        page.contents().stream().map(S3Object::key),
                        page.commonPrefixes().stream().map(CommonPrefix::prefix)));
    }

    @Override
    public void hold(String key, boolean held) {
        s3.putObjectLegalHold(request -> request.bucket(bucket)
                .key(key)
                .legalHold(hold -> hold.status(held ? ObjectLockLegalHoldStatus.ON : ObjectLockLegalHoldStatus.OFF)));
    }

    @Override
    public void close() {
        s3.close();
    }
}
