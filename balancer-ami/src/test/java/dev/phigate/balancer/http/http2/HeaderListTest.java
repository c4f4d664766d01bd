package dev.phigate.balancer.http.http2;

import static dev.phigate.balancer.bench.Http2Wire.HEADERS;
import static dev.phigate.balancer.bench.RawFrames.END_HEADERS;
import static dev.phigate.balancer.bench.RawFrames.END_STREAM;
import static dev.phigate.balancer.bench.RawFrames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.RawHttp2Host;
import dev.phigate.balancer.bench.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A host of HTTP/2 may say how large heads and trailers may be (RFC 9113 section 6.5.2). What is larger costs its client the
 * exchange, and nobody else anything: not the host, and not the others on its connection.
 */
@Tag("B3")
@NullUnmarked // a null where none should be fails the test that meets it
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class HeaderListTest {
    private static final int MAX_HEADER_LIST_SIZE = 6;
    private static final int ENABLE_CONNECT_PROTOCOL = 8;
    private static final int LIMIT = 8192;
    private static final int OK = 0x88;
    /** Several times what has a host ejected, and a breaker opened. */
    private static final int SEVERAL = 5;

    private static final String RULE = "\"rule\":\"header-too-large-for-host\"";

    /** A connection of the balancer's to the host belongs to one of its event loops; clients are spread over these. */
    private static final int MOST_TRIES = 64;

    private final Bench bench = new Bench();
    private final CompletableFuture<Runnable> other = new CompletableFuture<>();
    private final List<Integer> large = new CopyOnWriteArrayList<>();
    private RawHttp2Host host;
    private int tries;

    @AfterEach
    void stop() throws IOException {
        bench.close();
        host.close();
    }

    /** A host that is asked by {@code /other} already, and answers that when it is told to. */
    private Wire asked(RawHttp2Host.Behaviour toLarge) throws IOException {
        host = new RawHttp2Host(
                bench,
                (to, stream, path) -> {
                    if (path.equals("/other")) {
                        other.complete(() -> end(to, stream));
                    } else if (path.equals("/large")) {
                        large.add(stream);
                        toLarge.asked(to, stream, path);
                    } else {
                        to.ok(stream);
                    }
                },
                0,
                MAX_HEADER_LIST_SIZE,
                0,
                0,
                LIMIT / 256,
                0,
                0,
                ENABLE_CONNECT_PROTOCOL,
                0,
                0,
                0,
                1);
        bench.host(host.url());
        bench.upstreamExtra = "protocol: http/2, connections: {perHost: 1},"
                + " breaker: {percent: 50, atLeast: 2, within: 1h, openFor: 1h}";
        bench.start();
        Wire wire = bench.connect();
        wire.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
        Bench.eventually("it is asked", () -> host.asked().contains("1 /other"));
        return wire;
    }

    private static void end(RawHttp2Host.Speaking to, int stream) {
        try {
            to.ok(stream);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A client whose requests share the connection of the other exchange, and have told so by its first. */
    private Wire http1() throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            String path = "/try" + ++tries;
            Wire wire = bench.connect();
            wire.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(wire.read().status()).isEqualTo(200);
            if (host.asked().contains("1 " + path)) {
                return wire;
            }
            wire.close();
        }
        throw new AssertionError("no client shares the connection");
    }

    /** The same of HTTP/2; its next stream is 3. */
    private Http2Wire http2() throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            String path = "/try" + ++tries;
            Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port());
            wire.headers(1, true, request("GET", path));
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
            if (host.asked().contains("1 " + path)) {
                return wire;
            }
            wire.close();
        }
        throw new AssertionError("no client shares the connection");
    }

    private static List<String> request(String method, String path, String... fields) {
        List<String> head = new ArrayList<>(List.of(":method", method, ":scheme", "https"));
        head.addAll(List.of(":authority", "a", ":path", path));
        head.addAll(Arrays.asList(fields));
        return head;
    }

    /** The connection and the other exchange on it go on, and the host is taken to be well. */
    private void goesOn(Wire wire) throws Exception {
        http1().close();
        other.get(20, TimeUnit.SECONDS).run();
        assertThat(wire.read().status()).as("the other exchange").isEqualTo(200);
        assertThat(bench.wellHosts()).hasSize(1);
    }

    private void recorded(int times, String... parts) throws IOException {
        assertThat(bench.records().stream().filter(record -> record.contains(RULE)))
                .hasSize(times)
                .allSatisfy(record -> assertThat(record)
                        .contains("\"type\":\"exchange\"", "\"outcome\":\"client-broke-rules\"", "\"attempts\":1")
                        .contains(parts));
        assertThat(bench.records("exchange")).as("one for each").hasSize(tries + 1 + times);
    }

    @Test
    void aHeadThatIsTooLargeForAHostIsRefusedAndNobodyElsePays() throws Exception {
        try (Wire wire = asked((to, stream, path) -> to.ok(stream));
                Wire client = http1()) {
            for (int i = 0; i < SEVERAL; i++) {
                client.send("GET /large HTTP/1.1\r\nHost: a\r\nCookie: " + "a".repeat(LIMIT) + "\r\n\r\n");
                assertThat(client.read().status()).isEqualTo(431);
            }
            goesOn(wire);
        }
        assertThat(large).isEmpty();
        assertThat(host.resets()).isEmpty();
        recorded(SEVERAL, "\"status\":431");
    }

    @Test
    void andOneOfAClientOfHttp2() throws Exception {
        try (Wire wire = asked((to, stream, path) -> to.ok(stream));
                Http2Wire client = http2()) {
            for (int stream = 3; stream < 3 + 2 * SEVERAL; stream += 2) {
                client.headers(stream, true, request("GET", "/large", "cookie", "a".repeat(LIMIT)));
                assertThat(client.outcome(stream)).isEqualTo("431 ended");
            }
            goesOn(wire);
        }
        assertThat(large).isEmpty();
        assertThat(host.resets()).isEmpty();
        recorded(SEVERAL, "\"status\":431");
    }

    /** What counts are names and values, with 32 for each field, those that stand for the start line included. */
    @Test
    void aHeadAsLargeAsAHostTakesReachesIt() throws Exception {
        try (Wire wire = asked((to, stream, path) -> to.ok(stream));
                Wire client = http1()) {
            int most = 0;
            for (int step = LIMIT / 2; step > 0; step /= 2) {
                String cookies = "a".repeat(most + step);
                client.send("GET /large HTTP/1.1\r\nHost: a\r\nCookie: " + cookies + "\r\n\r\n");
                int status = client.read().status();
                assertThat(status).isIn(200, 431);
                most += status == 200 ? step : 0;
            }
            assertThat(host.largest()).isEqualTo(LIMIT);
            goesOn(wire);
        }
        assertThat(host.resets()).isEmpty();
    }

    @Test
    void aWebSocketThatIsAskedForByTooMuchIsRefused() throws Exception {
        bench.routes = "  - {name: all, listener: https, upstream: ehr, webSocket: {}}\n";
        try (Wire wire = asked((to, stream, path) -> to.ok(stream));
                Wire client = http1()) {
            client.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nCookie: "
                    + "a".repeat(LIMIT) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(431);
            goesOn(wire);
        }
        assertThat(large).isEmpty();
        assertThat(host.resets()).isEmpty();
        recorded(1, "\"status\":431", "\"protocol\":\"websocket\"");
    }

    @Test
    void trailersThatAreTooLargeForAHostCostTheirOwnExchangeOnly() throws Exception {
        try (Wire wire = asked((to, stream, path) -> {});
                Wire client = http1()) {
            client.send("POST /large HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\nx-sum: "
                    + "a".repeat(LIMIT) + "\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(431);
            goesOn(wire);
        }
        assertThat(large).hasSize(1);
        assertThat(host.resets()).isEqualTo(large);
        recorded(1, "\"status\":431");
    }

    @Test
    void andThoseOfAClientOfHttp2() throws Exception {
        try (Wire wire = asked((to, stream, path) -> {});
                Http2Wire client = http2()) {
            client.headers(3, false, request("POST", "/large"));
            client.frame(Http2Wire.DATA, 0, 3, new byte[1]).headers(3, true, List.of("x-sum", "a".repeat(LIMIT)));
            assertThat(client.outcome(3)).isEqualTo("431 ended");
            goesOn(wire);
        }
        assertThat(large).hasSize(1);
        assertThat(host.resets()).isEqualTo(large);
        recorded(1, "\"status\":431");
    }

    @Test
    void anAnswerThatHadBegunBeforeThemIsBrokenOff() throws Exception {
        try (Wire wire = asked((to, stream, path) -> to.say(frame(HEADERS, END_HEADERS, stream, OK)));
                Http2Wire client = http2()) {
            client.headers(3, false, request("POST", "/large"));
            Http2Wire.Frame heard = client.read();
            while (heard.type() != HEADERS) {
                heard = client.read();
            }
            assertThat(client.head(heard).status()).hasToString("200");
            client.headers(3, true, List.of("x-sum", "a".repeat(LIMIT)));
            assertThat(client.outcome(3)).startsWith("reset");
            goesOn(wire);
        }
        assertThat(large).hasSize(1);
        assertThat(host.resets()).isEqualTo(large);
        recorded(1, "\"status\":200");
    }

    @Test
    void aStreamWhoseAnswerBreaksTheRulesIsResetOnce() throws Exception {
        byte[] upperCase = {(byte) OK, 0, 1, 'X', 1, '1'};
        try (Wire wire = asked(
                        (to, stream, path) -> to.say(frame(HEADERS, END_HEADERS | END_STREAM, stream, upperCase)));
                Wire client = http1()) {
            client.send("POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            assertThat(client.read().status()).isEqualTo(502);
            goesOn(wire);
        }
        assertThat(large).hasSize(1);
        assertThat(host.resets()).isEqualTo(large);
    }
}
