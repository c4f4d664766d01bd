package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.StoreShipper;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Logs are proved and searched where they lie, in the stores of the three clouds. */
@Tag("A3")
@Tag("slow")
class ReadingTest {
    @TempDir
    Path directory;

    private LogFolder log;

    @BeforeEach
    void write() throws IOException {
        log = Exchanges.written(directory.resolve("audit"), "balancer-1", 1000);
    }

    /** The log below an address is whole, and a session of it is found. */
    private void reads(String address, Map<String, String> environment) throws IOException {
        try (FileSystem store =
                FileSystems.newFileSystem(URI.create(address), environment, ReadingTest.class.getClassLoader())) {
            LogFolder shipped =
                    new LogFolder(store.provider().getPath(URI.create(address)).resolve("balancer-1"));
            assertThat(shipped.path()).hasToString(address + "/balancer-1");
            Verification proof = Verifier.verify(shipped, Trust.NOTHING);
            assertThat(proof.findings()).isEmpty();
            assertThat(proof.proved()).isGreaterThanOrEqualTo(1000);
            Search search =
                    new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of(Field.SESSION, Exchanges.session(4))));
            List<Search.Hit> hits = new ArrayList<>();
            search.in(shipped, hits::add);
            assertThat(hits).hasSize(Exchanges.A_SESSION);
            assertThat(search.segmentsSkipped()).isPositive();
            try (var folders = Files.list(shipped.path().getParent())) {
                assertThat(folders.map(folder -> folder.getFileName().toString()))
                        .contains("balancer-1", "records");
            }
        }
    }

    @Test
    void fromS3() throws IOException {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        try (Emulator s3 = Emulator.localStack(directory.resolve("s3"))) {
            URI endpoint = URI.create("http://127.0.0.1:" + s3.port);
            try (S3Client client = S3Client.builder()
                    .httpClient(UrlConnectionHttpClient.create())
                    .region(Region.EU_CENTRAL_1)
                    .endpointOverride(endpoint)
                    .forcePathStyle(true)
                    .build()) {
                client.createBucket(request -> request.bucket("kept")
                        .createBucketConfiguration(configuration -> configuration.locationConstraint("eu-central-1"))
                        .objectLockEnabledForBucket(true));
            }
            try (ObjectStore store =
                    Stores.open(Logs.config("s3://kept/audit", Optional.of(endpoint), Duration.ofDays(1)))) {
                new StoreShipper(log, store).ship();
            }
            reads("s3://kept/audit", Map.of("region", "eu-central-1", "endpoint", endpoint.toString()));
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    @Test
    void fromGoogleCloudStorage() throws IOException {
        try (Emulator emulator = Emulator.fakeGcs(Files.createDirectory(directory.resolve("gcs")));
                GcsPeer peer = new GcsPeer(emulator.port)) {
            peer.createBucket("kept", "{\"objectRetention\":{\"mode\":\"Enabled\"}}");
            try (ObjectStore store =
                    Stores.open(Logs.config("gs://kept/audit", Optional.of(peer.address()), Duration.ofDays(1)))) {
                new StoreShipper(log, store).ship();
            }
            reads("gs://kept/audit", Map.of("endpoint", peer.address().toString()));
        }
    }

    /** Azurite makes no containers that may be shipped to, so what a store of versions has is copied there. */
    @Test
    void fromAzure() throws IOException {
        Path folder = directory.resolve("store");
        try (ObjectStore store = new FolderStore(folder)) {
            new StoreShipper(log, store).ship();
        }
        try (Emulator azurite = Emulator.azurite(directory.resolve("azurite"))) {
            String connection = AzureStoreTest.connection(azurite);
            BlobContainerClient container = new BlobServiceClientBuilder()
                    .connectionString(connection)
                    .httpClient(new JdkHttpClientBuilder().build())
                    .buildClient()
                    .createBlobContainer("kept");
            for (String name : new FolderStore(folder).list("")) {
                container
                        .getBlobClient("audit/" + name)
                        .upload(BinaryData.fromBytes(Files.readAllBytes(folder.resolve(name))));
            }
            reads("azure://devstoreaccount1/kept/audit", Map.of("connection", connection));
        }
    }
}
