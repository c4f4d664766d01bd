package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.storage.blob.BlobServiceClientBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Azure Blob, as Azurite speaks it. Azurite makes no containers with version-level immutability, so what needs one is refused here. */
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
        return ACCOUNT + "http://127.0.0.1:" + azurite.port + "/devstoreaccount1;";
    }

    @Test
    void aContainerWithoutVersionLevelImmutabilityIsRefusedByName() {
        new BlobServiceClientBuilder()
                .connectionString(connection())
                .httpClient(new JdkHttpClientBuilder().build())
                .buildClient()
                .createBlobContainer("open");
        assertThatThrownBy(() -> AzureContainer.open(
                        Logs.config("azure://devstoreaccount1/open/audit", Optional.empty(), Duration.ofDays(1)),
                        connection()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("azure://devstoreaccount1/open/audit", "version-level immutability");
    }

    @Test
    void withoutCredentialsItSaysWhichAreExpected() {
        assertThat(azurite.port).isPositive();
        assertThatThrownBy(() ->
                        AzureContainer.open(Logs.config("azure://a/b", Optional.empty(), Duration.ofDays(1)), null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("AZURE_STORAGE_CONNECTION_STRING");
    }
}
