package dev.phigate.balancer.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** HTTP/2 to a host that is a real nginx, whatever the client speaks. */
@Tag("B3")
final class Http2UpstreamTest {
    private static final int LARGE = 5 << 20;

    private final Bench bench = new Bench();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            process.waitFor();
        }
        bench.close();
    }

    private void nginx() throws IOException {
        int port = Bench.freePort();
        Path folder = Files.createDirectory(bench.folder.resolve("nginx"));
        Files.write(folder.resolve("large"), new byte[LARGE]);
        Files.writeString(folder.resolve("small"), "ok");
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off; master_process off; pid DIR/pid; error_log DIR/error.log;
                events {}
                http {
                  access_log off; client_body_temp_path DIR; proxy_temp_path DIR; fastcgi_temp_path DIR;
                  uwsgi_temp_path DIR; scgi_temp_path DIR; client_max_body_size 100m;
                  server {
                    listen 127.0.0.1:PORT ssl http2;
                    ssl_certificate CERT; ssl_certificate_key KEY; ssl_client_certificate TRUST; ssl_verify_client on;
                    root DIR;
                    location = /protocol { return 200 "$server_protocol $connection $http_host"; }
                    location = /empty { return 204; }
                  }
                }
                """.replace("DIR", folder.toString())
                .replace("PORT", Integer.toString(port))
                .replace("CERT", bench.workload.certificateFile().toString())
                .replace("KEY", bench.workload.keyFile().toString())
                .replace("TRUST", bench.pki.trustFile().toString()));
        try {
            processes.add(new ProcessBuilder("nginx", "-p", folder.toString(), "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("out").toFile())
                    .start());
        } catch (IOException e) {
            throw new AssertionError("nginx is not installed; this test needs it (scripts/phigate setup)", e);
        }
        Bench.eventually("nginx listens", () -> {
            try (Socket socket = new Socket(java.net.InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
        bench.host("https://127.0.0.1:" + port);
        bench.upstreamExtra = "protocol: http/2";
        bench.start();
    }

    private HttpResponse<InputStream> ask(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + bench.port() + path));
    }

    @Test
    void everyClientReachesIt() throws Exception {
        nginx();
        for (HttpClient.Version version : List.of(HttpClient.Version.HTTP_1_1, HttpClient.Version.HTTP_2)) {
            try (HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(bench.clientContext())
                    .build()) {
                assertThat(new String(
                                ask(client, to("/protocol")).body().readAllBytes(),
                                java.nio.charset.StandardCharsets.US_ASCII))
                        .matches("HTTP/2.0 \\d+ localhost:" + bench.port());
                assertThat(ask(client, to("/large")).body().readAllBytes()).hasSize(LARGE);
                assertThat(ask(client, to("/empty")).statusCode()).isEqualTo(204);
                assertThat(ask(client, to("/nowhere")).statusCode()).isEqualTo(404);
                HttpRequest.Builder head = to("/large").method("HEAD", HttpRequest.BodyPublishers.noBody());
                assertThat(ask(client, head).headers().firstValueAsLong("content-length"))
                        .hasValue(LARGE);
                HttpRequest.Builder post = to("/small").POST(HttpRequest.BodyPublishers.ofByteArray(new byte[1000]));
                assertThat(ask(client, post).statusCode()).isEqualTo(405);
            }
        }
        assertThat(bench.records("exchange")).hasSize(12);
    }

    @Test
    @Tag("B4")
    void requestsAtOnceShareConnections() throws Exception {
        nginx();
        try (HttpClient client =
                HttpClient.newBuilder().sslContext(bench.clientContext()).build()) {
            // One connection first: asked at once, the client would make one for each request.
            assertThat(ask(client, to("/empty")).statusCode()).isEqualTo(204);
            List<CompletableFuture<HttpResponse<String>>> all = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                all.add(client.sendAsync(to("/protocol").build(), HttpResponse.BodyHandlers.ofString()));
            }
            List<String> connections = new ArrayList<>();
            for (CompletableFuture<HttpResponse<String>> one : all) {
                connections.add(one.get().body().split(" ", -1)[1]);
            }
            assertThat(connections).hasSize(80);
            assertThat(connections.stream().distinct()).hasSizeLessThanOrEqualTo(8);
        }
    }

    @Test
    @Tag("B4")
    void clientsThatDoNotReadHoldUpNobodyElse() throws Exception {
        nginx();
        List<Wire> notReading = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                Wire wire = new Wire(bench.clientContext(), bench.port(), 16 * 1024);
                notReading.add(wire);
                wire.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(wire.in().read()).isEqualTo('H');
            }
            for (int i = 0; i < 20; i++) {
                Wire.Answer answer = bench.ask("GET /small HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(answer.text()).as(answer.statusLine()).isEqualTo("ok");
            }
        } finally {
            for (Wire wire : notReading) {
                wire.close();
            }
        }
    }
}
