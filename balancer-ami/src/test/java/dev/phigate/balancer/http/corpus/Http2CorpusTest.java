package dev.phigate.balancer.http.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Http2Wire.Frame;
import dev.phigate.balancer.http.corpus.Http1Case.Received;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sequence of frames ends as RFC 9113 and RFC 7541 say, by the code they name, or reaches the host once as HTTP/1.1. */
@Tag("B3")
@Tag("B10")
final class Http2CorpusTest {
    private static final List<String> NEXT =
            List.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/next");

    private static Bench bench;
    private static RecordingHost host;
    private static SSLContext client;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        host = new RecordingHost(bench.pki.context(bench.workload));
        bench.host(host.url());
        bench.listenerExtra = "limits: {url: 1KiB, header: 4KiB, body: 1KiB}";
        bench.start();
        client = bench.clientContext();
    }

    @AfterAll
    static void stop() throws IOException {
        bench.close();
        host.close();
    }

    static Stream<Http2Case> cases() {
        return Stream.of(
                        Http2Fields.pseudo(),
                        Http2Fields.fields(),
                        Http2Fields.bodies(),
                        Http2Frames.frames(),
                        Http2Streams.settings(),
                        Http2Streams.streams(),
                        Http2Streams.compression())
                .flatMap(List::stream);
    }

    /** What a client sees. */
    private static final class Seen {
        private String first = "";
        private boolean firstEnded;
        private boolean nextServed;
        private String away = "";

        boolean enough(boolean alsoFirst) {
            return nextServed && (firstEnded || !alsoFirst);
        }

        String outcome() {
            return !away.isEmpty() ? away : first.isEmpty() ? "next" : first;
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void framesEndAsTheyMust(Http2Case one) throws IOException {
        host.takeWhole();
        host.takeBegun();
        Seen seen = new Seen();
        try (Http2Wire wire = new Http2Wire(client, bench.port())) {
            try {
                // At once: no answer is to come between them.
                wire.frames(one.frames());
                wire.headers(Http2Case.NEXT, true, NEXT);
                if (one.frames().contains(Http2Case.NO_WINDOW)) {
                    wire.frame(Http2Case.WINDOW_UPDATE, 0, Http2Case.NEXT, new byte[] {0, 0, 1, 0});
                }
            } catch (SocketException | SSLException e) {
                // It was ended meanwhile; what it was told is still to be read.
            }
            see(wire, seen, !one.outcome().startsWith("next"));
        }
        assertThat(seen.outcome()).matches(one.outcome());
        List<Received> whole = new ArrayList<>(host.takeWhole());
        if (seen.away.isEmpty()) {
            assertThat(seen.nextServed).as("the next request is served").isTrue();
            assertThat(whole.remove(Http1Case.NEXT_RECEIVED))
                    .as("the next request at the host")
                    .isTrue();
        }
        if (one.outcome().equals("200")) {
            whole.removeIf(request -> late(request) && !one.received().contains(request));
            assertThat(whole).as("requests at the host").isEqualTo(one.received());
        } else {
            whole.removeIf(Http2CorpusTest::late);
            assertThat(whole).as("requests at the host").isEmpty();
        }
        assertThat(host.takeBegun()).noneMatch(bytes -> bytes.contains("/next"));
        assertThat(host.takeFaults()).isEmpty();
    }

    private static boolean late(Received request) {
        return request.head().contains(Http2Case.LATE + " ");
    }

    private static void see(Http2Wire wire, Seen seen, boolean alsoFirst) throws IOException {
        while (!seen.enough(alsoFirst)) {
            Frame frame;
            try {
                frame = wire.read();
            } catch (EOFException | SocketException | SSLException e) {
                return;
            }
            if (frame.type() == Http2Wire.GOAWAY) {
                seen.away = "goaway " + frame.payload()[7];
            } else if (frame.stream() == 1) {
                if (frame.type() == Http2Wire.RST_STREAM) {
                    seen.first = seen.first.isEmpty() || !seen.firstEnded ? "reset " + frame.payload()[3] : seen.first;
                } else if (frame.type() == Http2Wire.HEADERS) {
                    seen.first = String.valueOf(wire.head(frame).status());
                }
                seen.firstEnded |= frame.type() == Http2Wire.RST_STREAM || frame.endsStream();
            } else if (frame.stream() == Http2Case.NEXT) {
                if (frame.type() == Http2Wire.HEADERS) {
                    assertThat(wire.head(frame).status()).asString().isEqualTo("200");
                }
                seen.nextServed |= frame.endsStream();
            }
        }
    }
}
