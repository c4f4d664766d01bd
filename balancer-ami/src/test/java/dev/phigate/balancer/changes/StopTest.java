package dev.phigate.balancer.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.InProcessBalancer;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stop and a hand-over: what is served on, what is ended, and how long either takes. */
@Tag("B13")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class StopTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void aStopLetsExchangesUnderWayEnd() throws IOException, InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        bench.workload((request, wire) -> {
            try {
                assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            Workload.OK.answer(request, wire);
        });
        bench.rootExtra = "shutdown: {drain: 20s}\n";
        bench.start();
        int port = bench.port();
        try (Wire busy = bench.connect();
                Wire idle = bench.connect()) {
            busy.send(GET);
            Bench.eventually(
                    "it is at the host",
                    () -> !bench.workloads.getFirst().received().isEmpty());
            Thread stopping = Thread.ofPlatform().start(() -> bench.balancer().stop());
            assertThat(idle.ended()).as("an unused connection is closed").isTrue();
            Bench.eventually("nothing is accepted", () -> {
                try (Wire refused = new Wire(bench.clientContext(), port)) {
                    return refused.ended();
                } catch (IOException e) {
                    return true;
                }
            });
            go.countDown();
            Wire.Answer answer = busy.read();
            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        }
        bench.stopped();
    }

    @Test
    @Tag("B12")
    void aStopServesOnWhileThoseThatSendClientsLearnOfIt() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.rootExtra = "shutdown: {delay: 1h, drain: 20s}\n";
        bench.start();
        int port = bench.port();
        int admin = bench.port("admin");
        try (Wire before = bench.connect()) {
            assertThat(before.send(GET).read().status()).isEqualTo(200);
            Thread stopping = Thread.ofPlatform().start(() -> bench.balancer().stop());
            Bench.eventually(
                    "it says that it is not ready",
                    () -> bench.admin(admin, "/readyz", "-w", "%{http_code}")
                            .output()
                            .endsWith("503"));
            Wire.Answer answer = before.send(GET).read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("connection"))
                    .as("on a connection that is kept")
                    .isNull();
            assertThat(bench.ask(GET).status()).as("on a new connection").isEqualTo(200);
            bench.balancer().waitNoMore();
            assertThat(before.ended()).isTrue();
            assertThat(stopping.join(Duration.ofSeconds(10))).isTrue();
        }
        assertThatThrownBy(() -> new Wire(bench.clientContext(), port)).isInstanceOf(IOException.class);
        bench.stopped();
    }

    /** Hosts are found, what is revoked is read, and ended sessions are recorded, for as long as it serves. */
    @Test
    void whatGoesOnBehindGoesOnUntilTheDelayIsOver() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        Path hosts = bench.folder.resolve("hosts");
        Files.writeString(hosts, "https://127.0.0.1:1\n");
        bench.hostsKey = "discovery: {file: " + hosts + "}";
        bench.rootExtra = "shutdown: {delay: 1h}\n";
        bench.start();
        int admin = bench.port("admin");
        InProcessBalancer balancer = bench.balancer();
        Thread stopping = Thread.ofPlatform().start(balancer::stop);
        try {
            Bench.eventually(
                    "it says that it is not ready",
                    () -> bench.admin(admin, "/readyz", "-w", "%{http_code}")
                            .output()
                            .endsWith("503"));
            Files.writeString(hosts, bench.workloads.getFirst().url() + "\n");
            Bench.eventually("the other one is found", () -> bench.get("/").status() == 200);
        } finally {
            bench.stopped();
            balancer.waitNoMore();
            assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
        }
    }

    @Test
    void whoeverIsTakenOverFromDoesNotServeOn() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.rootExtra = "shutdown: {delay: 1h}\n";
        bench.start();
        Thread stopping = Thread.ofPlatform().start(() -> bench.balancer().handOver());
        assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
        bench.stopped();
    }

    @Test
    void aStopEndsWhenTheDelayIsOver() throws IOException {
        bench.workload(Workload.OK);
        bench.rootExtra = "shutdown: {delay: 300ms}\n";
        bench.start();
        long began = System.nanoTime();
        bench.balancer().stop();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
        bench.stopped();
    }

    @ParameterizedTest(name = "handed over: {0}")
    @ValueSource(booleans = {false, true})
    void aHandshakeThatIsMadeOnceAStopBeganDoesNotHoldItUp(boolean handedOver)
            throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.rootExtra = "shutdown: {drain: 50s}\n";
        bench.start();
        try (Http2Wire before = new Http2Wire(bench.clientContext(), bench.port());
                Socket late = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
            Bench.eventually(
                    "both are accepted",
                    () -> bench.records("connection-accepted").size() == 2);
            Thread stopping =
                    Thread.ofPlatform().start(handedOver ? bench.balancer()::handOver : bench.balancer()::stop);
            bench.stopped();
            awaitFarewell(before);
            awaitFarewell(new Http2Wire(bench.clientContext(), late));
            assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
        }
    }

    /** The client says nothing; one that does is answered, however late its handshake was. */
    @ParameterizedTest(name = "handed over: {0}")
    @ValueSource(booleans = {false, true})
    void norDoesOneOfHttp1(boolean handedOver) throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.rootExtra = "shutdown: {drain: 50s}\n";
        bench.listenerExtra = "timeouts: {header: 40s}";
        bench.start();
        try (Http2Wire before = new Http2Wire(bench.clientContext(), bench.port());
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), bench.port());
                Socket asks = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
            Bench.eventually(
                    "all are accepted",
                    () -> bench.records("connection-accepted").size() == 3);
            Thread stopping =
                    Thread.ofPlatform().start(handedOver ? bench.balancer()::handOver : bench.balancer()::stop);
            bench.stopped();
            awaitFarewell(before);
            Wire.Answer answer = new Wire(bench.clientContext(), asks).send(GET).read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(new Wire(bench.clientContext(), silent).ended()).isTrue();
            assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
        }
    }

    /** Waits until a connection is told, in order, that no other request is welcome there. */
    private static void awaitFarewell(Http2Wire wire) throws IOException {
        Http2Wire.Frame frame;
        do {
            frame = wire.read();
        } while (frame.type() != Http2Wire.GOAWAY);
        assertThat(frame.payload()).startsWith(0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0);
    }
}
