package dev.phigate.balancer.http.redirect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A listener without TLS tells clients where there is TLS, and nothing else, whatever they send. */
@Tag("B2")
@Tag("B10")
@NullUnmarked // a null where none should be fails the test that meets it
final class RedirectTest {
    private static final String SECOND = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    private static Bench bench;
    private static Workload host;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        host = bench.workload(Workload.OK);
        listener("port: 8443");
        bench.start();
        // What clients see of the other listener is where the system has put it.
        listener("port: " + bench.port());
        bench.write();
        bench.balancer().reload();
    }

    private static void listener(String port) {
        bench.moreListeners = "  - {name: http, address: 127.0.0.1, port: 0, redirect: {listener: https, " + port
                + "}, limits: {url: 1KiB, header: 2KiB}}\n";
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private static PlainWire.Answer ask(String text) throws IOException {
        return PlainWire.ask(bench.port("http"), text);
    }

    private static String there(String asked) {
        return "https://" + asked.replace("PORT", Integer.toString(bench.port()));
    }

    private static String lastRefusal() throws IOException {
        return bench.records("refused").getLast();
    }

    @Test
    void curlFollowsToTheSameResourceOverTls() throws IOException {
        String url = "http://localhost:" + bench.port("http") + "/a/b?c=d%20e&f=%0d%0aSet-Cookie:x";
        Program curl = Program.run(
                List.of("curl", "-sSL", "--cacert", bench.pki.trustFile().toString(), "-w", " %{url_effective}", url));
        assertThat(curl.output()).isEqualTo("ok " + there("localhost:PORT/a/b?c=d%20e&f=%0d%0aSet-Cookie:x"));
        assertThat(host.received().getLast().requestLine()).isEqualTo("GET /a/b?c=d%20e&f=%0d%0aSet-Cookie:x HTTP/1.1");
    }

    @Test
    void curlSendsAFormAgainWithItsMethod() throws IOException {
        Program curl = Program.run(
                List.of(
                        "curl",
                        "-sSL",
                        "--cacert",
                        bench.pki.trustFile().toString(),
                        "--data",
                        "@-",
                        "http://localhost:" + bench.port("http") + "/form"),
                "x=" + "y".repeat(200_000));
        assertThat(curl.output()).isEqualTo("ok");
        assertThat(host.received().getLast().requestLine()).isEqualTo("POST /form HTTP/1.1");
    }

    @Test
    void theAnswerIsClosedUncachedRecordedAndSetsNothing() throws IOException {
        PlainWire.Answer answer =
                ask("GET /x HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\nConnection: keep-alive\r\n\r\n");
        assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 308 Permanent Redirect");
        assertThat(answer.location()).isEqualTo(there("localhost:PORT/x"));
        assertThat(answer.field("connection")).contains("close");
        assertThat(answer.field("cache-control")).contains("no-store");
        assertThat(answer.field("strict-transport-security")).isEmpty();
        assertThat(answer.field("set-cookie")).isEmpty();
        assertThat(answer.body())
                .hasSize(Integer.parseInt(answer.field("content-length").orElseThrow()));
        assertThat(lastRefusal())
                .contains("\"listener\":\"http\"", "\"reason\":\"redirected\"", "\"status\":308", "\"method\":\"get\"")
                .contains("\"exchange\":\"" + answer.field("x-request-id").orElseThrow() + "\"");
        assertThat(bench.records("connection-accepted").getLast()).contains("\"listener\":\"http\"");
        assertThat(bench.records("handshake-done")).noneMatch(record -> record.contains("\"listener\":\"http\""));
    }

    static Stream<Arguments> asked() {
        return Stream.of(
                Arguments.of("GET / HTTP/1.1\r\nHost: localhost:80\r\n\r\n", "localhost:PORT/"),
                Arguments.of("GET / HTTP/1.1\r\nHost: EHR.example.org\r\n\r\n", "EHR.example.org:PORT/"),
                Arguments.of("GET /v6 HTTP/1.1\r\nHost: [2001:db8::1]:80\r\n\r\n", "[2001:db8::1]:PORT/v6"),
                Arguments.of("GET /old HTTP/1.0\r\nHost: a\r\n\r\n", "a:PORT/old"),
                Arguments.of("GET http://a/p?q HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT/p?q"),
                Arguments.of("GET HTTP://a:80?q HTTP/1.1\r\nHost: a:80\r\n\r\n", "a:PORT/?q"),
                Arguments.of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT"),
                Arguments.of("PROPFIND /dav HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT/dav"),
                Arguments.of("\r\nGET /line HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT/line"),
                // No target makes another host of it.
                Arguments.of("GET //evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT//evil.example/"),
                Arguments.of("GET /@evil.example HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT/@evil.example"),
                Arguments.of("GET /:80@evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT/:80@evil.example/"),
                Arguments.of(
                        "GET /?u=https://evil.example HTTP/1.1\r\nHost: a\r\n\r\n", "a:PORT/?u=https://evil.example"),
                Arguments.of("GET /x HTTP/1.1\r\nHost: a\r\nX-Forwarded-Host: evil.example\r\n\r\n", "a:PORT/x"));
    }

    @ParameterizedTest(name = "[{index}] {1}")
    @MethodSource
    void asked(String request, String location) throws IOException {
        PlainWire.Answer answer = ask(request);
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.location()).isEqualTo(there(location));
    }

    @Test
    void headGetsNoBody() throws IOException {
        PlainWire.Answer answer = ask("HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n",
                "Connection: Upgrade\r\nUpgrade: TLS/1.3\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
            })
    void aWishToUpgradeIsPassedOver(String fields) throws IOException {
        PlainWire.Answer answer = ask("GET /up HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n");
        assertThat(answer.statusLine()).startsWith("HTTP/1.1 308 ");
        assertThat(answer.location()).isEqualTo(there("a:PORT/up"));
        assertThat(answer.field("upgrade")).isEmpty();
        assertThat(answer.field("connection")).contains("close");
    }

    static Stream<Arguments> refused() {
        String post = "POST / HTTP/1.1\r\nHost: a\r\n";
        return Stream.of(
                Arguments.of("host", 400, "GET / HTTP/1.1\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.0\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: a%0d%0ab\r\n\r\n"),
                Arguments.of("host", 400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
                Arguments.of("host-differs-from-target", 400, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("host-differs-from-target", 400, "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                // RFC 9110 section 7.4: what is asked for over TLS only was not asked for over TLS.
                Arguments.of("target", 400, "GET https://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("target", 400, "GET a HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("target", 400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("target", 400, "GET /\\evil HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("ambiguous-path", 400, "GET /a/%2e%2E/b HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("method-not-served", 405, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n"),
                Arguments.of("method-not-served", 405, "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("bare-lf", 400, "GET / HTTP/1.1\nHost: a\n\n"),
                Arguments.of("bare-cr", 400, "GET / HTTP/1.1\r\nHost: a\rX: y\r\n\r\n"),
                Arguments.of("folded-field", 400, "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
                Arguments.of("field-name", 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
                Arguments.of(
                        "length-and-transfer-coding",
                        400,
                        post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("content-length", 400, post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n"),
                Arguments.of("coding-unknown", 501, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                Arguments.of("expectation-unknown", 417, post + "Expect: more\r\n\r\n"),
                Arguments.of("target-too-long", 414, "GET /" + "a".repeat(1024) + " HTTP/1.1\r\nHost: a\r\n\r\n"),
                Arguments.of("header-too-large", 431, post + "X-A: " + "a".repeat(2100) + "\r\n\r\n"),
                // HTTP/2 with prior knowledge (RFC 9113 section 3.3), which is for who agreed on it.
                Arguments.of("version-unknown", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
                Arguments.of("version", 400, "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"),
                Arguments.of("tls-record", 400, "\26\3\1\0\5hello"));
    }

    @ParameterizedTest(name = "{0} {1} [{index}]")
    @MethodSource
    void refused(String rule, int status, String bytes) throws IOException {
        int before = host.received().size();
        PlainWire.Answer answer = ask(bytes + SECOND);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.field("connection")).contains("close");
        assertThat(answer.field("location")).isEmpty();
        assertThat(answer.field("strict-transport-security")).isEmpty();
        assertThat(answer.body())
                .as("one answer and its end")
                .hasSize(Integer.parseInt(answer.field("content-length").orElseThrow()));
        assertThat(lastRefusal())
                .contains("\"listener\":\"http\"", "\"rule\":\"" + rule + "\"", "\"status\":" + status)
                .contains("\"exchange\":\"" + answer.field("x-request-id").orElseThrow() + "\"");
        assertThat(host.received()).as("requests that reached the host").hasSize(before);
    }

    @Test
    void clientsOfTlsAndHttp2AreToldAtOnce() throws IOException {
        String port = Integer.toString(bench.port("http"));
        Program tls = Program.run(List.of("curl", "-sS", "--max-time", "8", "https://localhost:" + port + "/"));
        assertThat(tls.output()).containsIgnoringCase("wrong version number");
        assertThat(lastRefusal()).contains("\"rule\":\"tls-record\"", "\"status\":400");
        Program http2 = Program.run(
                List.of("curl", "-sS", "--max-time", "8", "--http2-prior-knowledge", "http://localhost:" + port + "/"));
        assertThat(http2.code()).isNotZero();
        assertThat(lastRefusal()).contains("\"rule\":\"version-unknown\"", "\"status\":505");
        Program upgrades = Program.run(List.of(
                "curl",
                "-sS",
                "--max-time",
                "8",
                "--http2",
                "-w",
                "%{http_code} %{http_version}",
                "-o",
                "/dev/null",
                "http://localhost:" + port + "/"));
        assertThat(upgrades.output()).isEqualTo("308 1.1");
    }

    @Test
    void aBodyIsNotWaitedForAndWhatFollowsIsNotAnswered() throws IOException {
        assertThat(ask("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000000\r\n\r\n")
                        .location())
                .isEqualTo(there("a:PORT/x"));
        assertThat(ask("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
                        .statusLine())
                .startsWith("HTTP/1.1 308 ");
        PlainWire.Answer answer = ask("GET /first HTTP/1.1\r\nHost: a\r\n\r\n" + SECOND + SECOND);
        assertThat(answer.location()).isEqualTo(there("a:PORT/first"));
        assertThat(answer.body()).doesNotContain("HTTP/1.1");
        assertThat(ask("POST /chunks HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno chunk\r\n" + SECOND)
                        .location())
                .isEqualTo(there("a:PORT/chunks"));
    }

    @Test
    void whoAsksAgainAtOnceGetsTheWholeAnswerToTheFirst() throws IOException {
        for (int i = 0; i < 20; i++) {
            try (PlainWire wire = new PlainWire(bench.port("http"))) {
                wire.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n").answerHasBegun();
                // Closed with this unread, the balancer's system would say RST, and ours would drop the rest of the
                // answer.
                wire.send(SECOND);
                assertThat(wire.last().location()).isEqualTo(there("a:PORT/one"));
            }
        }
    }

    @Test
    void whoSendsABodyMeanwhileGetsTheWholeAnswer() throws IOException {
        try (PlainWire wire = new PlainWire(bench.port("http"))) {
            wire.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            for (int i = 0; i < 8; i++) {
                wire.send("x".repeat(64 * 1024));
            }
            PlainWire.Answer answer = wire.last();
            assertThat(answer.location()).isEqualTo(there("a:PORT/x"));
            assertThat(answer.body()).contains("\"status\":308");
        }
    }

    @Test
    void aRequestInPiecesIsTheSame() throws IOException {
        try (PlainWire wire = new PlainWire(bench.port("http"))) {
            for (char c : "GET /x HTTP/1.1\r\nHost: a\r\n\r\n".toCharArray()) {
                wire.send(Character.toString(c));
            }
            assertThat(wire.last().location()).isEqualTo(there("a:PORT/x"));
        }
    }
}
