package dev.phigate.balancer.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;

/** A balancer that tells a collector of ours, and what is read back. */
@NullUnmarked // a null where none should be fails the test that meets it
abstract class TracedBench {
    /** How many spans an exchange has that one attempt was enough for: its own, and the attempt's. */
    static final int BOTH = 2;

    final Bench bench = new Bench();
    final Collector collector = new Collector(bench.pki.context(bench.pki.issue("collector")), false, "TLSv1.3");
    Workload host;

    @AfterEach
    void stop() {
        bench.close();
        collector.close();
    }

    Bench start(String endpoint, String rest) throws IOException {
        host = bench.workload(Workload.OK);
        bench.routes = "  - {name: files, listener: https, pathPrefix: /files, upstream: ehr}\n";
        bench.listenerExtra = bench.listenerExtra.isEmpty() ? "trace: {}" : bench.listenerExtra;
        bench.rootExtra = bench.rootExtra + telemetry(endpoint, rest);
        return bench.start();
    }

    String telemetry(String endpoint, String rest) {
        return "telemetry: {otlp: {endpoint: \"" + endpoint + "\", tls: {trust: " + bench.pki.trustFile() + "}, " + rest
                + "}}\n";
    }

    Wire.Answer get(String path, String fields) throws IOException {
        return bench.ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n");
    }

    Span onlySpan() {
        Bench.eventually("a span", () -> !collector.exchanges().isEmpty());
        assertThat(collector.exchanges()).hasSize(1);
        return collector.exchanges().getFirst();
    }

    String scrape() throws IOException {
        Program done = bench.admin(bench.port("admin"), "/metrics");
        assertThat(done.code()).as(done.output()).isZero();
        return done.output();
    }

    double dropped(String signal, String reason) {
        try {
            var found = Pattern.compile("phigate_otlp_dropped_total\\{reason=\"" + reason + "\",signal=\"" + signal
                            + "\"\\} ([0-9.E]+)")
                    .matcher(scrape());
            return found.find() ? Double.parseDouble(found.group(1)) : 0;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
