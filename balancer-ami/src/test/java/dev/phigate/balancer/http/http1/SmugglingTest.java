package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What two readers could understand differently is refused, recorded by its rule, and the connection ended. */
@Tag("B10")
final class SmugglingTest {
    private static final String SECOND = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    private static Bench bench;
    private static Workload host;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        host = bench.workload(Workload.OK);
        bench.listenerExtra = "limits: {url: 1KiB, header: 2KiB, body: 1KiB}";
        bench.start();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    static Stream<Arguments> refused() {
        String post = "POST / HTTP/1.1\r\nHost: a\r\n";
        return Stream.of(
                Arguments.of(
                        "length-and-transfer-coding",
                        400,
                        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of(
                        "length-and-transfer-coding",
                        400,
                        post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of(
                        "content-length", 400, post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello" + SECOND),
                Arguments.of(
                        "content-length", 400, post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello" + SECOND),
                Arguments.of("content-length", 400, post + "Content-Length: 5, 5\r\n\r\nhello" + SECOND),
                Arguments.of("content-length", 400, post + "Content-Length: +5\r\n\r\nhello" + SECOND),
                Arguments.of("content-length", 400, post + "Content-Length: -5\r\n\r\nhello" + SECOND),
                Arguments.of("content-length", 400, post + "Content-Length: 0x5\r\n\r\nhello" + SECOND),
                Arguments.of("content-length", 400, post + "Content-Length: 5 5\r\n\r\nhello" + SECOND),
                Arguments.of("content-length", 400, post + "Content-Length:\r\n\r\n" + SECOND),
                Arguments.of("content-length", 400, post + "Content-Length: 99999999999999999999\r\n\r\n" + SECOND),
                Arguments.of("transfer-coding", 400, post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of(
                        "transfer-coding",
                        400,
                        post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of("transfer-coding", 400, post + "Transfer-Encoding: identity\r\n\r\n" + SECOND),
                Arguments.of(
                        "transfer-coding",
                        400,
                        post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of("transfer-coding", 400, post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of(
                        "transfer-coding",
                        400,
                        "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of(
                        "coding-unknown", 501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of("field-value", 400, post + "Transfer-Encoding: \u000bchunked\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of("field-name", 400, post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of("field-name", 400, post + "Content-Length\t: 5\r\n\r\nhello" + SECOND),
                Arguments.of("field-name", 400, post + "X-No-Colon\r\n\r\n" + SECOND),
                Arguments.of("field-name", 400, post + ": empty\r\n\r\n" + SECOND),
                Arguments.of("field-name", 400, post + "X\u0000Y: 1\r\n\r\n" + SECOND),
                Arguments.of("folded-field", 400, post + "X-A: 1\r\n Content-Length: 5\r\n\r\nhello" + SECOND),
                Arguments.of("folded-field", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n" + SECOND),
                Arguments.of("field-value", 400, post + "X-A: a\u0000b\r\n\r\n" + SECOND),
                Arguments.of("bare-lf", 400, "GET / HTTP/1.1\nHost: a\n\n" + SECOND),
                Arguments.of("bare-lf", 400, post + "X-A: 1\nContent-Length: 5\r\n\r\nhello" + SECOND),
                Arguments.of("bare-cr", 400, post + "X-A: 1\rContent-Length: 5\r\n\r\nhello" + SECOND),
                Arguments.of("bare-cr", 400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a:999999\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n" + SECOND),
                Arguments.of("host", 400, "GET / HTTP/1.0\r\n\r\n" + SECOND),
                Arguments.of("target", 400, "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("target", 400, "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of(
                        "host-differs-from-target", 400, "GET https://user@a/ HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("field-name", 400, "GET / HTTP/1.1\r\nHost: a\r\nX\u00e9: 1\r\n\r\n" + SECOND),
                Arguments.of("field-value", 400, "GET / HTTP/1.1\r\nHost: a\r\nX: \u007f\r\n\r\n" + SECOND),
                Arguments.of("start-line", 400, "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("start-line", 400, "GET /\u00e9 HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of(
                        "length-and-transfer-coding",
                        400,
                        post + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n" + SECOND),
                Arguments.of("host-differs-from-target", 400, "GET https://b/ HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("start-line", 400, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("start-line", 400, "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("start-line", 400, "GET /\r\n\r\n" + SECOND),
                Arguments.of("version", 400, "GET / HTTP/1.1 \r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("version", 400, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("version-unknown", 505, "GET / HTTP/2.0\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("version", 400, "GET / http/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("method", 400, "G(T / HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("target", 400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("target", 400, "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("target", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/../b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/.%2e HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/..%2fb HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/%2E%2E%2Fb HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a%2f.. HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/..%5cb HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/..;/b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/.%2e;x=y/b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a/..%3b/b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /.;/b HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a%00 HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a%zz HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("ambiguous-path", 400, "GET /a% HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("method-not-served", 405, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n" + SECOND),
                Arguments.of("method-not-served", 405, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND),
                Arguments.of("expectation-unknown", 417, "GET / HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n" + SECOND),
                Arguments.of("target-too-long", 414, "GET /" + "a".repeat(1100) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("target-too-long", 414, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of(
                        "header-too-large", 431, "GET / HTTP/1.1\r\nHost: a\r\nX-A: " + "a".repeat(2100) + "\r\n\r\n"),
                Arguments.of(
                        "header-too-large", 431, "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(2000) + "\r\n"),
                Arguments.of(
                        "header-too-large", 431, "GET / HTTP/1.1\r\nHost: a\r\n" + "X: 1\r\n".repeat(200) + "\r\n"));
    }

    @ParameterizedTest(name = "{0} {1} [{index}]")
    @MethodSource
    void refused(String rule, int status, String bytes) throws IOException {
        int before = host.received().size();
        try (Wire wire = bench.connect()) {
            wire.send(bytes);
            Wire.Answer answer = wire.read();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(wire.ended()).as("nothing follows").isTrue();
            assertThat(bench.records("refused").getLast())
                    .contains("\"rule\":\"" + rule + "\"", "\"exchange\":\"" + answer.field("x-request-id") + "\"");
        }
        assertThat(host.received().size()).as("requests that reached the host").isEqualTo(before);
    }

    static Stream<String> badChunks() {
        return Stream.of(
                "5\nhello\r\n0\r\n\r\n",
                "5 \r\nhello\r\n0\r\n\r\n",
                "0x5\r\nhello\r\n0\r\n\r\n",
                "+5\r\nhello\r\n0\r\n\r\n",
                "-1\r\nhello\r\n0\r\n\r\n",
                "\r\nhello\r\n0\r\n\r\n",
                "g\r\nhello\r\n0\r\n\r\n",
                "5\r\nhello0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5\r\nhelloXX0\r\n\r\n",
                "5;a\u0000b\r\nhello\r\n0\r\n\r\n",
                "5;a\rb\r\nhello\r\n0\r\n\r\n",
                "5;" + "a".repeat(300) + "\r\nhello\r\n0\r\n\r\n",
                "ffffffffffffffff\r\nhello",
                "10000000000000005\r\nhello\r\n0\r\n\r\n",
                "0\r\nX: 1\n\r\n",
                "0\r\n X: 1\r\n\r\n",
                "0\r\nX : 1\r\n\r\n");
    }

    @ParameterizedTest(name = "[{index}]")
    @MethodSource("badChunks")
    void aChunkThatIsNoneEndsTheRequestAndTheConnection(String body) throws IOException {
        try (Wire wire = bench.connect()) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + SECOND);
            assertThat(wire.read().status()).isEqualTo(400);
            assertThat(wire.ended()).isTrue();
        }
        assertThat(host.received()).noneMatch(request -> request.requestLine().contains("smuggled"));
    }

    @Test
    void aBodyOverTheLimitIsRefusedBeforeOrWhileItComes() throws IOException {
        assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1025\r\n\r\n")
                        .status())
                .isEqualTo(413);
        assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n401\r\n"
                                + "a".repeat(1025) + "\r\n0\r\n\r\n")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void anUpgradeIsRefusedWithAClearStatus() throws IOException {
        Wire.Answer answer =
                bench.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.text()).contains("\"status\":501", answer.field("x-request-id"));
    }

    @Test
    void aHostThatAnswersAmbiguouslyIsNotBelieved() throws IOException {
        for (String head : List.of(
                "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                "Content-Length: 2\r\nContent-Length: 3\r\n",
                "Content-Length : 2\r\n",
                "X: 1\r\n folded\r\n",
                "Transfer-Encoding: gzip\r\n")) {
            host.behave((request, wire) -> wire.send("HTTP/1.1 200 OK\r\n" + head + "\r\nok"));
            assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\n\r\n").status())
                    .as(head)
                    .isEqualTo(502);
        }
        host.behave((request, wire) -> wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"));
        assertThat(bench.ask("POST / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(502);
        host.behave((request, wire) -> wire.send(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n" + "Content-Length: 4\r\n\r\nevil"));
        try (Wire wire = bench.connect()) {
            assertThat(wire.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n").read().text())
                    .isEqualTo("ok");
            assertThat(wire.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n").read().text())
                    .isEqualTo("ok");
        }
        host.behave(Workload.OK);
    }
}
