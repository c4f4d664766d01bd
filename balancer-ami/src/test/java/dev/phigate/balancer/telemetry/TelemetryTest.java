package dev.phigate.balancer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a collector is told. */
@Tag("B12")
@NullUnmarked // a null where none should be fails the test that meets it
final class TelemetryTest extends TracedBench {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String NAMED = "traceparent: 00-" + TRACE + "-" + SPAN + "-01\r\ntracestate: congo=t61\r\n";

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
    @Tag("B13")
    void whatCannotBeMeantIsRefusedWithItsPath() throws IOException {
        bench.host("https://127.0.0.1:1");
        Path open = Files.writeString(bench.folder.resolve("open"), "Bearer x");
        bench.rootExtra += telemetry(
                "http://127.0.0.1:4318",
                "headers: {authorization: \"Bearer s3cret\", x-a: \"file:" + open
                        + "\", x-b: \"file:/nowhere\", host: \"file:" + open + "\"}, traces: {oneIn: 1}");
        bench.write();
        assertThatThrownBy(() -> bench.read())
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
        assertThatThrownBy(() -> bench.read())
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("telemetry.otlp: tells nothing");
    }
}
