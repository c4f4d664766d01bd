package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.settings.InvalidSettings;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a collector is told, and what becomes of requests when it does not listen. */
@Tag("B12")
@ExtendWith(NoLeaks.class)
@NullUnmarked // a null where none should be fails the test that meets it
final class TelemetryTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String NAMED = "traceparent: 00-" + TRACE + "-" + SPAN + "-01\r\ntracestate: congo=t61\r\n";

    /** How many spans an exchange has that one attempt was enough for: its own, and the attempt's. */
    private static final int BOTH = 2;

    private final Bench bench = new Bench();
    private final Collector collector =
            new Collector(bench.pki.context(bench.pki.issue("collector")), false, "TLSv1.3");
    private Workload host;

    @AfterEach
    void stop() {
        bench.close();
        collector.close();
    }

    private Bench start(String endpoint, String rest) throws IOException {
        host = bench.workload(Workload.OK);
        bench.routes = "  - {name: files, listener: https, pathPrefix: /files, upstream: ehr}\n";
        bench.listenerExtra = bench.listenerExtra.isEmpty() ? "trace: {}" : bench.listenerExtra;
        bench.rootExtra = bench.rootExtra + telemetry(endpoint, rest);
        return bench.start();
    }

    private String telemetry(String endpoint, String rest) {
        return "telemetry: {otlp: {endpoint: \"" + endpoint + "\", tls: {trust: " + bench.pki.trustFile() + "}, " + rest
                + "}}\n";
    }

    private Wire.Answer get(String path, String fields) throws IOException {
        return bench.ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
    }

    private Span onlySpan() {
        Bench.eventually("a span", () -> !collector.exchanges().isEmpty());
        assertThat(collector.exchanges()).hasSize(1);
        return collector.exchanges().getFirst();
    }

    private String scrape() throws IOException {
        Program done = bench.admin(bench.port("admin"), "/metrics");
        assertThat(done.code()).as(done.output()).isZero();
        return done.output();
    }

    private double dropped(String signal, String reason) {
        try {
            var found = Pattern.compile("phigate_otlp_dropped_total\\{reason=\"" + reason + "\",signal=\"" + signal
                            + "\"\\} ([0-9.E]+)")
                    .matcher(scrape());
            return found.find() ? Double.parseDouble(found.group(1)) : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @Tag("A4")
    void aSpanSaysWhatTheRecordSaysAndNothingOfTheRequestItself() throws IOException {
        start(collector.url(), "traces: {oneIn: 1}");
        assertThat(get("/files/patient-4711?name=smith", "Cookie: a=secret\r\nX-Secret: secret\r\n")
                        .status())
                .isEqualTo(200);
        Span span = onlySpan();
        assertThat(span.getName()).isEqualTo("GET /files/*");
        assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(span.getParentSpanId().isEmpty()).isTrue();
        assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(span.getEndTimeUnixNano()).isGreaterThanOrEqualTo(span.getStartTimeUnixNano());
        String record = bench.records("exchange").getFirst();
        assertThat(record).contains("\"trace\":\"" + Collector.hex(span.getTraceId()) + "\"");
        Map<String, String> attributes = Collector.attributes(span);
        assertThat(record).contains("\"exchange\":\"" + attributes.remove("phigate.exchange") + "\"");
        assertThat(attributes)
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("http.request.method", "GET"),
                        Map.entry("http.route", "/files/*"),
                        Map.entry("http.response.status_code", "200"),
                        Map.entry("http.request.body.size", "0"),
                        Map.entry("http.response.body.size", "2"),
                        Map.entry("network.protocol.name", "http"),
                        Map.entry("network.protocol.version", "1.1"),
                        Map.entry("url.scheme", "https"),
                        Map.entry("phigate.listener", "https"),
                        Map.entry("phigate.route", "files"),
                        Map.entry("phigate.upstream", "ehr"),
                        Map.entry("phigate.upstream.address", "127.0.0.1"),
                        Map.entry("phigate.upstream.port", Integer.toString(host.port())),
                        Map.entry("phigate.upstream.attempts", "1"),
                        Map.entry("phigate.outcome", "answered")));
        assertThat(span + collector.resource.toString()).doesNotContain("4711", "smith", "secret", "localhost");
        assertThat(collector.resource.getFirst()).contains("service.name", "phigate-balancer", "service.instance.id");
    }

    @Test
    void aClientsTraceIsForgottenUnlessTheListenerTrustsIt() throws IOException {
        start(collector.url(), "traces: {oneIn: 1000000}");
        assertThat(get("/files/a", NAMED).status()).isEqualTo(200);
        Workload.Received request = host.received().getFirst();
        assertThat(request.fields("traceparent"))
                .hasSize(1)
                .first()
                .asString()
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
        assertThat(request.field("traceparent")).doesNotContain(TRACE, SPAN);
        assertThat(request.fields("tracestate")).isEmpty();
        assertThat(bench.records("exchange").getFirst())
                .contains("\"trace\":\"" + request.field("traceparent").substring(3, 35) + "\"")
                .doesNotContain(TRACE);
    }

    @Test
    void aTrustedClientsTraceGoesOn() throws IOException {
        bench.listenerExtra = "trace: {clients: continue}";
        start(collector.url(), "traces: {oneIn: 1000000}");
        assertThat(get("/files/a", NAMED).status()).isEqualTo(200);
        Span span = onlySpan();
        assertThat(Collector.hex(span.getTraceId())).isEqualTo(TRACE);
        assertThat(Collector.hex(span.getParentSpanId())).isEqualTo(SPAN);
        Workload.Received request = host.received().getFirst();
        assertThat(request.fields("traceparent"))
                .hasSize(1)
                .first()
                .asString()
                .matches("00-" + TRACE + "-(?!" + SPAN + "|" + Collector.hex(span.getSpanId()) + ").{16}-01");
        assertThat(request.fields("tracestate")).containsExactly("congo=t61");
        assertThat(bench.records("exchange").getFirst()).contains("\"trace\":\"" + TRACE + "\"");
    }

    @Test
    void whatATrustedClientDoesNotSampleIsNotSampledAndWhatItGarblesBeginsAnew() throws IOException {
        bench.listenerExtra = "trace: {clients: continue}";
        start(collector.url(), "traces: {oneIn: 1000000}");
        get("/files/a", NAMED.replace("-01", "-00"));
        get("/files/a", NAMED.replace("-01", "-01-"));
        get("/files/a", NAMED + NAMED);
        assertThat(host.received().get(0).field("traceparent")).matches("00-" + TRACE + "-(?!" + SPAN + ").{16}-00");
        for (Workload.Received garbled : host.received().subList(1, 3)) {
            assertThat(garbled.fields("traceparent")).hasSize(1);
            assertThat(garbled.field("traceparent")).doesNotContain(TRACE).endsWith("-00");
            assertThat(garbled.fields("tracestate")).isEmpty();
        }
    }

    @Test
    void withoutTheSectionTraceFieldsPassAsAnyOthers() throws IOException {
        bench.listenerExtra = "limits: {url: 8KiB}";
        start(collector.url(), "metrics: {}");
        get("/files/a", NAMED);
        assertThat(host.received().getFirst().fields("traceparent"))
                .containsExactly("00-" + TRACE + "-" + SPAN + "-01");
        assertThat(bench.records("exchange").getFirst()).doesNotContain("trace\"");
    }

    @Test
    void tracesAreKeptInRecordsWithoutAnyCollector() throws IOException {
        host = bench.workload(Workload.OK);
        bench.listenerExtra = "trace: {clients: continue}";
        bench.start();
        get("/files/a", NAMED);
        assertThat(host.received().getFirst().field("traceparent"))
                .startsWith("00-" + TRACE)
                .endsWith("-01");
        assertThat(bench.records("exchange").getFirst()).contains("\"trace\":\"" + TRACE + "\"");
    }

    @Test
    void refusalsAndFailuresAreSpansToo() throws IOException {
        start(collector.url(), "traces: {oneIn: 1}");
        host.behave((request, wire) -> wire.socket().close());
        assertThat(get("/elsewhere/4711", "").status()).isEqualTo(404);
        assertThat(bench.ask("POST /files/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab")
                        .status())
                .isEqualTo(502);
        Bench.eventually("two spans", () -> collector.exchanges().size() == 2);
        Span refused = collector.exchanges().stream()
                .filter(span -> span.getName().equals("GET"))
                .findFirst()
                .orElseThrow();
        assertThat(Collector.attributes(refused))
                .containsEntry("http.response.status_code", "404")
                .containsEntry("phigate.rule", "no-route")
                .doesNotContainKey("http.route");
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        Span failed = collector.exchanges().stream()
                .filter(span -> span.getName().startsWith("POST"))
                .findFirst()
                .orElseThrow();
        assertThat(failed.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(Collector.attributes(failed)).containsEntry("error.type", "upstream-closed");
    }

    @Test
    void metricsAreTheFamiliesOfPrometheus() throws IOException {
        start(collector.url(), "metrics: {interval: 1s}");
        for (int i = 0; i < 3; i++) {
            get("/files/a", "");
        }
        Bench.eventually(
                "three requests",
                () -> collector.metrics.containsKey("phigate_requests")
                        && collector.metrics.get("phigate_requests").getSum().getDataPointsList().stream()
                                .anyMatch(point -> point.getAsDouble() == 3.0));
        Metric requests = collector.metrics.get("phigate_requests");
        assertThat(requests.getSum().getIsMonotonic()).isTrue();
        assertThat(requests.getSum().getDataPointsList().getFirst().getAttributesList())
                .extracting(KeyValue::getKey)
                .containsExactlyInAnyOrder("listener", "route", "upstream", "status");
        var durations = collector
                .metrics
                .get("phigate_request_duration_seconds")
                .getHistogram()
                .getDataPointsList()
                .getFirst();
        assertThat(durations.getCount()).isEqualTo(3);
        assertThat(durations.getBucketCountsCount()).isEqualTo(durations.getExplicitBoundsCount() + 1);
        assertThat(durations.getBucketCountsList().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(3);
        assertThat(collector
                        .metrics
                        .get("phigate_audit_writable")
                        .getGauge()
                        .getDataPoints(0)
                        .getAsDouble())
                .isEqualTo(1);
        Bench.eventually("deliveries are counted", () -> collector.metrics.containsKey("phigate_otlp_delivered"));
        List<String> families = scrape().lines()
                .filter(line -> line.startsWith("# TYPE phigate_"))
                .map(line -> line.split(" ", 4)[2].replaceFirst("_total$", ""))
                .toList();
        assertThat(collector.metrics.keySet())
                .containsAll(families.stream()
                        .filter(name -> !name.contains("admin_requests"))
                        .toList());
    }

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
        int nobody; // has listened, so that it was free
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = closed.getLocalPort();
        }
        start("https://127.0.0.1:" + nobody, "timeout: 200ms, metrics: {interval: 1s}, traces: {oneIn: 1}");
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
            BalancerConfig config = BalancerConfig.read(bench.file());
            assertThatThrownBy(() -> Balancer.start(config)).isInstanceOf(IOException.class);
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

    @Test
    @Tag("B13")
    void whatCannotBeMeantIsRefusedWithItsPath() throws IOException {
        bench.host("https://127.0.0.1:1");
        Path open = Files.writeString(bench.folder.resolve("open"), "Bearer x");
        bench.rootExtra += telemetry(
                "http://127.0.0.1:4318",
                "headers: {authorization: \"Bearer s3cret\", x-a: \"file:" + open
                        + "\", x-b: \"file:/nowhere\", host: \"file:" + open + "\"}, traces: {oneIn: 1}");
        bench.write();
        assertThatThrownBy(() -> BalancerConfig.read(bench.file()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("telemetry.otlp.endpoint: http://127.0.0.1:4318")
                .hasMessageContaining("https:// URL")
                .hasMessageContaining("telemetry.otlp.headers: authorization is no reference")
                .hasMessageContaining("never the value itself")
                .hasMessageContaining("chmod 600 " + open)
                .hasMessageContaining("/nowhere does not exist")
                .hasMessageContaining("host (expected: a field name")
                .hasMessageContaining("telemetry.otlp.traces: no listener takes part in traces")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    @Tag("B13")
    void aCollectorThatIsToldNothingIsAMistake() throws IOException {
        bench.host("https://127.0.0.1:1");
        bench.rootExtra += telemetry("https://127.0.0.1:4318", "timeout: 1s");
        bench.write();
        assertThatThrownBy(() -> BalancerConfig.read(bench.file()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("telemetry.otlp: tells nothing");
    }
}
