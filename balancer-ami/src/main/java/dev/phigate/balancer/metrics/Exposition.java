package dev.phigate.balancer.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * All metrics as text.
 *
 * @param contentType its media type
 * @param text the text
 */
public record Exposition(String contentType, String text) {
    /** The metrics as of now, as OpenMetrics when that is accepted, otherwise in Prometheus' own text form. */
    public static Exposition of(Metrics metrics, @Nullable String accept) {
        boolean open = accept != null && accept.contains("application/openmetrics-text");
        ExpositionFormatWriter writer = open
                ? OpenMetricsTextFormatWriter.builder().build()
                : PrometheusTextFormatWriter.builder().build();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        try {
            writer.write(out, metrics.snapshots());
        } catch (IOException e) {
            throw new IllegalStateException("an array takes every byte", e);
        }
        return new Exposition(writer.getContentType(), out.toString(StandardCharsets.UTF_8));
    }
}
