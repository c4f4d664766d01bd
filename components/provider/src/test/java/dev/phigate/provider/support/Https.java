package dev.phigate.provider.support;

import dev.phigate.provider.local.tls.TlsContext;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** An HTTPS client with a certificate of a ring, that trusts the ring's CA only. */
public final class Https {
    private Https() {}

    /** Sends a request as one of the ring's identities, {@code client} or {@code admin}. */
    public static HttpResponse<String> send(Path ring, String identity, String method, String url, byte[] body)
            throws IOException {
        try (HttpClient client = HttpClient.newBuilder()
                .sslContext(TlsContext.of(
                        ring.resolve(identity + ".crt"),
                        ring.resolve(identity + ".key"),
                        Optional.of(ring.resolve("ca.crt"))))
                .connectTimeout(Duration.ofSeconds(10))
                .build()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofSeconds(20))
                            .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** GET as the balancer's client identity. */
    public static HttpResponse<String> get(Path ring, String url) throws IOException {
        return send(ring, "client", "GET", url, new byte[0]);
    }
}
