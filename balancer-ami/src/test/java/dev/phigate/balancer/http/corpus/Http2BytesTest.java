package dev.phigate.balancer.http.corpus;

import static dev.phigate.balancer.http.corpus.Http2Case.changed;
import static dev.phigate.balancer.http.corpus.Http2Case.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.http.corpus.Http1Case.Received;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every one of the 256 bytes in what becomes the head of a request of HTTP/1.1 at the host. */
@Tag("B3")
@Tag("B10")
final class Http2BytesTest {
    /** Requests on a connection: below what it takes for a flood of streams that are reset. */
    private static final int TOGETHER = 32;

    private static Bench bench;
    private static RecordingHost host;
    private static SSLContext client;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        host = new RecordingHost(bench.pki.context(bench.workload));
        bench.host(host.url());
        bench.start();
        client = bench.clientContext();
    }

    @AfterAll
    static void stop() throws IOException {
        bench.close();
        host.close();
    }

    private static boolean in(String characters, char c) {
        return characters.indexOf(c) >= 0;
    }

    private static boolean alphanumeric(char c) {
        return c < 0x80 && Character.isLetterOrDigit(c);
    }

    private static boolean token(char c) {
        return alphanumeric(c) || in("!#$%&'*+-.^_`|~", c);
    }

    /** Where the byte stands, which bytes are forwarded there, and as what. */
    record Place(
            String name,
            Function<Character, List<String>> sent,
            Predicate<Character> forwarded,
            Function<Character, String> received) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Place> places() {
        return List.of(
                new Place(
                        "within the method",
                        c -> changed(":method", "G" + c + "T"),
                        Http2BytesTest::token,
                        c -> "G" + c + "T / HTTP/1.1\r\nhost: a\r\n"),
                new Place(
                        "within the path",
                        c -> changed(":path", "/a" + c + "xy"),
                        c -> c > ' ' && c < 0x7f && !in("#\\%", c),
                        c -> "GET /a" + c + "xy HTTP/1.1\r\nhost: a\r\n"),
                new Place(
                        "within the authority",
                        c -> changed(":authority", "a" + c + "x"),
                        c -> alphanumeric(c) || in("-._~", c),
                        c -> "GET / HTTP/1.1\r\nhost: a" + c + "x\r\n"),
                new Place(
                        "within a field name",
                        c -> get("x" + c + "y", "1"),
                        c -> token(c) && !Character.isUpperCase(c),
                        c -> "GET / HTTP/1.1\r\nhost: a\r\nx" + c + "y: 1\r\n"),
                new Place(
                        "within a field value",
                        c -> get("x", "a" + c + "b"),
                        c -> c == '\t' || (c >= ' ' && c != 0x7f),
                        c -> "GET / HTTP/1.1\r\nhost: a\r\nx: a" + c + "b\r\n"),
                new Place(
                        "behind a field value",
                        c -> get("x", "a" + c),
                        c -> c > ' ' && c != 0x7f,
                        c -> "GET / HTTP/1.1\r\nhost: a\r\nx: a" + c + "\r\n"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void everyByteIsRefusedOrMeansWhatItMust(Place place) throws IOException {
        for (int from = 0; from < 256; from += TOGETHER) {
            List<Received> expected = new ArrayList<>();
            try (Http2Wire wire = new Http2Wire(client, bench.port())) {
                for (int i = 0; i < TOGETHER; i++) {
                    char c = (char) (from + i);
                    int stream = 2 * i + 1;
                    wire.headers(stream, true, place.sent().apply(c));
                    String outcome = wire.outcome(stream);
                    if (place.forwarded().test(c)) {
                        assertThat(outcome).as("byte 0x%02x", (int) c).isEqualTo("200 ended");
                        expected.add(new Received(place.received().apply(c) + "{ours}\r\n", "", ""));
                    } else {
                        assertThat(outcome).as("byte 0x%02x", (int) c).matches("4.. ended|reset 1");
                    }
                }
            }
            assertThat(host.takeWhole()).as("from 0x%02x", from).isEqualTo(expected);
            assertThat(host.takeBegun()).isEmpty();
            assertThat(host.takeFaults()).isEmpty();
        }
    }
}
