package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
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

/** A segment of 200 MiB that hardly compresses goes to each cloud from a process whose heap is a third of it. */
@Tag("A3")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeSegmentTest {
    private static final int SEGMENT = 208 << 20;
    private static final int RECORD = 32 << 10;
    private static final String HEAP = "-Xmx72m";

    private Path directory;
    private LogFolder log;

    @BeforeAll
    void write(@TempDir Path folder) throws IOException {
        directory = folder;
        log = new LogFolder(directory.resolve("balancer-1"));
        LogSettings settings =
                new LogSettings(SEGMENT, Duration.ofDays(1), Duration.ofMillis(50), Duration.ofDays(1), 1 << 30);
        byte[] noise = new byte[RECORD * 3 / 4];
        Random random = new Random(7);
        try (LogWriter writer =
                LogWriter.open(log, LogKey.open(directory.resolve("balancer-1.key"), "balancer-1"), settings)) {
            for (long left = SEGMENT; left > 0; left -= RECORD) {
                random.nextBytes(noise);
                byte[] record = Base64.getEncoder().encodeToString(noise).getBytes(StandardCharsets.US_ASCII);
                while (writer.append(record, record.length) == LogWriter.FULL) {
                    Thread.onSpinWait();
                }
            }
        }
        assertThat(Files.size(log.segment(log.numbers().getLast()))).isGreaterThan(200L << 20);
    }

    private void ships(String to, URI endpoint, String... connection) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(Objects.requireNonNull(System.getProperty("java.home")), "bin", "java")
                        .toString(),
                "-XX:+UseSerialGC",
                HEAP,
                "-Daws.accessKeyId=test",
                "-Daws.secretAccessKey=test",
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path")),
                LargeShipping.class.getName(),
                log.path().toString(),
                to,
                endpoint.toString()));
        command.addAll(List.of(connection));
        Path said = directory.resolve("said-" + URI.create(to).getScheme());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        int segments = log.numbers().size();
        assertThat(Files.readAllLines(said)).contains("shipped " + segments, "there " + segments);
        assertThat(log.underWay()).doesNotExist();
    }

    @Test
    void toS3(@TempDir Path folder) throws IOException, InterruptedException {
        try (Emulator emulator = Emulator.localStack(folder)) {
            URI endpoint = URI.create("http://127.0.0.1:" + emulator.port);
            try (S3Client client = S3Client.builder()
                    .httpClient(UrlConnectionHttpClient.create())
                    .region(Region.EU_CENTRAL_1)
                    .endpointOverride(endpoint)
                    .forcePathStyle(true)
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                    .build()) {
                client.createBucket(request -> request.bucket("large")
                        .createBucketConfiguration(location -> location.locationConstraint("eu-central-1"))
                        .objectLockEnabledForBucket(true));
            }
            ships("s3://large/audit", endpoint);
        }
    }

    @Test
    void toAzure(@TempDir Path folder) throws IOException, InterruptedException {
        try (Emulator emulator = Emulator.azurite(folder);
                AzurePeer peer = new AzurePeer(emulator.port)) {
            String connection = AzureStoreTest.connection(peer.address());
            new BlobServiceClientBuilder()
                    .connectionString(connection)
                    .httpClient(new JdkHttpClientBuilder().build())
                    .buildClient()
                    .createBlobContainer("large");
            ships("azure://devstoreaccount1/large/audit", peer.address(), connection);
        }
    }

    @Test
    void toGoogleCloudStorage(@TempDir Path folder) throws IOException, InterruptedException {
        try (Emulator emulator = Emulator.fakeGcs(folder);
                GcsPeer peer = new GcsPeer(emulator.port)) {
            // fake-gcs-server forgets the retention of what is sent in parts.
            peer.createBucket("large", GcsStoreTest.LOCKED.formatted(GcsStoreTest.SIX_YEARS, true));
            ships("gs://large/audit", peer.address());
        }
    }
}
