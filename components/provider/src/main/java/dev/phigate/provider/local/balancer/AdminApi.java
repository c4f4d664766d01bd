package dev.phigate.provider.local.balancer;

import dev.phigate.provider.local.tls.TlsContext;
import dev.phigate.provider.protocol.ResourceFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The balancer's admin API, over mutual TLS. A balancer that cannot be reached yet is no failure here. */
final class AdminApi {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private AdminApi() {}

    /**
     * What the balancer says of itself.
     *
     * @param pid its process
     * @param digest SHA-256 of the configuration that it serves
     * @param loadedAt when it read it
     * @param lastReloadError why it kept it, when a newer one was wrong
     */
    record Status(long pid, String digest, String loadedAt, Optional<String> lastReloadError) {}

    /** Whether a balancer is ready, and is the process that is meant. */
    static boolean isReady(BalancerInputs.AdminAccess access, long pid) {
        try (HttpClient client = client(access)) {
            return get(client, access, "/readyz").isPresent()
                    && status(client, access)
                            .filter(status -> status.pid() == pid)
                            .isPresent();
        }
    }

    static Optional<Status> status(BalancerInputs.AdminAccess access) {
        try (HttpClient client = client(access)) {
            return status(client, access);
        }
    }

    private static Optional<Status> status(HttpClient client, BalancerInputs.AdminAccess access) {
        return get(client, access, "/v1/status").flatMap(AdminApi::parse).map(json -> {
            JsonNode configuration = json.path("configuration");
            String error = configuration.path("lastReloadError").asString("");
            return new Status(
                    json.path("pid").asLong(0),
                    configuration.path("digest").asString("").replaceFirst("^sha256:", ""),
                    configuration.path("loadedAt").asString(""),
                    error.isEmpty() ? Optional.empty() : Optional.of(error));
        });
    }

    private static Optional<String> get(HttpClient client, BalancerInputs.AdminAccess access, String path) {
        try {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create(access.endpoint().url() + path))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? Optional.of(response.body()) : Optional.empty();
        } catch (IOException notYet) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static Optional<JsonNode> parse(String body) {
        try {
            return Optional.of(JsonMapper.shared().readTree(body));
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    private static HttpClient client(BalancerInputs.AdminAccess access) {
        for (Path file : List.of(access.certificate(), access.privateKey(), access.trust())) {
            if (!Files.isReadable(file)) {
                throw new ResourceFailure(
                        file + ": cannot be read (expected: what the admin API lets in; "
                                + "set adminCertificate and adminPrivateKey, or put admin.crt and admin.key beside clientTrust)");
            }
        }
        try {
            return HttpClient.newBuilder()
                    .sslContext(TlsContext.of(access.certificate(), access.privateKey(), Optional.of(access.trust())))
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();
        } catch (IOException unusable) {
            throw new ResourceFailure(String.valueOf(unusable.getMessage()));
        }
    }
}
