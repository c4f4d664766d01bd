package dev.phigate.balancer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.InProcessBalancer;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How a collector is reached, and what becomes of requests and spans when it does not listen. */
@Tag("B12")
@NullUnmarked // a null where none should be fails the test that meets it
final class CollectorTest extends TracedBench {
    @Test
    @Tag("B3")
    void theSecretOfTheHeaderIsSentAndAChangeOfItIsPickedUp() throws IOException {
        Path token = secret("Bearer one");
        start(collector.url(), "headers: {authorization: \"file:" + token + "\"}, traces: {oneIn: 1}");
        get("/files/a", "");
        onlySpan();
        assertThat(collector.authorizations).containsOnly("Bearer one");
        Files.writeString(token, "Bearer two\n");
        bench.balancer().reload();
        get("/files/a", "");
        Bench.eventually("the new one", () -> collector.authorizations.contains("Bearer two"));
    }

    private Path secret(String value) throws IOException {
        Path token = bench.folder.resolve("token");
        Files.createFile(token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(token, value + "\n");
    }

    @Test
    void aCollectorThatIsAwayHarmsNoRequestAndDropsAreCounted() throws IOException {
        start("https://127.0.0.1:" + Bench.freePort(), "timeout: 200ms, metrics: {interval: 1s}, traces: {oneIn: 1}");
        for (int i = 0; i < 5; i++) {
            assertThat(get("/files/a", "").status()).isEqualTo(200);
        }
        Bench.eventually("the spans are counted", () -> dropped("traces", "undelivered") == 5 * BOTH);
        Bench.eventually("the metrics are counted", () -> dropped("metrics", "undelivered") > 0);
    }

    @Test
    void aCollectorThatRefusesHarmsNoRequestAndIsUsedAgainOnceItDoesNot() throws IOException {
        start(collector.url(), "timeout: 200ms, traces: {oneIn: 1}");
        collector.behave(() -> 401);
        assertThat(get("/files/a", "").status()).isEqualTo(200);
        Bench.eventually("the span is counted", () -> dropped("traces", "undelivered") == BOTH);
        collector.behave(() -> 200);
        assertThat(get("/files/b", "").status()).isEqualTo(200);
        onlySpan();
        assertThat(scrape()).contains("phigate_otlp_delivered_total{signal=\"traces\"} 2.0");
    }

    @Test
    void aCollectorThatNeverAnswersFillsABoundedQueueAndNoMore() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        collector.behave(() -> {
            try {
                end.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 503;
        });
        start(collector.url(), "timeout: 10s, traces: {oneIn: 1, queue: 3}");
        try (Wire wire = bench.connect()) {
            get("/files/a", "");
            Bench.eventually("it is asked", () -> !collector.authorizations.isEmpty());
            for (int i = 0; i < 20; i++) {
                wire.send("GET /files/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(wire.read().status()).isEqualTo(200);
            }
        }
        // 21 exchanges: what the first delivery took, one span or both of the first, is gone; 3 wait.
        assertThat(dropped("traces", "queue-full")).isBetween(21.0 * BOTH - 2 - 3, 21.0 * BOTH - 1 - 3);
        end.countDown();
    }

    @Test
    void spansBeyondTheRateAreNotSampledAtAll() throws IOException {
        start(collector.url(), "traces: {oneIn: 1, perSecond: 1}");
        try (Wire wire = bench.connect()) {
            for (int i = 0; i < 10; i++) {
                wire.send("GET /files/a HTTP/1.1\r\nHost: localhost\r\n\r\n");
                assertThat(wire.read().status()).isEqualTo(200);
            }
        }
        long sampled = host.received().stream()
                .filter(request -> request.field("traceparent").endsWith("-01"))
                .count();
        assertThat(sampled).isBetween(1L, 9L);
        Bench.eventually("the sampled ones", () -> collector.exchanges().size() == sampled);
        long attempts = collector.attempts().size();
        assertThat(dropped("traces", "over-rate")).isEqualTo(10.0 - sampled + sampled - attempts);
    }

    @Test
    @Tag("B2")
    void aCollectorThatCannotProveItselfIsToldNothing() throws IOException {
        Pki stranger = new Pki(bench.folder.resolve("stranger"));
        try (Collector impostor = new Collector(stranger.context(stranger.issue("x")), false, "TLSv1.3");
                Collector old = new Collector(bench.pki.context(bench.pki.issue("old")), false, "TLSv1.2")) {
            start(impostor.url(), "timeout: 200ms, traces: {oneIn: 1}");
            assertThat(get("/files/a", "").status()).isEqualTo(200);
            Bench.eventually("it is counted", () -> dropped("traces", "undelivered") == BOTH);
            bench.rootExtra = bench.rootExtra.replace(impostor.url(), old.url());
            bench.write();
            bench.balancer().reload();
            assertThat(get("/files/a", "").status()).isEqualTo(200);
            Bench.eventually("it is counted", () -> dropped("traces", "undelivered") == 2 * BOTH);
            // The certificate is for 127.0.0.1, and for no other name.
            bench.rootExtra = bench.rootExtra.replace(old.url(), collector.url().replace("127.0.0.1", "localhost"));
            bench.write();
            bench.balancer().reload();
            assertThat(get("/files/a", "").status()).isEqualTo(200);
            Bench.eventually("it is counted", () -> dropped("traces", "undelivered") == 3 * BOTH);
            assertThat(impostor.authorizations).isEmpty();
            assertThat(old.authorizations).isEmpty();
            assertThat(collector.authorizations).isEmpty();
        }
    }

    @Test
    @Tag("B2")
    void aCollectorMayDemandOurCertificate() throws IOException {
        try (Collector strict = new Collector(bench.pki.context(bench.pki.issue("strict")), true, "TLSv1.3")) {
            host = bench.workload(Workload.OK);
            bench.listenerExtra = "trace: {}";
            bench.rootExtra += "telemetry: {otlp: {endpoint: \"" + strict.url() + "\", tls: {trust: "
                    + bench.pki.trustFile() + ", " + Bench.pem(bench.client) + "}, traces: {oneIn: 1}}}\n";
            bench.start();
            get("/", "");
            Bench.eventually("a span", () -> !strict.spans.isEmpty());
        }
    }

    @Test
    void aBalancerThatCannotStartTellsNobody() throws IOException {
        host = bench.workload(Workload.OK);
        bench.listenerExtra = "trace: {}";
        bench.rootExtra += telemetry(collector.url(), "metrics: {interval: 1h}, traces: {oneIn: 1}");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(bench.file(), bench.document().replaceFirst("port: 0", "port: " + taken.getLocalPort()));
            bench.read();
            assertThatThrownBy(() -> InProcessBalancer.start(bench.file())).isInstanceOf(IOException.class);
        }
        bench.start();
        get("/", "");
        onlySpan();
        assertThat(collector.metrics).isEmpty();
    }

    @Test
    void theLastSpansAreToldBeforeTheEnd() throws IOException {
        start(collector.url(), "metrics: {interval: 1h}, traces: {oneIn: 1}");
        get("/files/a", "");
        bench.balancer().stop();
        bench.stopped();
        assertThat(collector.exchanges()).hasSize(1);
        assertThat(collector.attempts()).hasSize(1);
        assertThat(collector.metrics).containsKey("phigate_requests");
    }
}
