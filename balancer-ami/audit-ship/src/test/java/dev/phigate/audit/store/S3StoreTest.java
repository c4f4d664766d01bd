package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonParser;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.Shipment;
import dev.phigate.audit.ship.ShippingState;
import dev.phigate.audit.ship.StoreShipper;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectLockLegalHoldStatus;
import software.amazon.awssdk.services.s3.model.ObjectLockMode;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** S3 with Object Lock, as LocalStack speaks it. */
@Tag("A3")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3StoreTest {
    @AutoClose
    private Emulator s3;

    @AutoClose
    private S3Client client;

    @TempDir
    Path directory;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        s3 = Emulator.localStack(folder);
        client = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.create())
                .region(Region.EU_CENTRAL_1)
                .endpointOverride(endpoint())
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .build();
    }

    @AfterAll
    void stop() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + s3.port);
    }

    private ShipConfig config(String bucket) {
        return Logs.config("s3://" + bucket + "/audit", Optional.of(endpoint()), Duration.ofDays(1));
    }

    private void bucket(String name, boolean locked) {
        client.createBucket(request -> request.bucket(name)
                .createBucketConfiguration(configuration -> configuration.locationConstraint("eu-central-1"))
                .objectLockEnabledForBucket(locked));
    }

    @Test
    @Tag("A7")
    void whatIsShippedIsLockedAndProvesItselfFromTheStoreAlone() throws IOException {
        bucket("kept", true);
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 3000);
        try (ObjectStore store = Stores.open(config("kept"))) {
            Shipment shipment = new StoreShipper(log, store).ship();
            assertThat(shipment.shipped()).isEqualTo(log.numbers().size());
            assertThat(new StoreShipper(log, store).ship().shipped()).isZero();
            LogFolder fetched = Logs.fetched(store, "balancer-1", directory.resolve("fetched"));
            Verification proof = Verifier.verify(fetched, Trust.NOTHING);
            assertThat(proof.findings()).isEmpty();
            assertThat(proof.proved()).isEqualTo(3000);
        }
        String sealed = "audit/balancer-1/segments/0000000000.note";
        var head = client.headObject(request -> request.bucket("kept").key(sealed));
        assertThat(head.objectLockMode()).isEqualTo(ObjectLockMode.COMPLIANCE);
        assertThat(head.objectLockRetainUntilDate()).isAfter(Instant.now().plus(2191, ChronoUnit.DAYS));
        assertThatThrownBy(() -> client.deleteObject(
                        request -> request.bucket("kept").key(sealed).versionId(head.versionId())))
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("Access Denied");
    }

    @Test
    void aLegalHoldIsSetAndReleased() throws IOException {
        bucket("held", true);
        try (ObjectStore store = Stores.open(config("held"))) {
            store.put("a", new byte[] {1});
            store.hold("a", true);
            assertThat(client.getObjectLegalHold(
                                    request -> request.bucket("held").key("audit/a"))
                            .legalHold()
                            .status())
                    .isEqualTo(ObjectLockLegalHoldStatus.ON);
            store.hold("a", false);
            assertThat(client.getObjectLegalHold(
                                    request -> request.bucket("held").key("audit/a"))
                            .legalHold()
                            .status())
                    .isEqualTo(ObjectLockLegalHoldStatus.OFF);
        }
    }

    /** The ARN of a key that is made for it (docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html). */
    private String kmsKey() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint())
                .header("X-Amz-Target", "TrentService.CreateKey")
                .header("Content-Type", "application/x-amz-json-1.1")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20261122/eu-central-1/kms/aws4_request, SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            String answer =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return JsonParser.parseString(answer)
                    .getAsJsonObject()
                    .getAsJsonObject("KeyMetadata")
                    .get("Arn")
                    .getAsString();
        }
    }

    @Test
    void objectsAreEncryptedWithTheKeyThatIsConfigured() throws IOException, InterruptedException {
        bucket("encrypted", true);
        String key = kmsKey();
        ShipConfig config = config("encrypted");
        try (ObjectStore store = Stores.open(new ShipConfig(
                config.to(),
                config.region(),
                config.endpoint(),
                Optional.of(key),
                config.retention(),
                false,
                config.every(),
                config.spool(),
                config.keep()))) {
            store.put("a", new byte[] {1});
        }
        var stored = client.headObject(request -> request.bucket("encrypted").key("audit/a"));
        assertThat(stored.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(stored.ssekmsKeyId()).isEqualTo(key);
    }

    @Test
    void aBucketWithoutObjectLockIsRefusedByName() {
        bucket("open", false);
        assertThatThrownBy(() -> Stores.open(config("open")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("s3://open");
    }

    @Test
    void aStoreThatIsAwayIsSaidAndTheNextRoundGoesOn() throws IOException {
        bucket("late", true);
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 1000);
        ShipConfig away = Logs.config("s3://nowhere", Optional.of(endpoint()), Duration.ofDays(1));
        boolean[] back = {false};
        try (Journey journey = new Journey(
                log, config("late"), () -> Stores.open(back[0] ? config("late") : away), InstantSource.system())) {
            assertThat(journey.round().trouble()).contains("s3://nowhere");
            back[0] = true;
            ShippingState state = journey.round();
            assertThat(state.trouble()).isEmpty();
            assertThat(state.segment()).isEqualTo(log.numbers().getLast());
            assertThat(state.anchored()).isEqualTo(1000);
            assertThat(ShippingState.read(log)).isEqualTo(state);
        }
    }
}
