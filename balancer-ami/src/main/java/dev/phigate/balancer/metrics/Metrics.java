package dev.phigate.balancer.metrics;

import dev.phigate.balancer.audit.AuditRecord;
import dev.phigate.balancer.audit.AuditRecord.Administered;
import dev.phigate.balancer.audit.AuditRecord.Configured;
import dev.phigate.balancer.audit.AuditRecord.ConnectionRefused;
import dev.phigate.balancer.audit.AuditRecord.Exchanged;
import dev.phigate.balancer.audit.AuditRecord.HandshakeFailed;
import dev.phigate.balancer.audit.AuditRecord.Opened;
import dev.phigate.balancer.audit.AuditRecord.Refused;
import dev.phigate.balancer.tls.Handshake;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everything that is counted. Exchanges, refusals and failures are counted from their audit records, so the two cannot
 * disagree. Used from all loops at once; kept for the life of the process, also across reloads.
 */
public final class Metrics {
    private static final double MICROS = 1_000_000.0;
    private static final double[] BUCKETS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Counter requests = counter(
            "phigate_requests",
            "Requests that were forwarded, or were to be, by class of the status the client got; 0xx for none.",
            "listener",
            "route",
            "upstream",
            "status");
    private final Histogram durations = Histogram.builder()
            .name("phigate_request_duration_seconds")
            .help("Time from the end of a request's head to the end of its exchange.")
            .labelNames("listener", "route", "upstream")
            .classicOnly()
            .classicUpperBounds(BUCKETS)
            .withoutExemplars()
            .register(registry);
    private final Counter received = counter(
            "phigate_request_body_bytes", "Bytes of request bodies forwarded.", "listener", "route", "upstream");
    private final Counter sent = counter(
            "phigate_response_body_bytes", "Bytes of response bodies forwarded.", "listener", "route", "upstream");
    private final Counter attempts = counter(
            "phigate_upstream_attempts",
            "Attempts to have requests answered by a host.",
            "listener",
            "route",
            "upstream");
    private final Counter failures = counter(
            "phigate_upstream_failures",
            "Requests that no host answered completely, by outcome.",
            "upstream",
            "outcome");
    private final Counter refusals =
            counter("phigate_refused_requests", "Requests that were not let through, by reason.", "listener", "reason");
    private final Counter handshakes =
            counter("phigate_handshakes", "TLS handshakes of clients that succeeded.", "listener", "version", "suite");
    private final Counter failedHandshakes = counter(
            "phigate_failed_handshakes", "TLS handshakes that did not succeed, by reason.", "listener", "reason");
    private final Counter refusedConnections = counter(
            "phigate_refused_connections",
            "Connections closed before their handshake, by reason.",
            "listener",
            "reason");
    private final Counter administered =
            counter("phigate_admin_requests", "Requests of administrators, by resource and status.", "what", "status");
    private final Counter reloads = counter("phigate_configurations", "Configurations judged, by outcome.", "outcome");
    private final Map<Path, Way> ways = new ConcurrentHashMap<>();

    private record Path(String listener, String route, String upstream) {}

    /** The data points of one way through the balancer, looked up once. */
    private final class Way {
        private final CounterDataPoint[] byClass = new CounterDataPoint[6];
        private final DistributionDataPoint duration;
        private final CounterDataPoint in;
        private final CounterDataPoint out;
        private final CounterDataPoint tries;

        Way(Path path) {
            String[] names = {path.listener(), path.route(), path.upstream()};
            for (int i = 0; i < byClass.length; i++) {
                byClass[i] = requests.labelValues(path.listener(), path.route(), path.upstream(), i + "xx");
            }
            duration = durations.labelValues(names);
            in = received.labelValues(names);
            out = sent.labelValues(names);
            tries = attempts.labelValues(names);
        }

        void count(Exchanged exchanged) {
            byClass[exchanged.status() / 100].inc();
            duration.observe(exchanged.micros() / MICROS);
            in.inc(exchanged.requestBytes());
            out.inc(exchanged.responseBytes());
            tries.inc(exchanged.attempts());
        }
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    /** Counts what a record is about. */
    public void count(AuditRecord any) {
        switch (any) {
            case Exchanged exchanged -> exchanged(exchanged);
            case Refused refused ->
                refusals.labelValues(refused.peer().listener(), refused.reason())
                        .inc();
            case HandshakeFailed failed ->
                failedHandshakes
                        .labelValues(failed.peer().listener(), failed.reason())
                        .inc();
            case ConnectionRefused refused ->
                refusedConnections
                        .labelValues(refused.peer().listener(), refused.reason())
                        .inc();
            case Administered call ->
                administered
                        .labelValues(call.what(), Integer.toString(call.status()))
                        .inc();
            case Configured configured ->
                reloads.labelValues(configured.outcome()).inc();
            case Opened opened -> {
                // A segment is nobody's request.
            }
        }
    }

    private void exchanged(Exchanged exchanged) {
        Path path = new Path(exchanged.peer().listener(), exchanged.route(), exchanged.upstream());
        ways.computeIfAbsent(path, Way::new).count(exchanged);
        if (!exchanged.outcome().equals("answered")) {
            failures.labelValues(exchanged.upstream(), exchanged.outcome()).inc();
        }
    }

    /** Counts a handshake that succeeded. */
    public void count(Handshake handshake) {
        handshakes
                .labelValues(handshake.accepted().listener(), handshake.version(), handshake.suite())
                .inc();
    }

    /** What a gauge shows when somebody asks: any number of values, each with its labels. */
    @FunctionalInterface
    public interface Reading {
        /** Tells every value as of now; called from the administrators' connections. */
        void read(Shown shown);
    }

    /** Takes the values of one gauge. */
    @FunctionalInterface
    public interface Shown {
        /** One value, with the values of the gauge's labels in their order. */
        void is(double value, String... labels);
    }

    /** Adds a gauge that is read when somebody asks. */
    public void gauge(String name, String help, List<String> labels, Reading reading) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback -> reading.read(callback::call))
                .register(registry);
    }

    PrometheusRegistry registry() {
        return registry;
    }
}
