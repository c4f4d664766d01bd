package dev.phigate.balancer.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** HTTP/2 in front becomes HTTP/1.1 behind; nothing that HTTP/1.1 would read otherwise gets across. */
@Tag("B3")
@Tag("B10")
final class Http2Test {
    private static final List<String> GOOD =
            List.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static Bench bench;
    private static Workload host;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        host = bench.workload(Workload.OK);
        bench.upstreamExtra = "timeouts: {connect: 20s}";
        bench.listenerExtra = "limits: {url: 1KiB, header: 4KiB, body: 1KiB}";
        bench.start();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private static Http2Wire connect() throws IOException {
        return new Http2Wire(bench.clientContext(), bench.port());
    }

    private static List<String> with(String... more) {
        List<String> fields = new ArrayList<>(GOOD);
        fields.addAll(List.of(more));
        return fields;
    }

    private static List<String> replaced(String name, String value) {
        List<String> fields = new ArrayList<>(GOOD);
        int at = fields.indexOf(name);
        if (value.isEmpty()) {
            fields.remove(at);
            fields.remove(at);
        } else {
            fields.set(at + 1, value);
        }
        return fields;
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("no path", replaced(":path", "")),
                Arguments.of("path without slash", replaced(":path", "a")),
                Arguments.of("path with a line end", replaced(":path", "/ HTTP/1.1\r\nX: y\r\n\r\nGET /smuggled")),
                Arguments.of("path with a space", replaced(":path", "/a b")),
                Arguments.of("path that climbs", replaced(":path", "/a/../smuggled")),
                Arguments.of("path too long", replaced(":path", "/" + "a".repeat(1100))),
                Arguments.of("no method", replaced(":method", "")),
                Arguments.of("method with a space", replaced(":method", "GET /smuggled HTTP/1.1\r\nX: ")),
                Arguments.of("no scheme", replaced(":scheme", "")),
                Arguments.of("another scheme", replaced(":scheme", "http")),
                Arguments.of("no authority", replaced(":authority", "")),
                Arguments.of("authority with user", replaced(":authority", "u@a")),
                Arguments.of("authority with a line end", replaced(":authority", "a\r\nX: y")),
                Arguments.of("two methods", with(":method", "POST")),
                Arguments.of("two paths", with(":path", "/smuggled")),
                Arguments.of("unknown pseudo-header", with(":evil", "1")),
                Arguments.of("a protocol without CONNECT", with(":protocol", "websocket")),
                Arguments.of(
                        "too many fields", with(Collections.nCopies(258, "x").toArray(String[]::new))),
                Arguments.of("response pseudo-header", with(":status", "200")),
                Arguments.of(
                        "pseudo-header after a field",
                        List.of("x", "y", ":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/")),
                Arguments.of("upper case name", with("X-Upper", "1")),
                Arguments.of("name with a space", with("x y", "1")),
                Arguments.of("name with a colon", with("x:y", "1")),
                Arguments.of("name with a line end", with("x\r\ny", "1")),
                Arguments.of("empty name", with("", "1")),
                Arguments.of("value with a line end", with("x", "1\r\nTransfer-Encoding: chunked")),
                Arguments.of("value with LF", with("x", "1\nY: 2")),
                Arguments.of("value with NUL", with("x", "1\u0000")),
                Arguments.of("value with blanks around", with("x", " 1")),
                Arguments.of("connection", with("connection", "close")),
                Arguments.of("keep-alive", with("keep-alive", "1")),
                Arguments.of("proxy-connection", with("proxy-connection", "close")),
                Arguments.of("transfer-encoding", with("transfer-encoding", "chunked")),
                Arguments.of("upgrade", with("upgrade", "h2c")),
                Arguments.of("te", with("te", "gzip")),
                Arguments.of("another host", with("host", "b")),
                Arguments.of("two hosts", with("host", "a", "host", "a")),
                Arguments.of("length without body", with("content-length", "5")),
                Arguments.of("two lengths", with("content-length", "0", "content-length", "1")),
                Arguments.of("a length that is none", with("content-length", "+0")),
                Arguments.of("CONNECT", List.of(":method", "CONNECT", ":authority", "a:443")),
                Arguments.of("TRACE", replaced(":method", "TRACE")),
                Arguments.of("too many bytes", with("x", "a".repeat(4500))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, List<String> fields) throws IOException {
        int before = host.received().size();
        try (Http2Wire wire = connect()) {
            wire.headers(1, true, fields);
            assertThat(wire.outcome(1)).matches("4\\d\\d ended|reset 1|goaway 1");
        }
        assertThat(host.received().size()).as("requests that reached the host").isEqualTo(before);
    }

    @Test
    void aGoodRequestIsForwardedAndItsCookiesAreJoined() throws IOException {
        try (Http2Wire wire = connect()) {
            wire.headers(
                    1, true, with("cookie", "a=1", "cookie", "b=2", "te", "trailers", "x-forwarded-for", "6.6.6.6"));
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
        }
        Workload.Received got = host.received().getLast();
        assertThat(got.fields("cookie")).containsExactly("a=1; b=2");
        assertThat(got.fields("te")).containsExactly("trailers");
        assertThat(got.fields("x-forwarded-for")).containsExactly("127.0.0.1");
        assertThat(got.fields("via")).containsExactly("2 phigate");
    }

    @Test
    void aBodyThatIsNotAsLongAsSaidIsRefused() throws IOException {
        for (int length : new int[] {2, 9}) {
            try (Http2Wire wire = connect()) {
                wire.headers(1, false, with("content-length", "5"));
                wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[length]);
                assertThat(wire.outcome(1)).doesNotStartWith("200");
            }
        }
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws IOException {
        try (Http2Wire wire = connect()) {
            wire.headers(1, false, GOOD);
            wire.frame(Http2Wire.DATA, 0, 1, new byte[2000]);
            assertThat(wire.outcome(1)).startsWith("413");
            wire.headers(3, true, GOOD);
            assertThat(wire.outcome(3)).as("other streams go on").isEqualTo("200 ended");
        }
    }

    @Test
    void aFloodOfResetsEndsTheConnection() throws IOException {
        try (Http2Wire wire = connect()) {
            String outcome = "";
            try {
                for (int i = 0; i < 1000; i++) {
                    wire.headers(2 * i + 1, true, GOOD);
                    wire.frame(Http2Wire.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
                }
                outcome = wire.outcome(Integer.MAX_VALUE);
            } catch (IOException e) {
                outcome = "closed";
            }
            assertThat(outcome).matches("goaway 11|closed");
        }
        assertThat(bench.get("/").status()).isEqualTo(200);
    }

    @Test
    void aFloodOfContinuationsEndsTheConnection() throws IOException {
        try (Http2Wire wire = connect()) {
            String outcome;
            try {
                wire.frame(Http2Wire.HEADERS, 0, 1, Http2Wire.block(GOOD));
                for (int i = 0; i < 2000; i++) {
                    wire.frame(Http2Wire.CONTINUATION, 0, 1, Http2Wire.block(List.of("x" + i, "y")));
                }
                outcome = wire.outcome(1);
            } catch (IOException e) {
                outcome = "closed";
            }
            assertThat(outcome).matches("goaway \\d+|closed|431.*");
        }
        assertThat(bench.get("/").status()).isEqualTo(200);
    }

    @Test
    void manyStreamsShareAConnection() throws IOException {
        Program many = Program.run(List.of(
                "curl",
                "--no-progress-meter",
                "--http2",
                "--parallel",
                "--parallel-max",
                "50",
                "--cacert",
                bench.pki.trustFile().toString(),
                "-o",
                "/dev/null",
                "-w",
                "%{http_version} %{http_code}\n",
                "https://localhost:" + bench.port() + "/[1-200]"));
        assertThat(many.output().lines()).hasSize(200).containsOnly("2 200");
    }
}
