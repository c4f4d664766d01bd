package dev.phigate.balancer.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Prometheus is told. */
@Tag("B12")
@NullUnmarked // a null where none should be fails the test that meets it
final class MetricsTest {
    private Bench bench;

    @BeforeEach
    void start() throws IOException {
        bench = new Bench();
        bench.workload(Workload.OK);
        bench.routes = "  - {name: files, listener: https, pathPrefix: /files, upstream: ehr}\n";
        bench.start();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private String scrape(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(options));
        all.add("-i");
        Program done = bench.admin(bench.port("admin"), "/metrics", all.toArray(String[]::new));
        assertThat(done.code()).as(done.output()).isZero();
        return done.output();
    }

    @Test
    void requestsErrorsAndDurationsAreCountedByRouteAndUpstream() throws IOException {
        for (int i = 0; i < 3; i++) {
            assertThat(bench.get("/files").status()).isEqualTo(200);
        }
        assertThat(bench.get("/elsewhere").status()).isEqualTo(404);
        bench.workloads.getFirst().behave((request, wire) -> wire.socket().close());
        assertThat(bench.ask("POST /files HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
                        .status())
                .isEqualTo(502);
        String labels = "listener=\"https\",route=\"files\"";
        assertThat(scrape().lines())
                .contains(
                        "phigate_requests_total{" + labels + ",status=\"2xx\",upstream=\"ehr\"} 3.0",
                        "phigate_requests_total{" + labels + ",status=\"5xx\",upstream=\"ehr\"} 1.0",
                        "phigate_request_duration_seconds_count{" + labels + ",upstream=\"ehr\"} 4",
                        "phigate_response_body_bytes_total{" + labels + ",upstream=\"ehr\"} 6.0",
                        "phigate_upstream_failures_total{outcome=\"upstream-closed\",upstream=\"ehr\"} 1.0",
                        "phigate_refused_requests_total{listener=\"https\",reason=\"no-route\"} 1.0",
                        "phigate_configurations_total{outcome=\"done\"} 1.0",
                        // From the start: an alert sees no increase where a series begins with 1.
                        "phigate_configurations_total{outcome=\"refused\"} 0.0",
                        "phigate_admin_requests_total{status=\"403\",what=\"refused\"} 0.0",
                        "phigate_refused_requests_total{listener=\"https\",reason=\"our-fault\"} 0.0",
                        "phigate_audit_writable 1.0")
                .anyMatch(line -> line.startsWith("phigate_upstream_host_well{host=\"127.0.0.1:"))
                .anyMatch(line -> line.startsWith("phigate_certificate_expiry_timestamp_seconds{certificate=\"ec"
                        + " localhost\",kind=\"listener\",listener=\"https\",upstream=\"\"} "));
    }

    @Test
    void twoCertificatesOfOneNameDoNotTakeThePageAway() throws IOException {
        bench.close();
        bench = new Bench();
        bench.workload(Workload.OK);
        String others = Bench.pem(bench.pki.issue("EC", List.of("example.org", "a.example.org")));
        String more = Bench.pem(bench.pki.issue("EC", List.of("example.org", "b.example.org")));
        bench.tlsExtra =
                "certificates: [{" + others + ", names: [a.example.org]}, {" + more + ", names: [b.example.org]}]";
        bench.start();
        assertThat(scrape().lines())
                .filteredOn(line ->
                        line.startsWith("phigate_certificate_expiry_timestamp_seconds{certificate=\"ec example.org\""))
                .hasSize(1);
    }

    @Test
    void everyCertificateAndAuthorityIsShownWithItsBeginningAndEnd() throws IOException {
        bench.close();
        bench = new Bench();
        bench.workload(Workload.OK);
        bench.tlsExtra = "clientTrust: " + bench.pki.trustFile() + ", clientCertificate: request";
        Pki.Issued forCollector = bench.pki.issue("for.collector");
        bench.rootExtra +=
                "telemetry: {otlp: {endpoint: \"https://127.0.0.1:1\", metrics: {interval: 1h}, tls: {trust: "
                        + bench.pki.trustFile() + ", " + Bench.pem(forCollector) + "}}}\n";
        bench.start();
        String metrics = scrape();
        assertThat(seconds(metrics, "expiry", "ec localhost", "listener", "https", ""))
                .isEqualTo(bench.server.certificate().getNotAfter().toInstant().getEpochSecond());
        assertThat(seconds(metrics, "start", "ec localhost", "listener", "https", ""))
                .isEqualTo(bench.server.certificate().getNotBefore().toInstant().getEpochSecond());
        assertThat(seconds(metrics, "expiry", "ec localhost", "listener", "admin", ""))
                .isEqualTo(bench.server.certificate().getNotAfter().toInstant().getEpochSecond());
        assertThat(seconds(metrics, "expiry", "ec balancer", "upstream", "", "ehr"))
                .isEqualTo(bench.client.certificate().getNotAfter().toInstant().getEpochSecond());
        assertThat(seconds(metrics, "expiry", "ec for.collector", "collector", "", ""))
                .isEqualTo(forCollector.certificate().getNotAfter().toInstant().getEpochSecond());
        long life = Duration.ofDays(4).toSeconds();
        for (String[] place : new String[][] {
            {"listener-authority", "https", ""},
            {"listener-authority", "admin", ""},
            {"upstream-authority", "", "ehr"},
            {"collector-authority", "", ""}
        }) {
            long end = seconds(metrics, "expiry", "CN=Test CA", place[0], place[1], place[2]);
            assertThat(end - seconds(metrics, "start", "CN=Test CA", place[0], place[1], place[2]))
                    .isEqualTo(life);
        }
    }

    /** When a certificate begins or ends, as it is told; with any other labels it is not found. */
    private static long seconds(
            String metrics, String which, String certificate, String kind, String listener, String upstream) {
        String series = "phigate_certificate_" + which + "_timestamp_seconds{certificate=\"" + certificate
                + "\",kind=\"" + kind + "\",listener=\"" + listener + "\",upstream=\"" + upstream + "\"} ";
        return metrics.lines()
                .filter(line -> line.startsWith(series))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(series.length())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not told: " + series));
    }

    @Test
    @Tag("B8")
    void aConfigurationThatWasRefusedIsShownUntilOneIsTaken() throws IOException {
        assertThat(scrape().lines()).contains("phigate_configuration_refused 0.0");
        String good = Files.readString(bench.file());
        Files.writeString(bench.file(), good + "nonsense: 1\n");
        bench.balancer().reload();
        assertThat(scrape().lines()).contains("phigate_configuration_refused 1.0");
        Files.writeString(bench.file(), good);
        bench.balancer().reload();
        assertThat(scrape().lines())
                .contains("phigate_configuration_refused 0.0", "phigate_configurations_total{outcome=\"refused\"} 1.0");
    }

    @Test
    @Tag("B4")
    void anUpstreamWithoutHostsIsShownAndWhyNoneAreFound() throws IOException {
        bench.close();
        bench = new Bench();
        bench.workload(Workload.OK);
        Path hosts = bench.folder.resolve("hosts");
        bench.moreUpstreams = "  - {name: lab, discovery: {file: " + hosts + "}, tls: {trust: " + bench.pki.trustFile()
                + ", serverName: workload.local}}\n";
        bench.start();
        assertThat(scrape().lines())
                .contains(
                        "phigate_upstream_hosts{upstream=\"ehr\"} 1.0",
                        "phigate_upstream_hosts{upstream=\"lab\"} 0.0",
                        "phigate_upstream_discovery_trouble{upstream=\"lab\"} 1.0")
                .noneMatch(line -> line.startsWith("phigate_upstream_discovery_trouble{upstream=\"ehr\"}"));
        assertThat(bench.balancer().document().get("upstreams").toString())
                .contains("discoveryTrouble=" + hosts + " does not exist");
        Files.writeString(hosts, "https://127.0.0.1:1\n");
        Bench.eventually(
                "it is found",
                () -> lines().containsAll(List.of(
                        "phigate_upstream_hosts{upstream=\"lab\"} 1.0",
                        "phigate_upstream_discovery_trouble{upstream=\"lab\"} 0.0")));
        assertThat(bench.balancer().document().get("upstreams").toString())
                .contains("discoveryTrouble=,")
                .doesNotContain("does not exist");
    }

    private List<String> lines() throws IOException {
        return scrape().lines().toList();
    }

    @Test
    @SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
    void aWebSocketIsNoSlowRequestAndTheTimeToTheFirstByteIsToldOfAll() throws IOException {
        bench.close();
        bench = new Bench();
        bench.workload((request, wire) -> {
            if (request.field("upgrade") != null) {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                wire.socket().close();
            } else if (request.requestLine().contains("/never")) {
                wire.socket().close();
            } else {
                Workload.OK.answer(request, wire);
            }
        });
        bench.routes = "  - {name: all, listener: https, upstream: ehr, webSocket: {}}\n";
        bench.start();
        assertThat(bench.get("/").status()).isEqualTo(200);
        assertThat(bench.ask("POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
                        .status())
                .isEqualTo(502);
        String handshake = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        try (Wire wire = bench.connect()) {
            assertThat(wire.send(handshake).read(true).status()).isEqualTo(101);
        }
        Bench.eventually(
                "the WebSocket is over",
                () -> lines().contains(
                                "phigate_requests_total{listener=\"https\",route=\"all\",status=\"1xx\",upstream=\"ehr\"}"
                                        + " 1.0"));
        String labels = "{listener=\"https\",route=\"all\",upstream=\"ehr\"} ";
        assertThat(lines())
                .as("two requests and a WebSocket, of which one request was never answered")
                .contains(
                        "phigate_request_duration_seconds_count" + labels + "2",
                        "phigate_request_first_byte_seconds_count" + labels + "2");
    }

    @Test
    @Tag("B4")
    void aBreakerThatIsOpenIsShown() throws IOException {
        bench.close();
        bench = new Bench();
        bench.workload((request, wire) -> wire.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"));
        bench.upstreamExtra = "breaker: {percent: 50, atLeast: 2, within: 1h, openFor: 1h}";
        bench.start();
        assertThat(scrape().lines()).contains("phigate_upstream_breaker_open{upstream=\"ehr\"} 0.0");
        assertThat(bench.get("/").status()).isEqualTo(503);
        assertThat(bench.get("/").status()).isEqualTo(503);
        assertThat(scrape().lines()).contains("phigate_upstream_breaker_open{upstream=\"ehr\"} 1.0");
    }

    @Test
    @Tag("B4")
    void itIsToldHowFullPoolsAre() throws IOException {
        assertThat(bench.get("/files").status()).isEqualTo(200);
        String host = "host=\"127.0.0.1:" + bench.workloads.getFirst().url().replaceAll(".*:", "") + "\"";
        String labels = host + ",upstream=\"ehr\"";
        int loops = Runtime.getRuntime().availableProcessors();
        assertThat(scrape().lines())
                .contains(
                        "phigate_upstream_connections{" + host + ",state=\"idle\",upstream=\"ehr\"} 1.0",
                        "phigate_upstream_connections{" + host + ",state=\"busy\",upstream=\"ehr\"} 0.0",
                        "phigate_upstream_connections{" + host + ",state=\"draining\",upstream=\"ehr\"} 0.0",
                        "phigate_upstream_connections{" + host + ",state=\"connecting\",upstream=\"ehr\"} 0.0",
                        "phigate_upstream_connections_limit{" + labels + "} " + (double) (256 / loops * loops),
                        "phigate_upstream_queued_requests{" + labels + "} 0.0");
        bench.workloads.getFirst().close();
        bench.workload(Workload.OK);
        bench.write();
        Files.writeString(
                bench.file(),
                Files.readString(bench.file())
                        .replace(bench.workloads.getFirst().url() + "\", \"", ""));
        bench.balancer().reload();
        assertThat(scrape()).contains("phigate_upstream_queued_requests{").doesNotContain(host);
    }

    @Test
    void itIsToldHowBusyAndHowLateLoopsAre() throws IOException {
        bench.get("/files");
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            String loop = "{loop=\"" + i + "\"} ";
            assertThat(scrape())
                    .containsPattern("phigate_loop_busy_seconds_total\\" + loop.replace("}", "\\}") + "[0-9.E-]+\n");
            Bench.eventually(
                    "it was asked",
                    () -> scrape().lines()
                            .filter(line -> line.startsWith("phigate_loop_delay_seconds_count" + loop))
                            .anyMatch(line -> !line.endsWith(" 0")));
        }
    }

    @Test
    @Tag("B1")
    void handshakesAreCountedByTheirOutcome() throws IOException {
        bench.get("/files");
        Program.run(List.of("curl", "-sS", "--tls-max", "1.1", "-k", "https://localhost:" + bench.port() + "/"));
        Bench.eventually(
                "the failure is recorded",
                () -> !bench.records("handshake-failed").isEmpty());
        String metrics = scrape();
        assertThat(metrics)
                .contains(
                        "phigate_handshakes_total{listener=\"https\",resumed=\"false\",suite=\"TLS_AES_256_GCM_SHA384\",version=\"TLSv1.3\"}"
                                + " 1.0")
                .containsPattern("phigate_failed_handshakes_total\\{listener=\"https\",reason=\"[a-z-]+\"\\} 1\\.0");
    }

    @Test
    @Tag("B8")
    void theFormIsTheOneAskedForAndTheCallIsAudited() throws IOException {
        assertThat(scrape()).containsIgnoringCase("content-type: text/plain; version=0.0.4");
        assertThat(scrape("-H", "Accept: application/openmetrics-text; version=1.0.0"))
                .containsIgnoringCase("content-type: application/openmetrics-text; version=1.0.0")
                .endsWith("# EOF\n");
        assertThat(bench.records("administrative-change")).anyMatch(line -> line.contains("\"subject\":\"metrics\""));
    }

    @Test
    @Tag("A4")
    void nothingOfARequestItselfIsInALabel() throws IOException {
        bench.get("/files/patient-4711?name=smith");
        bench.ask("GET /secret-path HTTP/1.1\r\nHost: patient.example\r\nX-Secret: 1\r\n\r\n");
        assertThat(scrape()).doesNotContain("4711", "smith", "secret", "patient");
    }
}
