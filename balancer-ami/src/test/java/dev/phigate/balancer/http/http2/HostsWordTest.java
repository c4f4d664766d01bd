package dev.phigate.balancer.http.http2;

import static dev.phigate.balancer.bench.Http2Wire.RST_STREAM;
import static dev.phigate.balancer.bench.RawFrames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.RawHttp2Host;
import dev.phigate.balancer.bench.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A host of HTTP/2 says for which requests it has done nothing, or that it wants no more of one: it is taken at its word. */
@Tag("B3")
@NullUnmarked // a null where none should be fails the test that meets it
final class HostsWordTest {
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int WINDOW = 65_535;
    private static final int FIRST = 3;
    private static final int SECOND = 5;
    private static final int THIRD = 7;
    /** More frames than are answered by resets before that ends a connection. */
    private static final int LATE = 300;

    private final Bench bench = new Bench();
    private RawHttp2Host host;

    @AfterEach
    void stop() throws IOException {
        bench.close();
        host.close();
    }

    private void start(RawHttp2Host.Behaviour behaviour, String connections, int... settings) throws IOException {
        host = new RawHttp2Host(bench, behaviour, settings);
        bench.host(host.url());
        bench.routes = """
              - {name: first, listener: https, upstream: ehr, path: /first}
              - {name: body, listener: https, upstream: ehr, methods: [POST]}
            """;
        bench.upstreamExtra = "protocol: http/2, retries: {most: 1, percent: 100}, connections: {" + connections + "}";
        bench.start();
    }

    private HttpClient client() {
        return HttpClient.newBuilder().sslContext(bench.clientContext()).build();
    }

    private CompletableFuture<Integer> post(HttpClient client, String path, int length) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + bench.port() + path))
                .POST(length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(new byte[length]))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding()).thenApply(HttpResponse::statusCode);
    }

    private static int status(CompletableFuture<Integer> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    private void asked(String what) {
        Bench.eventually("it is asked: " + what, () -> host.asked().contains(what));
    }

    /** As nginx does after its {@code keepalive_requests}. */
    @Test
    void whatItHasNotBegunWithGoesToAnotherConnectionWhateverItIs() throws Exception {
        start(
                (to, stream, path) -> {
                    if (path.equals("/last")) {
                        return;
                    }
                    if (path.equals("/behind") && to.number() == 1) {
                        to.goAway(stream - 2);
                        to.ok(stream - 2);
                    } else {
                        to.ok(stream);
                    }
                },
                "");
        try (HttpClient client = client()) {
            assertThat(status(post(client, "/first", 0))).isEqualTo(200);
            CompletableFuture<Integer> last = post(client, "/last", 0);
            asked("1 /last");
            CompletableFuture<Integer> behind = post(client, "/behind", 0);
            assertThat(status(behind)).isEqualTo(200);
            assertThat(status(last)).as("it was begun with, and ends").isEqualTo(200);
        }
        assertThat(host.asked()).containsExactly("1 /first", "1 /last", "1 /behind", "2 /behind");
    }

    @Test
    void whoWaitsForAStreamIsNotGivenOneOfAConnectionThatEnds() throws Exception {
        var ends = new CompletableFuture<RawHttp2Host.Speaking>();
        start(
                (to, stream, path) -> {
                    if (to.number() > 1 || path.equals("/first")) {
                        to.ok(stream);
                    } else if (path.equals("/unbegun")) {
                        ends.complete(to);
                    }
                },
                "perHost: 1",
                0,
                MAX_CONCURRENT_STREAMS,
                0,
                0,
                0,
                2);
        try (HttpClient client = client()) {
            assertThat(status(post(client, "/first", 0))).isEqualTo(200);
            CompletableFuture<Integer> begun = post(client, "/begun", 0);
            asked("1 /begun");
            CompletableFuture<Integer> unbegun = post(client, "/unbegun", 0);
            RawHttp2Host.Speaking to = ends.get(20, TimeUnit.SECONDS);
            CompletableFuture<Integer> waits = post(client, "/waits", 100);
            Bench.eventually("it waits", this::somebodyWaits);
            to.goAway(SECOND);
            assertThat(status(unbegun)).isEqualTo(200);
            assertThat(status(waits)).isEqualTo(200);
            to.ok(SECOND);
            assertThat(status(begun)).isEqualTo(200);
        }
        assertThat(host.asked())
                .startsWith("1 /first", "1 /begun", "1 /unbegun")
                .contains("2 /unbegun", "2 /waits");
        assertThat(host.asked()).hasSize(5);
    }

    /** Until the end of the one stream was seen, a second one is too many; a request whose body was taken could not be sent again. */
    @ParameterizedTest(name = "reset: {0}")
    @ValueSource(booleans = {false, true})
    void whoWaitsForAStreamIsGivenOneThatIsFree(boolean reset) throws Exception {
        var begun = new CompletableFuture<RawHttp2Host.Speaking>();
        start(
                (to, stream, path) -> {
                    if (path.equals("/begun")) {
                        begun.complete(to);
                    } else {
                        to.ok(stream);
                    }
                },
                "perHost: 1",
                0,
                MAX_CONCURRENT_STREAMS,
                0,
                0,
                0,
                1);
        try (HttpClient client = client()) {
            assertThat(status(post(client, "/first", 0))).isEqualTo(200);
            CompletableFuture<Integer> ends = post(client, "/begun", 3);
            RawHttp2Host.Speaking to = begun.get(20, TimeUnit.SECONDS);
            Bench.eventually("all of it is there", () -> host.received() == 3);
            CompletableFuture<Integer> waits = post(client, "/waits", 100);
            Bench.eventually("it waits", this::somebodyWaits);
            if (reset) {
                to.say(frame(RST_STREAM, 0, SECOND, 0, 0, 0, 2));
            } else {
                to.ok(SECOND);
            }
            assertThat(status(ends)).isEqualTo(reset ? 502 : 200);
            assertThat(status(waits)).isEqualTo(200);
        }
        assertThat(host.asked()).containsExactly("1 /first", "1 /begun", "1 /waits");
        assertThat(host.received()).isEqualTo(103);
    }

    /** RFC 9113 section 5.1: who resets a stream takes what was sent before that was heard, and passes it over. */
    @Test
    void whatComesLateForAStreamThatWasResetHarmsNobody() throws Exception {
        var speaking = new CompletableFuture<RawHttp2Host.Speaking>();
        start(
                (to, stream, path) -> {
                    if (path.equals("/long")) {
                        to.say(frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, 0x88));
                    } else if (path.equals("/other")) {
                        speaking.complete(to);
                    } else {
                        to.ok(stream);
                    }
                },
                "perHost: 1");
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(1, true, request("GET", "/first"));
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
            wire.headers(3, true, request("POST", "/long"));
            asked("1 /long");
            wire.headers(5, true, request("POST", "/other"));
            RawHttp2Host.Speaking to = speaking.get(20, TimeUnit.SECONDS);
            wire.frame(RST_STREAM, 0, 3, new byte[] {0, 0, 0, 8});
            Bench.eventually("the host hears of it", () -> !host.resets().isEmpty());
            for (int i = 0; i < LATE; i++) {
                to.say(frame(Http2Wire.DATA, 0, SECOND, 'x'));
            }
            to.ok(THIRD);
            assertThat(wire.outcome(5)).isEqualTo("200 ended");
        }
        assertThat(host.resets()).containsExactly(SECOND);
        assertThat(host.connections()).isEqualTo(1);
        assertThat(bench.wellHosts()).hasSize(1);
    }

    /** The same of a client that is answered before it has sent all it had. */
    @Test
    void soDoesTheRestOfARequestThatWasAnsweredEarly() throws Exception {
        start((to, stream, path) -> to.ok(stream), "");
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(1, false, request("GET", "/nowhere"));
            assertThat(wire.outcome(1)).isEqualTo("404 ended");
            assertThat(wire.outcome(1)).isEqualTo("reset 0");
            for (int i = 0; i < LATE; i++) {
                wire.frame(Http2Wire.DATA, 0, 1, new byte[1]);
            }
            wire.headers(3, true, request("GET", "/first"));
            assertThat(wire.outcome(3)).isEqualTo("200 ended");
        }
    }

    /** Some hosts end the connection, with all that is on it, for less. */
    @Test
    void nothingIsSentOnAStreamAfterItWasReset() throws Exception {
        start((to, stream, path) -> {}, "perHost: 1");
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(1, false, request("POST", "/one"));
            asked("1 /one");
            wire.headers(3, false, request("POST", "/other"));
            asked("1 /other");
            wire.frames(List.of(
                    new Http2Wire.Frame(Http2Wire.DATA, 0, 1, new byte[100]),
                    new Http2Wire.Frame(RST_STREAM, 0, 1, new byte[] {0, 0, 0, 8}),
                    new Http2Wire.Frame(Http2Wire.DATA, Http2Wire.END_STREAM, 3, new byte[7])));
            Bench.eventually("the other goes on", () -> host.received() >= 7);
        }
        assertThat(host.resets()).contains(FIRST);
        assertThat(host.afterReset()).isEmpty();
    }

    private boolean somebodyWaits() throws IOException {
        return bench.admin(bench.port("admin"), "/metrics")
                .output()
                .lines()
                .anyMatch(line -> line.startsWith("phigate_upstream_queued_requests{") && line.endsWith(" 1.0"));
    }

    @Test
    void aBodyThatComesBetweenTwoHostsIsWhole() throws Exception {
        var speaking = new CompletableFuture<RawHttp2Host.Speaking>();
        start(
                (to, stream, path) -> {
                    if (path.equals("/first")) {
                        to.ok(stream);
                    } else if (to.number() == 1) {
                        to.goAway(stream - 2);
                    } else {
                        speaking.complete(to);
                    }
                },
                "");
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(1, true, request("GET", "/first"));
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
            host.shut();
            wire.headers(3, false, request("POST", "/body"));
            Bench.eventually("it is dialled again", () -> host.connections() == 2);
            wire.frame(Http2Wire.DATA, 0, 3, new byte[3]);
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 3, new byte[2]);
            // Once this is answered, the body has come.
            wire.headers(5, true, request("GET", "/nowhere"));
            assertThat(wire.outcome(5)).isEqualTo("404 ended");
            host.letIn();
            RawHttp2Host.Speaking to = speaking.get(20, TimeUnit.SECONDS);
            Bench.eventually("all of it is there", () -> host.received() == 5);
            to.ok(FIRST);
            assertThat(wire.outcome(3)).isEqualTo("200 ended");
        }
    }

    private static List<String> request(String method, String path) {
        return List.of(":method", method, ":scheme", "https", ":authority", "a", ":path", path);
    }

    /** All has been written to the stream, and its last byte waits for a window that the host never widens. */
    @Test
    void theRestOfARequestThatIsAnsweredIsGivenUp() throws Exception {
        var speaking = new CompletableFuture<RawHttp2Host.Speaking>();
        start((to, stream, path) -> speaking.complete(to), "");
        byte[] body = new byte[WINDOW + 1];
        String head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n";
        try (Wire wire = bench.connect()) {
            wire.send(head).send(body);
            Bench.eventually("the window is full", () -> host.received() == WINDOW);
            speaking.get(20, TimeUnit.SECONDS).ok(FIRST);
            assertThat(wire.read().status()).isEqualTo(200);
        }
        Bench.eventually("the stream is reset", () -> host.resets().contains(FIRST));
    }

    /** An answer that breaks off says that the connection lived, however often it was used before. */
    @Test
    void aHostThatResetsWhatItIsAskedIsEjectedAndAnotherAskedInstead() throws Exception {
        try (RawHttp2Host well = new RawHttp2Host(bench, (to, stream, path) -> to.ok(stream))) {
            bench.host(well.url());
            start((to, stream, path) -> to.say(frame(RST_STREAM, 0, stream, 0, 0, 0, 2)), "perHost: 4");
            try (HttpClient client = client()) {
                Bench.eventually("it is ejected", () -> {
                    HttpRequest get = HttpRequest.newBuilder(URI.create("https://localhost:" + bench.port() + "/first"))
                            .build();
                    assertThat(client.sendAsync(get, HttpResponse.BodyHandlers.discarding())
                                    .join()
                                    .statusCode())
                            .isEqualTo(200);
                    return bench.wellHosts().size() == 1;
                });
            }
            assertThat(bench.wellHosts()).containsExactly(well.url().substring("https://".length()));
            assertThat(host.asked()).as("as many as health.failures, each once").hasSize(3);
        }
    }

    /** The connection ends by that, and yet not because the host had closed it: operators would look for the wrong thing. */
    @Test
    void whatEndsAConnectionByBreakingItsRulesIsRecordedAsThat() throws Exception {
        start(
                (to, stream, path) -> {
                    if (path.equals("/first")) {
                        to.ok(stream);
                    } else {
                        to.say("220 mail ready\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    }
                },
                "");
        try (HttpClient client = client()) {
            assertThat(status(post(client, "/first", 0))).isEqualTo(200);
            assertThat(status(post(client, "/body", 3))).isEqualTo(502);
        }
        assertThat(host.asked()).containsExactly("1 /first", "1 /body");
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"upstream-broke-the-rules\"");
    }
}
