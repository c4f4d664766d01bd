package dev.phigate.balancer.telemetry.otlp;

import dev.phigate.audit.record.Exchange;
import dev.phigate.audit.record.Refused;
import dev.phigate.balancer.http.trace.Attempt;
import dev.phigate.balancer.http.trace.Finished;
import dev.phigate.balancer.http.trace.Span;
import dev.phigate.balancer.http.trace.Spans;
import dev.phigate.balancer.metrics.Deliveries;
import dev.phigate.balancer.metrics.Metrics;
import dev.phigate.balancer.secret.SecretText;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells a collector spans each second and metrics each interval, on one thread of its own: what a collector does, or does not do, no
 * request ever waits for. Made by one configuration; a reload makes another.
 */
public final class OtlpExport {
    private static final System.Logger LOG = System.getLogger(OtlpExport.class.getName());
    /** What the SDK writes to its log is said here once, without what the collector answers. Held, or it is collected. */
    private static final Logger SDK = Logger.getLogger("io.opentelemetry");

    private static final Duration EACH = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final int BATCH = 512;

    private final OtlpConfig config;
    private final Resource resource;
    private final Metrics metrics;
    private final Deliveries deliveries;
    private final Optional<SpanQueue> queue;
    private final OtlpHttpSpanExporter spans;
    private final OtlpHttpMetricExporter points;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("phigate-otlp").factory());
    private boolean failing;
    private volatile boolean started;
    private volatile boolean replaced;

    /** This process: an upgrade lets two of one origin tell at once, and each counts from its own beginning. */
    private static final String INSTANCE = UUID.randomUUID().toString();

    private static final long BEGAN = ProcessHandle.current()
            .info()
            .startInstant()
            .map(began -> TimeUnit.MILLISECONDS.toNanos(began.toEpochMilli()))
            .orElseGet(OtlpExport::now);

    static {
        SDK.setLevel(Level.OFF);
    }

    /**
     * Makes ready; connects nowhere before {@link #start}.
     *
     * @param config a configuration without problems
     * @param origin which balancer this is: the origin of its audit log
     * @param metrics what is told, and where deliveries are counted
     * @throws IOException when the JDK refuses a certificate or key
     */
    public OtlpExport(OtlpConfig config, String origin, Metrics metrics) throws IOException {
        this.config = config;
        this.metrics = metrics;
        this.deliveries = metrics.deliveries();
        this.queue = config.traces().map(traces -> new SpanQueue(traces, deliveries));
        this.resource = Resource.create(Attributes.builder()
                .put("service.name", "phigate-balancer")
                .put("service.instance.id", INSTANCE)
                .put("phigate.origin", origin)
                .build());
        CollectorTls tls = CollectorTls.of(config);
        this.spans = OtlpHttpSpanExporter.builder()
                .setEndpoint(config.url(Deliveries.TRACES))
                .setHeaders(this::headers)
                .setTimeout(config.timeout())
                .setConnectTimeout(config.timeout())
                .setCompression("gzip")
                .setSslContext(tls.context(), tls.trust())
                .build();
        this.points = OtlpHttpMetricExporter.builder()
                .setEndpoint(config.url(Deliveries.METRICS))
                .setHeaders(this::headers)
                .setTimeout(config.timeout())
                .setConnectTimeout(config.timeout())
                .setCompression("gzip")
                .setSslContext(tls.context(), tls.trust())
                .build();
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, SecretText> header : config.headers().entrySet()) {
            headers.put(header.getKey(), header.getValue().value());
        }
        return headers;
    }

    /** Where finished spans go; {@link Spans#NOWHERE} when none are asked for. */
    public Spans spans() {
        return queue.<Spans>map(spansOfThis -> spansOfThis).orElse(Spans.NOWHERE);
    }

    /** Begins to tell. */
    public void start() {
        started = true;
        queue.ifPresent(waiting -> each(EACH, () -> tellSpans(waiting)));
        config.metrics()
                .ifPresent(interval -> each(interval, () -> {
                    if (!replaced) {
                        tellMetrics();
                    }
                }));
    }

    private void each(Duration interval, Runnable task) {
        var _ = thread.scheduleWithFixedDelay(
                () -> guarded(task), interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            // After an error, too: what throws is never run again by itself.
            LOG.log(System.Logger.Level.ERROR, "telemetry failed; it is tried again", e);
        }
    }

    /** Another tells metrics from now on. Spans of exchanges that began under this one still go here. */
    public void replaced() {
        replaced = true;
    }

    /** Tells what is left, and ends; does not wait for it. */
    public void close() {
        try {
            thread.execute(() -> guarded(() -> {
                queue.ifPresent(this::tellSpans);
                if (started && !replaced) {
                    config.metrics().ifPresent(interval -> tellMetrics());
                }
                var _ = spans.shutdown();
                var _ = points.shutdown();
            }));
        } catch (RejectedExecutionException e) {
            // Closed before.
        }
        thread.shutdown();
    }

    /** Waits for the end that {@link #close} began, no longer than told. */
    public void await(Duration most) {
        try {
            if (!thread.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "{0} did not take the last of the telemetry in time",
                        config.endpoint());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tellSpans(SpanQueue waiting) {
        List<Finished> batch = waiting.take(BATCH);
        while (!batch.isEmpty()) {
            List<SpanData> data = new ArrayList<>(batch.size());
            for (Finished span : batch) {
                SpanData known = data(span);
                if (known != null) {
                    data.add(known);
                }
            }
            told(Deliveries.TRACES, data.size(), spans.export(data));
            // What has come meanwhile fills at least a batch, or waits for the next second.
            batch = batch.size() < BATCH ? List.of() : waiting.take(BATCH);
        }
    }

    private @Nullable SpanData data(Finished finished) {
        return switch (finished) {
            case Attempt attempt -> AttemptSpan.of(attempt, resource);
            case Span span ->
                switch (span.record()) {
                    case Exchange exchange -> ExchangeSpan.of(span, exchange, resource);
                    case Refused refused -> ExchangeSpan.of(span, refused, resource);
                    default -> null;
                };
        };
    }

    private void tellMetrics() {
        List<MetricData> families = new MetricPoints(resource, BEGAN, now()).of(metrics.snapshots());
        told(Deliveries.METRICS, MetricPoints.count(families), points.export(families));
    }

    private static long now() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** Waits for a delivery, which ends by its own timeout, and counts it. */
    private void told(String signal, int count, CompletableResultCode result) {
        boolean done = result.join(config.timeout().plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)
                .isSuccess();
        if (done) {
            deliveries.delivered(signal, count);
        } else {
            deliveries.dropped(signal, "undelivered", count);
        }
        if (done == failing) {
            failing = !done;
            if (done) {
                LOG.log(System.Logger.Level.INFO, "telemetry: {0} takes it again", config.endpoint());
            } else {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "telemetry: {0} does not take it: {1}; it is dropped and counted, requests are served",
                        config.endpoint(),
                        why(result));
            }
        }
    }

    private static String why(CompletableResultCode result) {
        Throwable thrown = result.getFailureThrowable();
        if (thrown instanceof HttpExportException failure
                && failure.failedWithResponse()
                && failure.getResponse() != null) {
            return "it answers " + failure.getResponse().getStatusCode();
        }
        Throwable cause = thrown;
        while (cause != null
                && cause.getCause() != null
                && (cause instanceof HttpExportException || cause instanceof CompletionException)) {
            cause = cause.getCause();
        }
        return cause == null ? "no answer in time" : cause.getClass().getSimpleName();
    }
}
