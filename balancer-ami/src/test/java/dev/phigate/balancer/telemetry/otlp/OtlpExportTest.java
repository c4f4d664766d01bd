package dev.phigate.balancer.telemetry.otlp;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.metrics.Metrics;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Telling a collector goes on. */
@Tag("B12")
final class OtlpExportTest {
    @Test
    void metricsAreToldAgainAfterAnError() throws IOException {
        AtomicInteger readings = new AtomicInteger();
        Metrics metrics = new Metrics();
        metrics.gauge("readings", "how often it was read", List.of(), shown -> {
            if (readings.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            shown.is(1);
        });
        try (Bench bench = new Bench()) {
            String nobody = "{endpoint: \"https://127.0.0.1:1\", tls: {trust: " + bench.pki.trustFile()
                    + "}, timeout: 100ms, metrics: {interval: 1s}}";
            OtlpExport export =
                    new OtlpExport(Settings.yaml("collector", nobody, OtlpConfig::read), "balancer-1", metrics);
            export.start();
            try {
                Bench.eventually("they are read again", () -> readings.get() > 1);
            } finally {
                export.close();
            }
        }
    }
}
