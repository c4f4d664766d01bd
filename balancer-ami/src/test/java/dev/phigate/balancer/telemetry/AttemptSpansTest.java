package dev.phigate.balancer.telemetry;

import static dev.phigate.balancer.telemetry.Collector.attributes;
import static dev.phigate.balancer.telemetry.Collector.hex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each attempt to have an exchange answered is a span below the exchange's, and what the host is told as its parent. */
@Tag("B12")
@NullUnmarked // a null where none should be fails the test that meets it
final class AttemptSpansTest extends TracedBench {
    private static final Workload.Behaviour BREAKS_OFF =
            (request, wire) -> wire.socket().close();

    private void start(String traces) throws IOException {
        bench.listenerExtra = "trace: {}";
        bench.rootExtra += telemetry(collector.url(), "traces: {" + traces + "}");
        bench.start();
    }

    private void start() throws IOException {
        start("oneIn: 1");
    }

    /** The only exchange's span, once it and all below it have been told. */
    private Span exchange() {
        // An exchange's span is queued after those of its attempts.
        Bench.eventually("a span", () -> !collector.exchanges().isEmpty());
        assertThat(collector.exchanges()).hasSize(1);
        Span exchange = collector.exchanges().getFirst();
        Set<String> ids = new HashSet<>(Set.of(hex(exchange.getSpanId())));
        for (Span attempt : collector.attempts()) {
            assertThat(attempt.getTraceId()).isEqualTo(exchange.getTraceId());
            assertThat(attempt.getParentSpanId()).isEqualTo(exchange.getSpanId());
            assertThat(ids.add(hex(attempt.getSpanId()))).isTrue();
            assertThat(attempt.getStartTimeUnixNano()).isGreaterThanOrEqualTo(exchange.getStartTimeUnixNano());
            assertThat(attempt.getEndTimeUnixNano())
                    .isBetween(attempt.getStartTimeUnixNano(), exchange.getEndTimeUnixNano());
        }
        assertThat(attributes(exchange))
                .containsEntry(
                        "phigate.upstream.attempts",
                        Integer.toString(collector.attempts().size()));
        return exchange;
    }

    private static String told(Span attempt) {
        return "00-" + hex(attempt.getTraceId()) + "-" + hex(attempt.getSpanId()) + "-01";
    }

    private static void failed(Span attempt, String error) {
        assertThat(attempt.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
        assertThat(attributes(attempt)).containsEntry("error.type", error);
    }

    @Test
    @Tag("A4")
    void oneAttemptIsOneSpanThatTheHostIsToldAndSaysNothingOfTheRequestItself() throws IOException {
        Workload host = bench.workload(Workload.OK);
        start();
        assertThat(bench.ask("GET /patient-4711?name=smith HTTP/1.1\r\nHost: localhost\r\nCookie: a=secret\r\n\r\n")
                        .status())
                .isEqualTo(200);
        exchange();
        Span attempt = collector.attempts().getFirst();
        assertThat(attempt.getName()).isEqualTo("GET");
        assertThat(attempt.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        assertThat(attempt.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(attributes(attempt))
                .isEqualTo(Map.of(
                        "http.request.method", "GET",
                        "http.response.status_code", "200",
                        "server.address", "127.0.0.1",
                        "server.port", Integer.toString(host.port())));
        assertThat(host.received().getFirst().fields("traceparent")).containsExactly(told(attempt));
        assertThat(attempt.toString()).doesNotContain("4711", "smith", "secret");
    }

    @Test
    void aRetryAtASecondHostIsASecondSpan() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Workload.Behaviour firstBreaksOff =
                (request, wire) -> (asked.getAndIncrement() == 0 ? BREAKS_OFF : Workload.OK).answer(request, wire);
        Workload one = bench.workload(firstBreaksOff);
        Workload other = bench.workload(firstBreaksOff);
        start();
        assertThat(bench.get("/").status()).isEqualTo(200);
        Span exchange = exchange();
        assertThat(exchange.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        List<Span> attempts = collector.attempts();
        assertThat(attempts).hasSize(2);
        assertThat(attempts.get(0).getEndTimeUnixNano())
                .isLessThanOrEqualTo(attempts.get(1).getStartTimeUnixNano());
        failed(attempts.get(0), "upstream-closed");
        assertThat(attributes(attempts.get(0)))
                .doesNotContainKeys("http.response.status_code", "http.request.resend_count");
        assertThat(attempts.get(1).getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        assertThat(attributes(attempts.get(1)))
                .containsEntry("http.request.resend_count", "1")
                .containsEntry("http.response.status_code", "200")
                .doesNotContainKey("error.type");
        for (Span attempt : attempts) {
            String port = attributes(attempt).get("server.port");
            Workload asWasSaid = port.equals(Integer.toString(one.port())) ? one : other;
            assertThat(asWasSaid.received()).hasSize(1);
            assertThat(asWasSaid.received().getFirst().fields("traceparent")).containsExactly(told(attempt));
        }
    }

    @Test
    void aRefusedConnectIsASpanForEachHostThatWasTurnedTo() throws IOException {
        bench.host("https://127.0.0.1:" + Bench.freePort());
        bench.host("https://127.0.0.1:" + Bench.freePort());
        start();
        assertThat(bench.get("/").status()).isEqualTo(502);
        Span exchange = exchange();
        assertThat(attributes(exchange)).containsEntry("error.type", "upstream-refused");
        List<Span> attempts = collector.attempts();
        assertThat(attempts).hasSize(2);
        for (Span attempt : attempts) {
            failed(attempt, "upstream-refused");
            assertThat(attributes(attempt)).doesNotContainKey("http.response.status_code");
        }
        assertThat(attributes(attempts.get(1))).containsEntry("http.request.resend_count", "1");
    }

    @Test
    void aTimeoutIsTheErrorOfItsAttempt() throws IOException {
        Workload host = bench.workload((request, wire) ->
                assertThat(wire.in().read()).as("whoever gives up says so").isEqualTo(-1));
        bench.upstreamExtra = "timeouts: {firstByte: 300ms}";
        start();
        assertThat(bench.get("/").status()).isEqualTo(504);
        exchange();
        assertThat(collector.attempts()).hasSize(1);
        Span attempt = collector.attempts().getFirst();
        failed(attempt, "upstream-too-slow");
        assertThat(attempt.getEndTimeUnixNano() - attempt.getStartTimeUnixNano())
                .isGreaterThanOrEqualTo(290_000_000L);
        assertThat(host.received().getFirst().fields("traceparent")).containsExactly(told(attempt));
    }

    @Test
    void aHostThatIsAskedAgainBecauseItsKeptConnectionEndedIsTwoSpans() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        Workload host = bench.workload(
                (request, wire) -> (asked.getAndIncrement() == 1 ? BREAKS_OFF : Workload.OK).answer(request, wire));
        start();
        // On one connection of a client, so that one loop serves both, and the second finds what the first has left.
        try (Wire wire = bench.connect()) {
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
            exchange();
            collector.spans.clear();
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
        }
        exchange();
        List<Span> attempts = collector.attempts();
        assertThat(attempts).hasSize(2);
        failed(attempts.get(0), "upstream-closed");
        assertThat(attributes(attempts.get(1))).containsEntry("http.request.resend_count", "1");
        assertThat(host.received().stream()
                        .skip(1)
                        .map(request -> request.field("traceparent"))
                        .toList())
                .containsExactly(told(attempts.get(0)), told(attempts.get(1)));
    }

    @Test
    void anAnswerThatBreaksOffIsAFailureWithItsStatus() throws IOException {
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            wire.socket().close();
        });
        start();
        try (Wire wire = bench.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            exchange();
        }
        Span attempt = collector.attempts().getFirst();
        failed(attempt, "upstream-closed");
        assertThat(attributes(attempt)).containsEntry("http.response.status_code", "200");
    }

    @Test
    void aClientThatLeavesIsTheEndOfTheAttemptAndNoFaultOfTheExchange() throws IOException {
        Workload host = bench.workload((request, wire) ->
                assertThat(wire.in().read()).as("whoever gives up says so").isEqualTo(-1));
        start();
        try (Wire wire = bench.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Bench.eventually("it is asked", () -> !host.received().isEmpty());
        }
        assertThat(exchange().getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        failed(collector.attempts().getFirst(), "client-gone");
    }

    @Test
    void whatAHostRefusesIsAnErrorToUsWhoAskedIt() throws IOException {
        bench.workload((request, wire) -> wire.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
        start();
        assertThat(bench.get("/").status()).isEqualTo(404);
        assertThat(exchange().getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
        failed(collector.attempts().getFirst(), "404");
    }

    @Test
    void whatIsRefusedBeforeAnyHostIsAskedHasNoAttempt() throws IOException {
        bench.workload(Workload.OK);
        bench.routes = "  - {name: files, listener: https, pathPrefix: /files, upstream: ehr}\n";
        start();
        assertThat(bench.get("/elsewhere").status()).isEqualTo(404);
        Bench.eventually("a span", () -> !collector.exchanges().isEmpty());
        assertThat(collector.attempts()).isEmpty();
    }

    @Test
    void anAttemptBeyondTheRateIsNotToldAndItsHostHangsUnderTheExchange() throws IOException {
        Workload host = bench.workload(Workload.OK);
        start("oneIn: 1, perSecond: 1");
        assertThat(bench.get("/").status()).isEqualTo(200);
        Bench.eventually("a span", () -> !collector.exchanges().isEmpty());
        assertThat(host.received().getFirst().fields("traceparent"))
                .containsExactly(told(collector.exchanges().getFirst()));
        assertThat(collector.attempts()).isEmpty();
        Program metrics = bench.admin(bench.port("admin"), "/metrics");
        assertThat(metrics.output()).contains("phigate_otlp_dropped_total{reason=\"over-rate\",signal=\"traces\"} 1.0");
    }

    @Test
    void anUnsampledTraceHasNoAttempts() throws IOException {
        Workload host = bench.workload(Workload.OK);
        start("oneIn: 1000000");
        assertThat(bench.get("/").status()).isEqualTo(200);
        assertThat(host.received().getFirst().field("traceparent")).endsWith("-00");
        bench.balancer().stop();
        bench.stopped();
        assertThat(collector.spans).isEmpty();
    }
}
