package dev.phigate.balancer.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one source may take. */
@Tag("B13")
final class LimitsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    @Tag("B11")
    void aSourceHasSoManyConnectionsAndOthersStillGetIn() throws IOException {
        bench.workload(Workload.OK);
        bench.listenerExtra = "limits: {connectionsPerSource: 2}";
        bench.start();
        try (Wire one = bench.connect();
                Wire two = bench.connect()) {
            assertThat(one.send(GET).read().status()).isEqualTo(200);
            assertThat(two.send(GET).read().status()).isEqualTo(200);
            assertThat(curl().code()).isNotZero();
            assertThat(curl("--interface", "127.0.0.2").output()).endsWith("200");
        }
        Bench.eventually(
                "the record is there",
                () -> bench.records("refused").stream()
                        .anyMatch(line -> line.contains("\"rule\":\"source-connection-limit\"")));
        Bench.eventually("the source may come back", () -> curl().code() == 0);
    }

    private Program curl(String... options) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of(
                "curl",
                "-s",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "--cacert",
                bench.pki.trustFile().toString()));
        command.addAll(List.of(options));
        command.add("https://localhost:" + bench.port() + "/");
        return Program.run(command);
    }

    @Test
    @Tag("B11")
    void aSourceThatAsksTooOftenIsToldWhenToAskAgain() throws IOException {
        bench.workload(Workload.OK);
        bench.listenerExtra = "limits: {requestsPerSource: {perSecond: 1, burst: 3}}";
        bench.start();
        try (Wire wire = bench.connect()) {
            Wire.Answer refused = wire.send(GET).read();
            int served = 0;
            // On a slow machine a second may pass, and another request with it.
            while (refused.status() == 200 && served < 20) {
                served++;
                refused = wire.send(GET).read();
            }
            assertThat(refused.status()).isEqualTo(429);
            assertThat(served).isGreaterThanOrEqualTo(3);
            assertThat(refused.field("retry-after")).isEqualTo("1");
            Bench.eventually("a second passes", () -> wire.send(GET).read().status() == 200);
        }
        assertThat(curl("--interface", "127.0.0.2").output()).endsWith("200");
        assertThat(bench.records("refused").getFirst()).contains("\"rule\":\"too-many-requests\"");
    }

    @Test
    @Tag("B4")
    void anUpstreamThatHasEnoughToDoGetsNoMore() throws IOException {
        bench.workload((request, wire) -> {
            if (request.requestLine().startsWith("GET /slow")) {
                wire.in().readAllBytes();
            }
            Workload.OK.answer(request, wire);
        });
        bench.upstreamExtra = "connections: {requests: 1}";
        bench.start();
        try (Wire slow = bench.connect()) {
            slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
            Bench.eventually(
                    "it is under way",
                    () -> !bench.workloads.getFirst().received().isEmpty());
            Wire.Answer refused = bench.ask(GET);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.field("retry-after")).isEqualTo("1");
        }
        Bench.eventually("it is free again", () -> bench.ask(GET).status() == 200);
        assertThat(bench.records("exchange")).anyMatch(line -> line.contains("\"outcome\":\"target-busy\""));
    }

    @Test
    @Tag("B6")
    void aHostThatPausesTooLongWithinItsAnswerIsGivenUp() throws IOException {
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            wire.in().readAllBytes();
        });
        bench.upstreamExtra = "timeouts: {idle: 300ms}";
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send(GET);
            org.assertj.core.api.Assertions.assertThatThrownBy(wire::read).isInstanceOf(IOException.class);
        }
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"upstream-stalled\"");
    }
}
