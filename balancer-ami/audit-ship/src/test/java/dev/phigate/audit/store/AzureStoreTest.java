package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.StoreShipper;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Azure Blob, as Azurite speaks it. Azurite makes no containers with version-level immutability: {@link AzurePeer} says that it does. */
@Tag("A3")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AzureStoreTest {
    /** The account that every Azurite has; its key is public (learn.microsoft.com/azure/storage/common/storage-use-azurite). */
    private static final String ACCOUNT = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey="
            + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=";

    @AutoClose
    private Emulator azurite;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        azurite = Emulator.azurite(folder);
    }

    private String connection() {
        return connection(azurite);
    }

    static String connection(Emulator azurite) {
        return connection(URI.create("http://127.0.0.1:" + azurite.port));
    }

    static String connection(URI address) {
        return ACCOUNT + address + "/devstoreaccount1;";
    }

    private static void create(String container, String connection) {
        new BlobServiceClientBuilder()
                .connectionString(connection)
                .httpClient(new JdkHttpClientBuilder().build())
                .buildClient()
                .createBlobContainer(container);
    }

    private static ShipConfig config(String container) {
        return Logs.config("azure://devstoreaccount1/" + container + "/audit", Optional.empty(), Duration.ofDays(1));
    }

    /** What is asked of a container that keeps versions immutable; that it does is Azure's word. */
    @Test
    void whatIsShippedIsAskedToBeLockedAndProvesItselfFromTheStoreAlone(@TempDir Path directory) throws IOException {
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 2000);
        try (AzurePeer peer = new AzurePeer(azurite.port)) {
            create("kept", connection(peer.address()));
            try (ObjectStore store = AzureContainer.open(config("kept"), connection(peer.address()))) {
                assertThat(new StoreShipper(log, store).ship().shipped())
                        .isEqualTo(log.numbers().size());
                LogFolder fetched = Logs.fetched(store, "balancer-1", directory.resolve("fetched"));
                assertThat(Verifier.verify(fetched, Trust.NOTHING).findings()).isEmpty();
                store.hold("balancer-1/keys", true);
            }
            String blob = "/devstoreaccount1/kept/audit/balancer-1/";
            Map<String, String> asked = Objects.requireNonNull(peer.uploads.get(blob + "segments/0000000000.note"));
            assertThat(asked)
                    .containsEntry("x-ms-immutability-policy-mode", "Locked")
                    .containsKey("content-md5");
            Instant until = ZonedDateTime.parse(
                            asked.get("x-ms-immutability-policy-until-date"), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            assertThat(until).isAfter(Instant.now().plus(2191, ChronoUnit.DAYS));
            assertThat(peer.holds).containsEntry(blob + "keys", "true");
        }
    }

    @Test
    void aStoreThatConfirmsAnotherChecksumIsSaid() throws IOException {
        try (AzurePeer peer = new AzurePeer(azurite.port)) {
            create("lying", connection(peer.address()));
            peer.confirming = checksum -> "AAAAAAAAAAAAAAAAAAAAAA==";
            try (ObjectStore store = AzureContainer.open(config("lying"), connection(peer.address()))) {
                assertThatThrownBy(() -> store.put("a", new byte[] {1}))
                        .isInstanceOf(IOException.class)
                        .hasMessageContainingAll("lying", "audit/a", "confirms the checksum AAAA");
            }
        }
    }

    @Test
    void aBlobThatIsNotKeptAsItWasAskedForIsSaid() throws IOException {
        try (AzurePeer peer = new AzurePeer(azurite.port)) {
            create("dropping", connection(peer.address()));
            peer.keeping = mode -> "unlocked";
            try (ObjectStore store = AzureContainer.open(config("dropping"), connection(peer.address()))) {
                assertThatThrownBy(() -> store.put("a", new byte[] {1}))
                        .isInstanceOf(IOException.class)
                        .hasMessageContainingAll("dropping/audit/a", "it is kept Unlocked", "expected: locked until");
            }
        }
    }

    @Test
    void anAccountThatIsReachedInClearIsRefused() {
        assertThatThrownBy(
                        () -> AzureContainer.open(config("open"), ACCOUNT + "http://store.internal/devstoreaccount1;"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("http://store.internal", "expected: an address of https")
                .hasMessageNotContaining("Eby8");
    }

    @Test
    void aContainerWithoutVersionLevelImmutabilityIsRefusedByName() {
        create("open", connection());
        assertThatThrownBy(() -> AzureContainer.open(
                        Logs.config("azure://devstoreaccount1/open/audit", Optional.empty(), Duration.ofDays(1)),
                        connection()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("azure://devstoreaccount1/open/audit", "version-level immutability");
    }
}
