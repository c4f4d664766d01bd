package dev.phigate.balancer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.OpenSsl;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The alert rules and the dashboard are about metrics that there are. */
@Tag("B12")
final class MonitoringTest {
    private static final Path ALERTS = Path.of("monitoring/alerts.yaml");
    private static final Path TESTS = Path.of("monitoring/alerts.test.yaml");
    private static final Path DASHBOARD = Path.of("monitoring/dashboard.json");
    private static final Pattern METRIC = Pattern.compile("\\bphigate_[a-z_]+");

    private static Set<String> metricsOf(String text) {
        Set<String> names = new TreeSet<>();
        METRIC.matcher(text).results().forEach(found -> names.add(found.group()));
        // Served where a log is shipped, or a collector is told: SpoolTest and TelemetryTest ask for those.
        names.removeIf(name -> name.startsWith("phigate_audit_spool")
                || name.startsWith("phigate_audit_shipped")
                || name.startsWith("phigate_otlp_"));
        return names;
    }

    @Test
    void everyMetricOfTheRulesAndTheDashboardIsServed() throws IOException {
        try (Bench bench = new Bench()) {
            Path revoked = bench.folder.resolve("revoked.pem");
            Path staple = bench.folder.resolve("staple.der");
            bench.pki.revoke(revoked, Instant.now().plus(Duration.ofDays(1)));
            bench.server = bench.pki.issueAnsweredFor("localhost", "http://127.0.0.1:1/");
            bench.tlsExtra = "staple: \"file:" + staple + "\", clientCertificate: request, clientTrust: "
                    + bench.pki.trustFile() + ", clientRevocations: " + revoked;
            bench.listenerExtra = "limits: {connections: 2, adaptive: {target: 1m}}";
            bench.upstreamExtra = "breaker: {percent: 100}, adaptive: {target: 1m}";
            bench.moreUpstreams = "  - {name: lab, discovery: {file: " + bench.folder.resolve("hosts")
                    + "}, tls: {trust: " + bench.pki.trustFile() + ", serverName: workload.local}}\n";
            bench.routes = "  - {name: files, listener: https, pathPrefix: /files, upstream: ehr}\n";
            bench.workload((request, wire) -> {
                if (request.requestLine().contains("/break")) {
                    wire.socket().close();
                } else {
                    Workload.OK.answer(request, wire);
                }
            });
            bench.start();
            String post = " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab";
            assertThat(bench.ask("POST /files" + post).status()).isEqualTo(200);
            assertThat(bench.ask("POST /files/break" + post).status()).isEqualTo(502);
            assertThat(bench.get("/elsewhere").status()).isEqualTo(404);
            OpenSsl.connect(bench, "-tls1_1 -cipher ALL:@SECLEVEL=0");
            try (Wire one = bench.connect();
                    Wire two = bench.connect();
                    Socket three = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
                assertThat(three.getInputStream().read()).isEqualTo(-1);
                assertThat(List.of(one, two)).hasSize(2);
            }
            scrape(bench);
            Set<String> served = metricsOf(scrape(bench));
            assertThat(served)
                    .containsAll(metricsOf(Files.readString(ALERTS)))
                    .containsAll(metricsOf(Files.readString(DASHBOARD)));
        }
    }

    private static String scrape(Bench bench) throws IOException {
        Program done = bench.admin(bench.port("admin"), "/metrics");
        assertThat(done.code()).as(done.output()).isZero();
        return done.output();
    }

    @Test
    void theRulesDoWhatTheirTestsSay() throws IOException {
        String folders = String.valueOf(System.getenv("PATH"));
        boolean there = Arrays.stream(folders.split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "promtool")));
        assumeTrue(there, "promtool is not on PATH (Debian's package prometheus has it)");
        for (List<String> words : List.of(
                List.of("promtool", "check", "rules", ALERTS.toString()),
                List.of("promtool", "test", "rules", TESTS.toString()))) {
            Program done = Program.run(words);
            assertThat(done.code()).as(done.output()).isZero();
        }
    }

    @Test
    void everyAlertSaysHowUrgentItIsAndWhatToDo() throws IOException {
        JsonNode rules = YAMLMapper.builder().build().readTree(Files.readString(ALERTS));
        int alerts = 0;
        for (JsonNode group : rules.path("groups")) {
            for (JsonNode rule : group.path("rules")) {
                alerts++;
                assertThat(rule.path("alert").asString()).matches("Phigate[A-Za-z]+");
                assertThat(rule.path("labels").path("severity").asString()).isIn("page", "ticket");
                assertThat(rule.path("annotations").path("summary").asString()).isNotEmpty();
                assertThat(rule.path("annotations").path("action").asString()).isNotEmpty();
            }
        }
        assertThat(alerts).isGreaterThan(10);
    }

    @Test
    void theDashboardHasAPanelForEveryMetric() throws IOException {
        JsonNode dashboard = JsonMapper.builder().build().readTree(Files.readString(DASHBOARD));
        assertThat(dashboard.path("panels")).allSatisfy(panel -> {
            assertThat(panel.path("title").asString()).isNotEmpty();
            assertThat(panel.path("targets")).isNotEmpty();
        });
        assertThat(metricsOf(dashboard.toString())).hasSizeGreaterThan(15);
    }
}
