package dev.phigate.balancer.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.bench.load.LiveWebSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The places among those that wait for answers: however an exchange ends, the next one finds its place free. */
@Tag("B13")
@NullUnmarked // a null where none should be fails the test that meets it
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class PlacesTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private static final String ONE_FOR_EACH_LOOP = ", adaptive: {target: 30s, least: 1, most: 1}";
    private static final Pattern WAITING = Pattern.compile("phigate_upstream_waiting\\{upstream=\"ehr\"} ([0-9.]+)");
    private static final Pattern LIMIT = Pattern.compile("phigate_upstream_limit\\{upstream=\"ehr\"} ([0-9.]+)");

    private final Bench bench = new Bench();
    private final int loops = Runtime.getRuntime().availableProcessors();

    @AfterEach
    void stop() {
        bench.close();
    }

    /** How an exchange may end, and what its client is told. */
    enum End {
        ANSWERED(200),
        CLOSED(502),
        BROKE_THE_RULES(502),
        SAID_TOO_MUCH_TO_DO(503),
        TOO_SLOW(504),
        STALLED_IN_THE_ANSWER(0),
        BROKE_OFF_IN_THE_ANSWER(0);

        private final int status;

        End(int status) {
            this.status = status;
        }

        /** What the host does. */
        Workload.Behaviour behaviour() {
            return switch (this) {
                case ANSWERED -> Workload.OK;
                case CLOSED -> (request, wire) -> wire.socket().close();
                case BROKE_THE_RULES -> (request, wire) -> wire.send("HTTP/1.1 abc\r\n\r\n");
                case SAID_TOO_MUCH_TO_DO ->
                    (request, wire) -> wire.send("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
                case TOO_SLOW -> (request, wire) -> wire.in().transferTo(OutputStream.nullOutputStream());
                case STALLED_IN_THE_ANSWER ->
                    (request, wire) -> {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
                        wire.in().transferTo(OutputStream.nullOutputStream());
                    };
                case BROKE_OFF_IN_THE_ANSWER ->
                    (request, wire) -> {
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok");
                        wire.socket().close();
                    };
            };
        }
    }

    private void start(String more) throws IOException {
        bench.upstreamExtra =
                "timeouts: {firstByte: 1s, idle: 1s}, health: {failures: 1000}, retries: {most: 0}" + more;
        bench.start();
    }

    private double gauge(Pattern name) throws IOException {
        String text = bench.admin(bench.port("admin"), "/metrics").output();
        Matcher found = name.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return Double.parseDouble(found.group(1));
    }

    /** On every loop, since connections are dealt out in turn. */
    private void everyPlaceIsFree() throws IOException {
        Bench.eventually("nobody waits", () -> gauge(WAITING) == 0);
        bench.workloads.forEach(host -> host.behave(Workload.OK));
        for (int i = 0; i < 2 * loops; i++) {
            assertThat(bench.get("/after").status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void howeverAnExchangeEndsItGivesItsPlaceBack(End end) throws IOException {
        bench.workload(end.behaviour());
        start(ONE_FOR_EACH_LOOP);
        for (int i = 0; i < loops; i++) {
            try (Wire wire = bench.connect()) {
                wire.send(GET);
                if (end.status > 0) {
                    assertThat(wire.read().status()).isEqualTo(end.status);
                } else {
                    toTheEnd(wire);
                }
            }
        }
        everyPlaceIsFree();
    }

    /** Of an answer that is broken off as soon as it begins, even the head need not arrive. */
    private static void toTheEnd(Wire wire) throws IOException {
        try {
            String answer = new String(wire.in().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer)
                    .satisfiesAnyOf(
                            none -> assertThat(none).isEmpty(),
                            cut -> assertThat(cut).endsWith("\r\n\r\nok"),
                            head -> assertThat(head).endsWith("\r\n\r\n"));
        } catch (SocketException | SSLException e) {
            // It was reset.
        }
    }

    @Test
    void aClientThatLeavesGivesItsPlaceBack() throws IOException {
        Workload host = bench.workload(End.TOO_SLOW.behaviour());
        bench.upstreamExtra = "timeouts: {firstByte: 60s}" + ONE_FOR_EACH_LOOP;
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send(GET);
            Bench.eventually("it waits", () -> host.received().size() == 1 && gauge(WAITING) == 1);
        }
        everyPlaceIsFree();
    }

    @Test
    void aHostThatCannotBeReachedKeepsNobodysPlace() throws IOException {
        Workload host = bench.workload(Workload.OK);
        start(ONE_FOR_EACH_LOOP);
        host.close();
        for (int i = 0; i < 2 * loops; i++) {
            assertThat(bench.get("/").status()).isEqualTo(502);
        }
        assertThat(gauge(WAITING)).isZero();
    }

    @Test
    void aWebSocketHoldsNoPlaceOnceItIsSwitched() throws IOException {
        bench.workload(LiveWebSocket::serve);
        bench.routes = "  - {name: all, listener: https, upstream: ehr, webSocket: {}}\n";
        start(ONE_FOR_EACH_LOOP);
        List<LiveWebSocket> open = new ArrayList<>();
        for (int i = 0; i < 3 * loops; i++) {
            open.add(new LiveWebSocket(bench.clientContext(), bench.port()));
        }
        everyPlaceIsFree();
        for (LiveWebSocket one : open) {
            one.close();
        }
    }

    @Test
    void whatALimitHasFoundOutHoldsOverAReload() throws Exception {
        bench.workload((request, wire) -> {
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Workload.OK.answer(request, wire);
        });
        bench.upstreamExtra = "adaptive: {target: 10ms, least: 2, most: 1000}";
        bench.start();
        AtomicBoolean enough = new AtomicBoolean();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8 * loops; i++) {
                threads.submit(() -> {
                    try (Wire wire = bench.connect()) {
                        while (!enough.get()) {
                            assertThat(wire.send(GET).read().status()).isIn(200, 503);
                        }
                    }
                    return null;
                });
            }
            Bench.eventually("it has shrunk", () -> gauge(LIMIT) < 500);
            enough.set(true);
        }
        double before = gauge(LIMIT);
        bench.balancer().reload();
        assertThat(gauge(LIMIT)).isEqualTo(before).isLessThan(500);
        assertThat(gauge(WAITING)).isZero();
        assertThat(bench.get("/").status()).isEqualTo(200);
    }
}
