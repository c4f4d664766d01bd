package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Azure without a secret: a peer for the machine's metadata service, and one for the storage account, which takes that token only. The
 * tokens of a cluster's workloads come from Microsoft's own address, which no test reaches: only what they need is tested.
 */
@Tag("A3")
class AzureIdentityTest {
    private static final String TOKEN = "token-of-the-machine";
    private static final char[] PASSWORD = "not-secret".toCharArray();
    private static final URI TO = URI.create("azure://account/kept/audit");

    @TempDir
    Path directory;

    private HttpServer metadata;
    private HttpsServer account;
    private final List<String> questions = Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void start() throws IOException, GeneralSecurityException, InterruptedException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        metadata = HttpServer.create(any, 0);
        metadata.createContext("/metadata/identity/oauth2/token", this::giveToken);
        metadata.start();
        account = HttpsServer.create(any, 0);
        account.setHttpsConfigurator(new HttpsConfigurator(certified()));
        account.createContext("/", this::store);
        account.start();
    }

    @AfterEach
    void stop() {
        metadata.stop(0);
        account.stop(0);
    }

    private SSLContext certified() throws IOException, GeneralSecurityException, InterruptedException {
        Path keys = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "account",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        String.valueOf(PASSWORD))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream from = Files.newInputStream(keys)) {
            store.load(from, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
        managers.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** As learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token describes it. */
    private void giveToken(HttpExchange exchange) throws IOException {
        questions.add(exchange.getRequestHeaders().getFirst("Metadata") + " "
                + exchange.getRequestURI().getQuery());
        long end = System.currentTimeMillis() / 1000 + 3600;
        answer(
                exchange,
                200,
                "{\"access_token\":\"" + TOKEN + "\",\"expires_on\":\"" + end
                        + "\",\"expires_in\":\"3600\",\"resource\":\"https://storage.azure.com\",\"token_type\":\"Bearer\"}");
    }

    private void store(HttpExchange exchange) throws IOException {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        authorizations.add(authorization);
        byte[] body = exchange.getRequestBody().readAllBytes();
        var headers = exchange.getResponseHeaders();
        headers.set("ETag", "\"0x1\"");
        headers.set("Last-Modified", "Sun, 22 Nov 2026 00:00:00 GMT");
        headers.set("x-ms-version", "2024-11-04");
        headers.set("x-ms-immutable-storage-with-versioning-enabled", "true");
        if (!authorization.equals("Bearer " + TOKEN)) {
            answer(exchange, 403, "");
            return;
        }
        if (exchange.getRequestMethod().equals("PUT")) {
            headers.set("Content-MD5", Checksum.MD5.text(new Content.Bytes(body)));
            headers.set("x-ms-request-server-encrypted", "true");
            exchange.getHttpContext()
                    .getAttributes()
                    .put("until", exchange.getRequestHeaders().getFirst("x-ms-immutability-policy-until-date"));
        }
        Object until = exchange.getHttpContext().getAttributes().get("until");
        if (until != null) {
            headers.set("x-ms-immutability-policy-until-date", until.toString());
            headers.set("x-ms-immutability-policy-mode", "locked");
        }
        answer(exchange, exchange.getRequestMethod().equals("PUT") ? 201 : 200, "");
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private String ship(String endpoint, Map<String, String> environment) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + directory.resolve("keys.p12"),
                "-Djavax.net.ssl.trustStorePassword=" + String.valueOf(PASSWORD),
                "-cp",
                System.getProperty("java.class.path"),
                AzureShipping.class.getName(),
                endpoint);
        builder.environment().keySet().removeIf(name -> name.startsWith("AZURE_") || name.startsWith("IDENTITY_"));
        builder.environment()
                .put(
                        "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                        "http://127.0.0.1:" + metadata.getAddress().getPort());
        builder.environment().putAll(environment);
        Path out = directory.resolve("out");
        Process process =
                builder.redirectErrorStream(true).redirectOutput(out.toFile()).start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out);
    }

    private String account() {
        return "https://localhost:" + account.getAddress().getPort();
    }

    @Test
    void aMachineShipsByItsManagedIdentityAndNoSecretIsConfigured() throws IOException, InterruptedException {
        assertThat(ship(account(), Map.of())).contains("it is there");
        assertThat(authorizations).isNotEmpty().containsOnly("Bearer " + TOKEN);
        assertThat(questions)
                .isNotEmpty()
                .allMatch(question -> question.startsWith("true ")
                        && question.contains("resource=https://storage.azure.com")
                        && !question.contains("client_id"));
    }

    @Test
    void oneOfSeveralIdentitiesIsChosenByItsId() throws IOException, InterruptedException {
        assertThat(ship(account(), Map.of("AZURE_CLIENT_ID", "the-shipper"))).contains("it is there");
        assertThat(questions).allMatch(question -> question.contains("client_id=the-shipper"));
    }

    @Test
    void aTokenNeverGoesOutInClear() throws IOException, InterruptedException {
        assertThat(ship("http://127.0.0.1:" + metadata.getAddress().getPort(), Map.of()))
                .contains("azure://account/kept/audit", "expected: https");
        assertThat(questions).isEmpty();
    }

    @Test
    void aMachineWithoutAnIdentityIsRefusedAndSaysWhatIsMissing() throws IOException, InterruptedException {
        metadata.removeContext("/metadata/identity/oauth2/token");
        metadata.createContext(
                "/",
                exchange -> answer(
                        exchange, 400, "{\"error\":\"invalid_request\",\"error_description\":\"Identity not found\"}"));
        assertThat(ship(account(), Map.of()))
                .contains("azure://account/kept/audit: no credentials: AZURE_STORAGE_CONNECTION_STRING is not set")
                .contains("gives this machine no token");
        assertThat(authorizations).isEmpty();
    }

    @Test
    void aWorkloadWithHalfAnIdentityIsRefusedByTheNameOfTheOtherHalf() {
        Map<String, String> half = Map.of("AZURE_FEDERATED_TOKEN_FILE", "/t", "AZURE_TENANT_ID", "t");
        assertThatThrownBy(() -> AzureIdentity.of(TO, half))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("AZURE_CLIENT_ID is not");
    }

    @Test
    void aWorkloadWhoseTokenCannotBeReadIsRefused() {
        Map<String, String> lost = Map.of(
                "AZURE_FEDERATED_TOKEN_FILE",
                directory.resolve("nowhere").toString(),
                "AZURE_TENANT_ID",
                "11111111-2222-3333-4444-555555555555",
                "AZURE_CLIENT_ID",
                "the-shipper");
        assertThatThrownBy(() -> AzureIdentity.of(TO, lost))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gives this workload no token");
    }
}
