package dev.phigate.balancer.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that keep to the frames of HTTP/2 and mean harm: each ends itself and nobody else. */
@Tag("B3")
@Tag("B10")
@Tag("B13")
final class Http2AttackTest {
    private static final List<String> GET =
            List.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/");
    private static final int WINDOW_UPDATE = 8;
    private static final int PRIORITY = 2;

    private static Bench bench;
    private static Workload host;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        host = bench.workload(Workload.OK);
        bench.listenerExtra = "timeouts: {idle: 1s}";
        bench.start();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private static Http2Wire connect() throws IOException {
        return new Http2Wire(bench.clientContext(), bench.port());
    }

    @FunctionalInterface
    private interface Attack {
        void on(Http2Wire wire, int round) throws IOException;
    }

    private static void assertEndsOnlyItself(int rounds, Attack attack, String outcome) throws IOException {
        try (Http2Wire wire = connect()) {
            String seen;
            try {
                for (int i = 0; i < rounds; i++) {
                    attack.on(wire, i);
                }
                seen = wire.outcome(Integer.MAX_VALUE);
            } catch (IOException e) {
                seen = "closed";
            }
            assertThat(seen).matches(outcome + "|closed");
        }
        assertThat(bench.get("/").status()).isEqualTo(200);
    }

    @ParameterizedTest(name = "type {0}")
    @CsvSource({"6, 0, 8", "6, 1, 8", "4, 0, 0", "4, 1, 0", "2, 1, 5", "99, 0, 3"})
    void aFloodOfFramesThatCarryNothingEndsTheConnection(int type, int onStream, int length) throws IOException {
        boolean flag = (type == Http2Wire.PING || type == Http2Wire.SETTINGS) && onStream == 1;
        assertEndsOnlyItself(
                15_000,
                (wire, i) -> wire.frame(type, flag ? 1 : 0, type == PRIORITY ? 1 : 0, new byte[length]),
                "goaway 11");
    }

    @Test
    void aFloodOfEmptyDataEndsTheConnection() throws IOException {
        assertEndsOnlyItself(
                15_000,
                (wire, i) -> {
                    if (i == 0) {
                        List<String> post = new ArrayList<>(GET);
                        post.set(1, "POST");
                        wire.headers(1, false, post);
                    }
                    wire.frame(Http2Wire.DATA, 0, 1, new byte[0]);
                },
                "goaway 11");
    }

    @Test
    void headersOnAStreamThatWasEndedEndTheConnection() throws IOException {
        try (Http2Wire wire = connect()) {
            wire.headers(1, true, GET);
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
            wire.headers(1, true, GET);
            assertThat(wire.outcome(1)).isEqualTo("goaway 5");
        }
    }

    @Test
    void aStreamBehindTheNewestEndsTheConnection() throws IOException {
        try (Http2Wire wire = connect()) {
            wire.headers(5, true, GET);
            assertThat(wire.outcome(5)).isEqualTo("200 ended");
            wire.headers(3, true, GET);
            assertThat(wire.outcome(3)).isEqualTo("goaway 1");
        }
    }

    @Test
    void trailersOnAStreamThatWeEndedAreReadOver() throws IOException {
        bench.workloads.getFirst().behave((request, wire) -> wire.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"));
        try (Http2Wire wire = connect()) {
            List<String> post = new ArrayList<>(GET);
            post.set(1, "POST");
            wire.headers(1, false, post);
            assertThat(wire.outcome(1)).startsWith("403");
            wire.headers(1, true, List.of("x-trailer", "1"));
            host.behave(Workload.OK);
            wire.headers(3, true, GET);
            assertThat(wire.outcome(3)).isEqualTo("200 ended");
        } finally {
            host.behave(Workload.OK);
        }
    }

    @Test
    void aWindowBeyondItsLimitEndsTheConnectionWithTheRightCode() throws IOException {
        byte[] most = {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        try (Http2Wire wire = connect()) {
            wire.frame(WINDOW_UPDATE, 0, 0, most).frame(WINDOW_UPDATE, 0, 0, most);
            assertThat(wire.outcome(0)).isEqualTo("goaway 3");
        }
    }

    @Test
    @Tag("B6")
    void aClientThatAllowsNoByteOfAnAnswerIsGivenUp() throws IOException {
        try (Http2Wire wire = connect()) {
            // SETTINGS_INITIAL_WINDOW_SIZE 0
            wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 0});
            wire.headers(1, true, GET);
            assertThat(wire.outcome(1)).matches("200 (reset 8|closed)");
        }
    }

    @Test
    @Tag("B6")
    void pingsDoNotMakeAConnectionUsed() throws IOException {
        try (Http2Wire wire = connect()) {
            long began = System.nanoTime();
            String outcome = "open";
            while (outcome.equals("open") && System.nanoTime() - began < Bench.PATIENCE.toNanos()) {
                try {
                    wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
                } catch (IOException e) {
                    outcome = "closed";
                }
            }
            assertThat(outcome).isEqualTo("closed");
        }
    }

    @Test
    void aRequestThatHttp2CallsMalformedIsResetAndRecorded() throws IOException {
        try (Http2Wire wire = connect()) {
            wire.headers(1, true, List.of(":scheme", "https", ":authority", "a", ":path", "/"));
            assertThat(wire.outcome(1)).isEqualTo("reset 1");
            wire.headers(3, true, GET);
            assertThat(wire.outcome(3)).as("other streams go on").isEqualTo("200 ended");
        }
        assertThat(bench.records("refused").getLast()).contains("\"rule\":\"pseudo-header\"");
    }

    @Test
    void aClientThatPingsOftenDuringAnExchangeIsNoFlood() throws IOException {
        List<String> post = new ArrayList<>(GET);
        post.set(1, "POST");
        try (Http2Wire wire = connect()) {
            wire.headers(1, false, post);
            for (int i = 0; i < 3000; i++) {
                wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
            }
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[10]);
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
        }
    }
}
