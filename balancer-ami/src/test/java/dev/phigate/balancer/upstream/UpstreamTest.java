package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a client sees when a host behind us fails, and what the other hosts do about it. */
@Tag("B4")
final class UpstreamTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private static Workload.Behaviour named(String name) {
        return (request, wire) -> {
            wire.readBody(request);
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name);
        };
    }

    @Test
    void hostsTakeTurns() throws IOException {
        bench.workload(named("a"));
        bench.workload(named("b"));
        bench.start();
        StringBuilder turns = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            turns.append(bench.ask(GET).text());
        }
        assertThat(turns.toString()).isIn("ababab", "bababa");
    }

    @Test
    void aHostThatRefusesIsEjectedAndComesBack() throws IOException {
        int port = Bench.freePort();
        bench.workload(named("a"));
        bench.host("https://127.0.0.1:" + port);
        bench.upstreamExtra = "health: {failures: 2, ejectFor: 500ms}";
        bench.start();
        for (int i = 0; i < 8; i++) {
            assertThat(bench.ask(i % 2 == 0 ? GET : POST).text()).isEqualTo("a");
        }
        assertThat(bench.balancer().document().toString()).contains("healthy=false");
        try (Workload back = new Workload(bench.pki.context(bench.workload), true, named("b"), port)) {
            Bench.eventually(
                    "the host is used again", () -> bench.ask(GET).text().equals("b"));
            assertThat(back.port()).isEqualTo(port);
        }
    }

    @Test
    void whenNoHostCanBeReachedTheClientIsToldSo() throws IOException {
        bench.host("https://127.0.0.1:" + Bench.freePort());
        bench.start();
        for (int i = 0; i < 5; i++) {
            assertThat(bench.ask(GET).status()).isEqualTo(502);
        }
        assertThat(bench.records("exchange").getLast())
                .contains("\"outcome\":\"target-unreachable\"", "\"status\":502");
    }

    @Test
    @Tag("B2")
    void aHostWhoseCertificateDoesNotVerifyIsNotSpokenTo() throws IOException {
        Pki other = new Pki(bench.folder.resolve("other"));
        Instant now = Instant.now();
        bench.add(new Workload(other.context(other.issue("workload.local")), false, Workload.OK));
        bench.add(new Workload(bench.pki.context(bench.pki.issue("someone.else")), false, Workload.OK));
        bench.add(new Workload(
                bench.pki.context(
                        bench.pki.issue("workload.local", "EC", now.minus(Duration.ofDays(2)), now.minusSeconds(60))),
                false,
                Workload.OK));
        bench.start();
        for (int i = 0; i < 4; i++) {
            assertThat(bench.ask(GET).status()).isEqualTo(502);
        }
        assertThat(bench.records("exchange").getLast()).contains("\"outcome\":\"target-untrusted\"");
        for (Workload workload : bench.workloads) {
            assertThat(workload.received()).isEmpty();
        }
    }

    @Test
    @Tag("B2")
    void aHostThatPrefersAes128IsStillSpokenToWithAes256() throws IOException {
        var suites = new java.util.concurrent.CopyOnWriteArrayList<String>();
        Workload host = bench.workload((request, wire) -> {
            suites.add(wire.socket().getSession().getCipherSuite());
            Workload.OK.answer(request, wire);
        });
        host.prefer("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384");
        bench.start();
        assertThat(bench.ask(GET).status()).isEqualTo(200);
        assertThat(bench.ask(GET).status()).isEqualTo(200);
        assertThat(suites).containsOnly("TLS_AES_256_GCM_SHA384");
    }

    @Test
    void aRequestThatMayBeRepeatedIsAskedOfAnotherHost() throws IOException {
        AtomicInteger broken = new AtomicInteger();
        bench.workload((request, wire) -> {
            broken.incrementAndGet();
            wire.socket().close();
        });
        bench.workload(named("b"));
        bench.start();
        for (int i = 0; i < 3; i++) {
            assertThat(bench.ask(GET).text()).isEqualTo("b");
        }
        assertThat(broken.get()).isPositive();
    }

    @Test
    void aRequestThatMayNotBeRepeatedIsNot() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            bench.workload((request, wire) -> {
                asked.incrementAndGet();
                wire.socket().close();
            });
        }
        bench.start();
        assertThat(bench.ask(POST).status()).isEqualTo(502);
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void aConnectionTheHostClosedMeanwhileIsNoticedOrTheRequestRepeated() throws IOException {
        bench.workload((request, wire) -> {
            Workload.OK.answer(request, wire);
            wire.socket().close();
        });
        bench.start();
        try (Wire wire = bench.connect()) {
            for (int i = 0; i < 50; i++) {
                assertThat(wire.send(GET).read().status()).isEqualTo(200);
            }
        }
    }

    @Test
    @Tag("B6")
    void aHostThatDoesNotAnswerInTimeIsGivenUp() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        bench.workload((request, wire) -> await(never));
        bench.upstreamExtra = "timeouts: {firstByte: 300ms}";
        bench.start();
        assertThat(bench.ask(GET).status()).isEqualTo(504);
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"upstream-too-slow\"");
        never.countDown();
    }

    @Test
    @Tag("B6")
    void anAnswerThatStopsHalfwayIsCutNotCompleted() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        bench.workload((request, wire) -> {
            if (!request.requestLine().startsWith("GET /half ")) {
                Workload.OK.answer(request, wire);
                return;
            }
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            await(never);
        });
        bench.upstreamExtra = "timeouts: {total: 3s}";
        bench.start();
        try (Wire wire = bench.connect()) {
            assertThat(wire.send(GET).read().status())
                    .as("there is a connection from then on")
                    .isEqualTo(200);
            wire.send("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
            org.assertj.core.api.Assertions.assertThatThrownBy(wire::read).isInstanceOf(IOException.class);
        }
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"total-time\"", "\"status\":200");
        never.countDown();
    }

    @Test
    void anAnswerWhoseConnectionBreaksIsCutAlsoInChunksAndUntilClose() throws IOException {
        for (String head :
                new String[] {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"}) {
            Bench own = new Bench();
            try (own) {
                own.workload((request, wire) -> {
                    wire.send("HTTP/1.1 200 OK\r\n" + head);
                    wire.socket().close();
                });
                own.start();
                try (Wire wire = own.connect()) {
                    wire.send(GET);
                    org.assertj.core.api.Assertions.assertThatThrownBy(wire::read)
                            .isInstanceOf(IOException.class);
                }
                assertThat(own.records("exchange").getLast()).contains("\"rule\":\"upstream-closed\"");
            }
        }
    }

    @Test
    void aClientThatLeavesEndsTheRequestAtTheHost() throws IOException {
        CountDownLatch seen = new CountDownLatch(1);
        bench.workload((request, wire) -> {
            try {
                wire.readBody(request);
            } finally {
                seen.countDown();
            }
        });
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc");
            Bench.eventually(
                    "the request is at the host",
                    () -> !bench.workloads.getFirst().received().isEmpty());
        }
        await(seen);
        Bench.eventually(
                "it is recorded",
                () -> bench.records("exchange").stream().anyMatch(line -> line.contains("client-gone")));
    }

    @Test
    @Tag("B6")
    void aClientThatStopsSendingIsToldSo() throws IOException {
        bench.workload(Workload.OK);
        bench.listenerExtra = "timeouts: {body: 300ms, header: 300ms, idle: 300ms}";
        bench.start();
        try (Wire wire = bench.connect()) {
            assertThat(wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
                            .read()
                            .status())
                    .isEqualTo(408);
        }
        try (Wire wire = bench.connect()) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHos").read().status()).isEqualTo(408);
        }
        try (Wire wire = bench.connect()) {
            assertThat(wire.send(GET).read().status()).isEqualTo(200);
            assertThat(wire.ended()).as("closed when idle").isTrue();
        }
    }

    /** Its trailers would say so over HTTP/2; over HTTP/1.1 they would make it look whole. */
    @Test
    void anAnswerThatIsBrokenOffIsNotMadeWholeForWhoSpeaksOfGrpcOverHttp11() throws IOException {
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            wire.socket().close();
        });
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\n\r\n");
            assertThatThrownBy(wire::read).isInstanceOf(IOException.class);
        }
        assertThat(bench.records("exchange").getLast()).contains("\"outcome\":\"target-broke-off\"");
    }

    @Test
    void whenAllConnectionsAreInUseOthersWaitAndThenAreToldSo() throws IOException {
        CountDownLatch go = new CountDownLatch(1);
        bench.workload((request, wire) -> {
            if (request.requestLine().contains("slow")) {
                await(go);
            }
            Workload.OK.answer(request, wire);
        });
        int loops = Runtime.getRuntime().availableProcessors();
        bench.upstreamExtra = "connections: {perHost: " + loops + "}, timeouts: {connect: 2s}";
        bench.start();
        Wire[] slow = new Wire[loops];
        for (int i = 0; i < loops; i++) {
            slow[i] = bench.connect();
            slow[i].send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        Bench.eventually(
                "all are in use", () -> bench.workloads.getFirst().received().size() == loops);
        assertThat(bench.ask(GET).status()).isEqualTo(503);
        go.countDown();
        for (Wire wire : slow) {
            assertThat(wire.read().status()).isEqualTo(200);
            wire.close();
        }
        assertThat(bench.ask(GET).status()).isEqualTo(200);
    }

    @Test
    void connectionsAreReplacedWhenTheyAreTooOldAndNoRequestIsLost() throws IOException {
        Set<Object> connections = ConcurrentHashMap.newKeySet();
        bench.workload((request, wire) -> {
            connections.add(wire.socket());
            Workload.OK.answer(request, wire);
        });
        bench.upstreamExtra = "connections: {age: 200ms}";
        bench.start();
        Instant end = Instant.now().plus(Bench.PATIENCE);
        try (Wire wire = bench.connect()) {
            while (connections.size() < 5 && Instant.now().isBefore(end)) {
                // It may not be repeated, so that nothing hides a loss.
                assertThat(wire.send(POST).read().status()).isEqualTo(200);
            }
        }
        assertThat(connections).hasSize(5);
        assertThat(bench.records("exchange"))
                .allSatisfy(record -> assertThat(record).contains("\"attempts\":1"));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
