package dev.phigate.balancer.http.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.RawHttp2Host;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However the ends of a request, of its answer and of its time meet: an exchange has one answer and one record, and the right one. */
@Tag("B3")
@NullUnmarked // a null where none should be fails the test that meets it
final class OneEndTest {
    private static final int LARGEST_HEAD = 8192;
    private static final Duration FIRST_BYTE = Duration.ofMillis(300);
    private static final int CONNECTIONS = 5;
    private static final int MOST_TRIES = 20;
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    /** The host's codec refuses while the exchange is being handed to it; what was over by then does not wait for an answer as well. */
    @Test
    void whatFailsAtOnceIsNotLateAfterwards() throws IOException {
        try (RawHttp2Host host =
                new RawHttp2Host(bench, (to, stream, path) -> to.ok(stream), 0, 6, 0, 0, LARGEST_HEAD >> 8, 0)) {
            bench.host(host.url());
            bench.upstreamExtra =
                    "protocol: http/2, retries: {most: 0}, health: {failures: 1000}, timeouts: {firstByte: "
                            + FIRST_BYTE.toMillis() + "ms}";
            bench.start();
            int asked = 1;
            try (Wire wire = bench.connect()) {
                // The host has to have told its settings.
                while (!isAnswered(wire, "/first")) {
                    assertThat(asked).as("asked in vain").isLessThan(MOST_TRIES);
                    asked++;
                }
                Wire.Answer refused = wire.send(
                                "GET /large HTTP/1.1\r\nHost: a\r\nCookie: " + "c".repeat(LARGEST_HEAD) + "\r\n\r\n")
                        .read();
                assertThat(refused.status()).isBetween(400, 502);
                long end = System.nanoTime() + 3 * FIRST_BYTE.toNanos();
                while (System.nanoTime() < end) {
                    asked++;
                    isAnswered(wire, "/next");
                }
            }
            assertThat(bench.records("exchange")).hasSize(1 + asked);
        }
    }

    /** Whether a request was answered; a machine that does something else meanwhile may let it be late, though no sooner than it can be. */
    private static boolean isAnswered(Wire wire, String path) throws IOException {
        long began = System.nanoTime();
        int status =
                wire.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").read().status();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (status == 504 && took.compareTo(FIRST_BYTE) >= 0) {
            return false;
        }
        assertThat(status).as("the answer to the request before").isEqualTo(200);
        return true;
    }

    @Test
    void aBodyThatIsEmptyInPiecesIsEndedAgainWhenItIsSentAgain() throws IOException {
        AtomicInteger puts = new AtomicInteger();
        List<String> trailers = new CopyOnWriteArrayList<>();
        bench.workload((request, wire) -> {
            if (request.requestLine().startsWith("PUT ")) {
                if (puts.getAndIncrement() == 0) {
                    wire.socket().close();
                    return;
                }
                assertThat(Workload.line(wire.in())).isEqualTo("0");
                for (String line = Workload.line(wire.in()); !line.isEmpty(); line = Workload.line(wire.in())) {
                    trailers.add(line);
                }
            }
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        bench.upstreamExtra = "timeouts: {firstByte: 5s}";
        bench.start();
        try (Wire wire = bench.connect()) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                    .isEqualTo(200);
            assertThat(wire.send(
                                    "PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 7\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
        assertThat(puts).hasValue(2);
        assertThat(trailers).singleElement().asString().isEqualToIgnoringCase("x-sum: 7");
    }

    private void hostThatCounts() throws IOException {
        bench.workload(Workload.OK);
        bench.upstreamExtra = "connections: {perHost: 1}";
        bench.start();
    }

    private void eachCameOnce(int requests) {
        Workload host = bench.workloads.getFirst();
        assertThat(host.received())
                .hasSize(requests)
                .allMatch(request -> request.requestLine().endsWith(" HTTP/1.1"));
        assertThat(host.connections()).as("connections to the host").isEqualTo(1);
    }

    @Test
    void aRequestThatIsWholeBeforeItsHostIsReachedIsEndedOnce() throws IOException {
        hostThatCounts();
        try (Wire wire = bench.connect()) {
            for (int i = 0; i < 3; i++) {
                assertThat(wire.send(
                                        "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
            }
        }
        eachCameOnce(3);
    }

    @Test
    void soIsOneOfHttp2() throws IOException {
        hostThatCounts();
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            for (int stream = 1; stream < 6; stream += 2) {
                wire.headers(
                        stream,
                        false,
                        List.of(":method", "POST", ":scheme", "https", ":authority", "a", ":path", "/x"));
                wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, new byte[] {'a', 'b', 'c'});
                assertThat(wire.outcome(stream)).isEqualTo("200 ended");
            }
        }
        eachCameOnce(3);
    }

    @Test
    void nothingIsKeptOfAConnectionThatEndsWithItsRequestUnderWay() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        bench.workload((request, wire) -> awaitEnd(over));
        bench.listenerExtra = "timeouts: {idle: 300ms}";
        bench.start();
        int before = instances(Http2Front.class);
        for (int i = 1; i <= CONNECTIONS; i++) {
            int asked = i;
            try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
                wire.headers(1, true, List.of(":method", "GET", ":scheme", "https", ":authority", "a", ":path", "/x"));
                Bench.eventually(
                        "it is asked",
                        () -> bench.workloads.getFirst().received().size() == asked);
            }
        }
        Bench.eventually("all are recorded", () -> bench.records("exchange").size() == CONNECTIONS);
        over.countDown();
        Bench.eventually("no connection is left", () -> instances(Http2Front.class) <= before);
    }

    private static void awaitEnd(CountDownLatch over) {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many there are that something still refers to. */
    private static int instances(Class<?> of) {
        try {
            String histogram = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "gcClassHistogram",
                            new Object[] {new String[0]},
                            new String[] {String[].class.getName()})
                    .toString();
            return histogram
                    .lines()
                    .map(line -> line.trim().split(" +"))
                    .filter(line -> line.length > 3 && line[3].equals(of.getName()))
                    .mapToInt(line -> Integer.parseInt(line[1]))
                    .sum();
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aClientThatSendsAndDoesNotReadIsNoFaultOfItsHost() throws Exception {
        byte[] piece = new byte[1 << 16];
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + (1L << 30) + "\r\n\r\n");
            Thread.ofVirtual().start(() -> {
                try (InputStream body = wire.in()) {
                    body.transferTo(java.io.OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // It ends with the connection.
                }
            });
            for (int i = 0; i < 1 << 14; i++) {
                wire.out().write(piece);
            }
        });
        bench.upstreamExtra = "timeouts: {idle: 300ms}, health: {failures: 1}";
        bench.listenerExtra = "timeouts: {idle: 1s}";
        bench.start();
        try (Wire wire = new Wire(bench.clientContext(), bench.port(), 1 << 14)) {
            wire.send("POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            try {
                for (int i = 0; i < 10; i++) {
                    wire.send("1\r\nx\r\n");
                    TimeUnit.MILLISECONDS.sleep(50);
                }
            } catch (IOException e) {
                // It has ended before.
            }
            Bench.eventually("it ends", () -> !bench.records("exchange").isEmpty());
        }
        assertThat(bench.records("exchange")).singleElement().asString().contains("\"rule\":\"client-not-reading\"");
        assertThat(bench.wellHosts()).hasSize(1);
    }
}
