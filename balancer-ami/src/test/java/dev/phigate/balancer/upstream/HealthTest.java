package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hosts that are asked whether they are well, and how requests are spread and repeated accordingly. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class HealthTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String CHECK = "check: {path: /well, interval: 100ms, timeout: 1s, unhealthy: 2, healthy: 2}";
    private static final int MOST_TRIES = 10;
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private static Workload.Behaviour named(String name, AtomicReference<String> health) {
        return (request, wire) -> {
            wire.readBody(request);
            if (request.requestLine().startsWith("GET /well ")) {
                wire.send("HTTP/1.1 " + health.get() + "\r\nContent-Length: 0\r\n\r\n");
            } else {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name);
            }
        };
    }

    private String answers(int requests) throws IOException {
        StringBuilder answers = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            answers.append(bench.ask(GET).text());
        }
        return answers.toString();
    }

    private boolean well(int host) {
        return bench.wellHosts().contains(bench.workloads.get(host).url().substring("https://".length()));
    }

    @Test
    void aHostThatSaysItIsUnwellGetsNoRequestsUntilItIsWellAgain() throws IOException {
        AtomicReference<String> health = new AtomicReference<>("200 OK");
        bench.workload(named("a", new AtomicReference<>("204 No Content")));
        bench.workload(named("b", health));
        bench.upstreamExtra = "health: {" + CHECK + "}";
        bench.start();
        assertThat(answers(4)).contains("a", "b");
        health.set("503 Service Unavailable");
        Bench.eventually("the second host is unwell", () -> !well(1));
        assertThat(answers(6)).isEqualTo("aaaaaa");
        health.set("200 OK");
        Bench.eventually("the second host is well again", () -> well(1));
        assertThat(answers(4)).contains("a", "b");
        Workload.Received check = bench.workloads.getFirst().received().stream()
                .filter(request -> request.requestLine().equals("GET /well HTTP/1.1"))
                .findFirst()
                .orElseThrow();
        assertThat(check.fields("host"))
                .as("by the name that hosts prove, not by an address that they may not serve")
                .containsExactly("workload.local:" + bench.workloads.getFirst().port());
        assertThat(check.fields("user-agent")).containsExactly("phigate-health-check");
    }

    /** Asks until a host is unwell, whatever the answers are. */
    private void untilUnwell(int host) {
        Bench.eventually("it is ejected", () -> {
            try (Wire wire = bench.connect()) {
                wire.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                wire.in().readAllBytes();
            } catch (IOException e) {
                return !well(host);
            }
            return !well(host);
        });
    }

    @Test
    void aHostThatBreaksOffItsAnswersIsEjected() throws IOException {
        bench.workload(named("a", new AtomicReference<>("200 OK")));
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok");
            wire.socket().close();
        });
        bench.upstreamExtra = "health: {failures: 3, ejectFor: 60s}";
        bench.start();
        untilUnwell(1);
        assertThat(bench.workloads.get(1).received()).hasSize(3);
        assertThat(answers(4)).isEqualTo("aaaa");
    }

    @Test
    void aHostThatStallsWithinItsAnswersIsEjected() throws IOException {
        bench.workload(named("a", new AtomicReference<>("200 OK")));
        bench.workload((request, wire) -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok"));
        bench.upstreamExtra = "health: {failures: 2, ejectFor: 60s}, timeouts: {idle: 200ms}";
        bench.start();
        untilUnwell(1);
        assertThat(answers(4)).isEqualTo("aaaa");
    }

    /** Whether it is endless, or its client reads slowly, cannot be known. */
    @Test
    void aHostIsNotToBlameForAnAnswerThatIsNotWholeInTheTotalTime() throws IOException {
        bench.workload((request, wire) -> {
            if (!request.requestLine().startsWith("GET /endless ")) {
                Workload.OK.answer(request, wire);
                return;
            }
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
            while (!wire.socket().isClosed()) {
                wire.send("more");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        });
        bench.upstreamExtra = "timeouts: {total: 3s}, health: {failures: 1, ejectFor: 1h},"
                + " breaker: {percent: 1, atLeast: 1, within: 1h, openFor: 1h}";
        bench.start();
        try (Wire wire = bench.connect()) {
            assertThat(wire.send(GET).read().status())
                    .as("there is a connection from then on")
                    .isEqualTo(200);
            wire.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(wire.read(true).status()).isEqualTo(200);
            wire.in().readAllBytes();
        } catch (IOException e) {
            // Broken off, as is recorded.
        }
        Bench.eventually("it is recorded", () -> bench.records("exchange").size() == 2);
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"total-time\"");
        assertThat(bench.wellHosts()).hasSize(1);
        assertThat(bench.balancer().document().toString()).contains("breaker=closed");
    }

    /** Nearly all of the time was over when the host had the request; it answers sooner than that took. */
    @Test
    void norForOneThatItsClientLeftItNoTimeFor() throws IOException, InterruptedException {
        boolean cameAbout = false;
        for (int i = 0; i < MOST_TRIES && !cameAbout; i++) {
            cameAbout = isLeftNoTime();
        }
        assertThat(cameAbout).as("the client was in time and the host was not").isTrue();
    }

    /** Whether it came about; a machine that does something else meanwhile may let the client be late or the host be in time. */
    private static boolean isLeftNoTime() throws IOException, InterruptedException {
        try (Bench own = new Bench()) {
            own.workload((request, wire) -> {
                if (wire.readBody(request) > 0) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(900));
                }
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            });
            own.upstreamExtra = "timeouts: {total: 2s}, health: {failures: 1, ejectFor: 1h},"
                    + " breaker: {percent: 1, atLeast: 1, within: 1h, openFor: 1h}";
            own.start();
            int status;
            Duration hosts;
            try (Wire wire = own.connect()) {
                // The time for a connection to the host is not the client's.
                if (wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").read().status() != 200) {
                    return false;
                }
                wire.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\na");
                TimeUnit.MILLISECONDS.sleep(1700);
                long sent = System.nanoTime();
                status = wire.send("b").read().status();
                hosts = Duration.ofNanos(System.nanoTime() - sent);
            } catch (IOException e) {
                return false; // It was told to be late before it could send the rest.
            }
            if (status == 504 && hosts.toMillis() >= 1000) {
                return false; // The host may have had the greater part of the time.
            }
            assertThat(own.wellHosts()).hasSize(1);
            assertThat(own.balancer().document().toString()).contains("breaker=closed");
            if (status == 408 || status == 200) {
                return false;
            }
            assertThat(status).isEqualTo(504);
            assertThat(own.records("exchange").getLast()).contains("\"rule\":\"client-deadline\"");
            return true;
        }
    }

    /** Its client was always ready: that it takes little, and late, is the host's own. */
    @Test
    void butForOneThatTakesARequestTooSlowly() throws IOException {
        bench.workload((request, wire) -> {
            wire.in().readNBytes(1 << 16);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3300));
            wire.in().readNBytes(1 << 24);
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(8));
        });
        bench.upstreamExtra = "timeouts: {total: 6s}, health: {failures: 1, ejectFor: 1h}";
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send("POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 33554432\r\n\r\n");
            Thread.ofVirtual().start(() -> {
                try {
                    wire.send(new byte[1 << 25]);
                } catch (IOException e) {
                    // It is answered before it has been sent.
                }
            });
            assertThat(wire.read().status()).isEqualTo(504);
        }
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"upstream-too-slow\"");
        assertThat(bench.wellHosts()).isEmpty();
    }

    /** Each of them has ended when it is known that there is no connection. */
    @Test
    void aHostThatCannotBeReachedIsEjectedThoughNobodyWaitsForIt() throws IOException {
        bench.workload(named("a", new AtomicReference<>("200 OK")));
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + silent.getLocalPort();
            bench.host("https://" + address);
            bench.upstreamExtra =
                    "health: {failures: 3, ejectFor: 60s}, timeouts: {connect: 500ms, total: 100ms}, retries: {most: 0}";
            bench.start();
            Bench.eventually("it is ejected", () -> {
                bench.ask(GET);
                return !bench.wellHosts().contains(address);
            });
            // What is known of it outlives that; the other one has all the time it needs.
            bench.upstreamExtra = "health: {failures: 3, ejectFor: 60s}, retries: {most: 0}";
            bench.write();
            bench.balancer().reload();
            assertThat(answers(4)).isEqualTo("aaaa");
        }
    }

    @Test
    @Tag("B13")
    void whatIsKnownOfAHostOutlivesAReload() throws IOException {
        bench.workload(named("a", new AtomicReference<>("200 OK")));
        bench.workload((request, wire) -> wire.socket().close());
        bench.upstreamExtra = "health: {failures: 1, ejectFor: 60s}";
        bench.start();
        assertThat(answers(4)).isEqualTo("aaaa");
        int asked = bench.workloads.get(1).received().size();
        assertThat(asked).isPositive();
        bench.balancer().reload();
        assertThat(well(1)).isFalse();
        assertThat(answers(4)).isEqualTo("aaaa");
        assertThat(bench.workloads.get(1).received()).hasSize(asked);
    }

    @Test
    @Tag("B2")
    void aHostWhoseCertificateDoesNotVerifyIsFoundUnwellWithoutARequest() throws IOException {
        bench.workload(named("a", new AtomicReference<>("200 OK")));
        bench.add(new Workload(
                bench.pki.context(bench.pki.issue("someone.else")),
                false,
                named("b", new AtomicReference<>("200 OK"))));
        bench.upstreamExtra = "health: {" + CHECK + "}";
        bench.start();
        Bench.eventually("the second host is unwell", () -> !well(1));
        assertThat(well(0)).isTrue();
        assertThat(bench.workloads.get(1).received()).isEmpty();
    }

    @Test
    void aHostThatDoesNotAnswerItsCheckInTimeIsUnwell() throws IOException {
        bench.workload((request, wire) -> {
            if (!request.requestLine().startsWith("GET /well ")) {
                Workload.OK.answer(request, wire);
            } else {
                wire.in().readAllBytes();
            }
        });
        bench.upstreamExtra = "health: {check: {path: /well, interval: 100ms, timeout: 200ms, unhealthy: 1}}";
        bench.start();
        Bench.eventually("the host is unwell", () -> !well(0));
        assertThat(bench.ask(GET).status())
                .as("the only host is better than none")
                .isEqualTo(200);
    }

    @Test
    @Tag("B13")
    void checksGoOnUnderAReloadedConfiguration() throws IOException {
        AtomicReference<String> health = new AtomicReference<>("200 OK");
        bench.workload(named("a", health));
        bench.upstreamExtra = "health: {" + CHECK + "}";
        bench.start();
        bench.balancer().reload();
        health.set("500 No");
        Bench.eventually("the host is unwell", () -> !well(0));
    }

    @Test
    void requestsFollowTheWeights() throws IOException {
        bench.workload(named("a", new AtomicReference<>("")));
        bench.workload(named("b", new AtomicReference<>("")));
        bench.upstreamExtra = "weights: {\"" + bench.workloads.getFirst().url() + "\": 3}";
        bench.start();
        assertThat(answers(8).chars().filter(c -> c == 'a').count()).isEqualTo(6);
    }

    @Test
    void aWeightForAHostThatIsNoneIsAConfigurationError() throws IOException {
        bench.workload(Workload.OK);
        bench.upstreamExtra = "weights: {\"https://127.0.0.9:1\": 3}";
        assertThatThrownBy(bench::start)
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("weights.\"https://127.0.0.9:1\": unknown key");
    }

    @Test
    void withoutRetriesARequestIsNotRepeated() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        for (int i = 0; i < 2; i++) {
            bench.workload((request, wire) -> {
                asked.incrementAndGet();
                wire.socket().close();
            });
        }
        bench.upstreamExtra = "retries: {most: 0}";
        bench.start();
        assertThat(bench.ask(GET).status()).isEqualTo(502);
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void whenEverythingFailsTheBudgetKeepsRepetitionsFew() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            bench.workload((request, wire) -> {
                asked.incrementAndGet();
                wire.socket().close();
            });
        }
        bench.upstreamExtra = "retries: {most: 2, percent: 10}, health: {failures: 1000}";
        bench.start();
        for (int i = 0; i < 50; i++) {
            assertThat(bench.ask(GET).status()).isEqualTo(502);
        }
        assertThat(asked.get()).isBetween(50 + 10, 50 + 10 + 5);
    }

    @Test
    @Tag("B13")
    void requestsBeyondThoseThatMayWaitAreRefusedAtOnce() throws IOException {
        int loops = Runtime.getRuntime().availableProcessors();
        bench.workload((request, wire) -> wire.in().readAllBytes());
        bench.upstreamExtra = "connections: {perHost: " + loops + ", waiting: 0}, timeouts: {connect: 20s}";
        bench.start();
        Wire[] busy = new Wire[loops];
        for (int i = 0; i < loops; i++) {
            busy[i] = bench.connect();
            busy[i].send(GET);
        }
        Bench.eventually(
                "all are in use", () -> bench.workloads.getFirst().received().size() == loops);
        assertThat(bench.ask(GET).status()).isEqualTo(503);
        for (Wire wire : busy) {
            wire.close();
        }
    }
}
