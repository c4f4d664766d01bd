package dev.phigate.balancer.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.bench.load.LiveWebSocket;
import dev.phigate.balancer.bench.load.Load;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** nginx and HAProxy as hosts, with verified TLS on both sides: what clients rely on, whatever they speak. */
@Tag("B3")
@Tag("B4")
@Timeout(60)
@NullUnmarked // a null where none should be fails the test that meets it
final class RealHostsTest {
    private static final int LARGE = 10 << 20;
    private static final int MANY = 200;
    private static final int MOST_REQUESTS = 7;
    private static final int NO_END = 1_000_000;

    private final Bench bench = new Bench();
    private final Workload application = new Workload(bench.pki.context(bench.workload), false, Application::answer);
    private final List<Peer> peers = new ArrayList<>();
    private final List<HttpClient> clients = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        clients.forEach(HttpClient::close);
        for (Peer peer : peers) {
            peer.end();
        }
        application.close();
        bench.close();
    }

    private Peer host(Peer.Kind kind, String idle, int most) throws IOException {
        Peer peer = new Peer(kind, bench, application.port(), idle, most);
        peers.add(peer);
        bench.host(peer.url());
        return peer;
    }

    private void start(Peer.Kind kind) throws IOException {
        host(kind, Peer.LONG, NO_END);
        startAlready(kind);
    }

    private void startAlready(Peer.Kind kind) throws IOException {
        bench.upstreamExtra = kind.upstream();
        bench.start();
    }

    private HttpClient client(HttpClient.Version version) {
        HttpClient client = HttpClient.newBuilder()
                .version(version)
                .sslContext(bench.clientContext())
                .build();
        clients.add(client);
        return client;
    }

    private List<HttpClient> bothClients() {
        return List.of(client(HttpClient.Version.HTTP_1_1), client(HttpClient.Version.HTTP_2));
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + bench.port() + path));
    }

    private static HttpResponse<byte[]> ask(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static String field(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @EnumSource
    void everyKindOfAnswerPasses(Peer.Kind kind) throws Exception {
        start(kind);
        for (HttpClient client : bothClients()) {
            HttpResponse<byte[]> whole = ask(client, to("/length"));
            assertThat(whole.body()).isEqualTo(Application.TEXT);
            assertThat(whole.headers().firstValueAsLong("content-length")).hasValue(Application.TEXT.length);
            assertThat(field(whole, "x-seen")).isEqualTo("CN=balancer workload.local");
            assertThat(field(whole, "x-spoken")).isEqualTo(kind.isHttp2() ? "HTTP/2.0" : "HTTP/1.1");

            assertThat(ask(client, to("/chunked")).body()).isEqualTo(Application.TEXT);
            HttpResponse<byte[]> head = ask(client, to("/length").HEAD());
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValueAsLong("content-length")).hasValue(Application.TEXT.length);
            assertThat(ask(client, to("/empty")).statusCode()).isEqualTo(204);
            HttpResponse<byte[]> unchanged = ask(client, to("/unchanged").header("if-none-match", Application.ETAG));
            assertThat(unchanged.statusCode()).isEqualTo(304);
            assertThat(field(unchanged, "etag")).isEqualTo(Application.ETAG);

            HttpResponse<byte[]> packed = ask(client, to("/gzip").header("accept-encoding", "gzip"));
            assertThat(packed.body()).isEqualTo(Application.gzip());
            assertThat(field(packed, "content-encoding")).isEqualTo("gzip");
            assertThat(ask(client, to("/nowhere")).statusCode()).isEqualTo(404);
        }
        assertThat(bench.records("exchange"))
                .hasSize(14)
                .allSatisfy(record -> assertThat(record).contains("\"outcome\":\"answered\"", "\"attempts\":1"));
    }

    /** What it makes of a file: its length is known, or not when it is packed on the way, and parts of it can be had. */
    @ParameterizedTest
    @EnumSource(names = {"NGINX_BY_HTTP_1", "NGINX_BY_HTTP_2"})
    void filesOfNginxPass(Peer.Kind kind) throws Exception {
        start(kind);
        for (HttpClient client : bothClients()) {
            HttpResponse<byte[]> whole = ask(client, to("/file"));
            assertThat(whole.body()).isEqualTo(Application.TEXT);
            HttpResponse<byte[]> packed = ask(client, to("/file").header("accept-encoding", "gzip"));
            assertThat(field(packed, "content-encoding")).isEqualTo("gzip");
            assertThat(new java.util.zip.GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes())
                    .isEqualTo(Application.TEXT);
            HttpResponse<byte[]> part = ask(client, to("/file").header("range", "bytes=10-19"));
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(new String(part.body(), StandardCharsets.US_ASCII)).isEqualTo("abcdef0123");
            HttpResponse<byte[]> again = ask(client, to("/file").header("if-none-match", field(whole, "etag")));
            assertThat(again.statusCode()).isEqualTo(304);
        }
    }

    @ParameterizedTest
    @EnumSource
    void tenMebibytesPassBothWays(Peer.Kind kind) throws Exception {
        start(kind);
        byte[] body = new byte[LARGE];
        new Random(1).nextBytes(body);
        // Over HTTP/2 nginx never says 100, and this client waits for it for five seconds.
        boolean continues = kind != Peer.Kind.NGINX_BY_HTTP_2;
        for (HttpClient client : bothClients()) {
            HttpRequest.Builder known = to("/hash").POST(BodyPublishers.ofByteArray(body));
            HttpRequest.Builder unknown =
                    to("/hash").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
            for (HttpRequest.Builder request : List.of(known.expectContinue(continues), unknown)) {
                HttpResponse<byte[]> hash = ask(client, request);
                assertThat(hash.statusCode()).isEqualTo(200);
                assertThat(new String(hash.body(), StandardCharsets.US_ASCII)).isEqualTo(Application.hash(body));
            }
            assertThat(ask(client, to("/echo").POST(BodyPublishers.ofByteArray(body)))
                            .body())
                    .isEqualTo(body);
        }
    }

    /** As it is where uploads are bounded at the host: the client sees why, also while it is still sending. */
    @ParameterizedTest
    @EnumSource(names = {"NGINX_BY_HTTP_1", "NGINX_BY_HTTP_2"})
    void aBodyThatNginxDoesNotTakeIsToldToItsClient(Peer.Kind kind) throws Exception {
        start(kind);
        String trust = bench.pki.trustFile().toString();
        Path body = Files.write(bench.folder.resolve("body"), new byte[LARGE]);
        String url = "https://localhost:" + bench.port() + "/small";
        for (String expect : List.of("Expect:", "Expect: 100-continue")) {
            List<String> curl = new ArrayList<>(List.of("curl", "-sS", "--http1.1", "--cacert", trust, "-H", expect));
            curl.addAll(List.of("--data-binary", "@" + body, "-o", "/dev/null", "-w", "%{http_code}", url));
            assertThat(Program.run(curl).output()).as(expect).startsWith("413");
        }
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            List<String> head = List.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/small");
            wire.headers(1, false, head);
            // As much as it may send before it hears more.
            for (int i = 0; i < 3; i++) {
                wire.frame(Http2Wire.DATA, 0, 1, new byte[16 * 1024]);
            }
            assertThat(wire.outcome(1)).isEqualTo("413 ended");
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyRequestsUseFewConnections(Peer.Kind kind) throws Exception {
        start(kind);
        for (HttpClient client : bothClients()) {
            TreeSet<String> ports = new TreeSet<>();
            for (int i = 0; i < MANY; i++) {
                HttpRequest.Builder request =
                        i % 2 == 0 ? to("/hash").POST(BodyPublishers.ofByteArray(new byte[i])) : to("/empty");
                HttpResponse<byte[]> answer = ask(client, request);
                assertThat(answer.statusCode()).isEqualTo(i % 2 == 0 ? 200 : 204);
                ports.add(field(answer, "x-port"));
            }
            // One client's connection is on one event loop, and that has its own to the host.
            assertThat(ports).as("of %s", client.version()).hasSize(1);
        }
    }

    /** It says so with the last answer, or by GOAWAY: not even what must not be repeated is lost. */
    @ParameterizedTest
    @EnumSource(names = {"NGINX_BY_HTTP_1", "NGINX_BY_HTTP_2"})
    void connectionsThatNginxEndsAfterAFewRequestsLoseNone(Peer.Kind kind) throws Exception {
        host(kind, Peer.LONG, MOST_REQUESTS);
        startAlready(kind);
        for (HttpClient client : bothClients()) {
            TreeSet<String> ports = new TreeSet<>();
            for (int i = 0; i < MANY; i++) {
                HttpResponse<byte[]> answer = ask(client, to("/hash").POST(BodyPublishers.ofByteArray(new byte[100])));
                assertThat(answer.statusCode()).as("request %s", i).isEqualTo(200);
                ports.add(field(answer, "x-port"));
            }
            assertThat(ports).hasSizeBetween(MANY / MOST_REQUESTS / 2, MANY / 2);
        }
    }

    /** It may do so just while the next request is on its way; the pauses are about as long as it waits. */
    @ParameterizedTest
    @EnumSource
    void connectionsThatAHostEndsWhenIdleFailNoRequest(Peer.Kind kind) throws Exception {
        host(kind, "100ms", NO_END);
        startAlready(kind);
        TreeSet<String> ports = new TreeSet<>();
        try (Load load = new Load()) {
            for (HttpClient client : bothClients()) {
                load.start("client of " + client.version(), 2, of -> {
                    for (int millis = 80; millis < 130 && of.goesOn(); millis++) {
                        HttpResponse<byte[]> answer = ask(client, to("/empty"));
                        assertThat(answer.statusCode()).isEqualTo(204);
                        synchronized (ports) {
                            ports.add(field(answer, "x-port"));
                        }
                        of.answered(1);
                        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
                    }
                });
            }
            Bench.eventually("many are answered", () -> load.answered() >= MANY || load.failed() > 0);
            noneFailed(load);
        }
        assertThat(ports).as("connections were ended").hasSizeGreaterThan(4);
    }

    private static void noneFailed(Load load) {
        assertThat(load.kinds())
                .allSatisfy(kind -> assertThat(kind.failures()).as(kind.name).isEmpty());
    }

    /** As while packages are brought up to date, one host after another: a request that may be repeated never fails. */
    @ParameterizedTest
    @EnumSource
    void hostsThatAreReloadedAndRestartedFailNoRequest(Peer.Kind kind) throws Exception {
        Peer one = host(kind, Peer.LONG, NO_END);
        Peer other = host(kind, Peer.LONG, NO_END);
        bench.upstreamExtra = kind.upstream() + ", health: {ejectFor: 300ms}";
        bench.start();
        try (Load load = new Load()) {
            for (HttpClient client : bothClients()) {
                load.start("client of " + client.version(), 2, of -> {
                    HttpResponse<byte[]> answer = ask(client, to("/length"));
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(answer.body()).hasSize(Application.TEXT.length);
                    of.answered(1);
                });
            }
            load.start("client of a connection each", 1, of -> {
                assertThat(bench.get("/empty").status()).isEqualTo(204);
                of.answered(1);
            });
            load.awaitMore();
            for (Peer peer : List.of(one, other)) {
                for (int i = 0; i < 3; i++) {
                    peer.reload();
                    load.awaitMore();
                }
                peer.stop();
                load.awaitMore();
                peer.start();
                Bench.eventually("it is well again", () -> bench.wellHosts().contains(peer.authority()));
                load.awaitMore();
            }
            noneFailed(load);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"NGINX_BY_HTTP_1", "HAPROXY_BY_HTTP_1"})
    void webSocketsPass(Peer.Kind kind) throws Exception {
        bench.routes = "  - {name: all, listener: https, upstream: ehr, webSocket: {}}\n";
        start(kind);
        try (LiveWebSocket socket = new LiveWebSocket(bench.clientContext(), bench.port());
                Load load = new Load()) {
            load.start("web socket", 1, socket::exchange);
            Bench.eventually("there and back", () -> load.answered() > 5 || load.failed() > 0);
            noneFailed(load);
        }
    }

    /** HAProxy hands on the trailers of what it asks; nginx does not, and the answer is whole without. */
    @ParameterizedTest
    @EnumSource
    void trailersPassWhereTheHostHasThem(Peer.Kind kind) throws Exception {
        start(kind);
        Wire.Answer answer = bench.ask("GET /trailers HTTP/1.1\r\nHost: localhost\r\nTE: trailers\r\n\r\n");
        assertThat(answer.body()).isEqualTo(Application.TEXT);
        assertThat(answer.field("trailer-x-sum")).isEqualTo(kind.isNginx() ? null : Application.hash(Application.TEXT));
    }
}
