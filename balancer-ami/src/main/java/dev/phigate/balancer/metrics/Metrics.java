package dev.phigate.balancer.metrics;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.TlsFacts;
import dev.phigate.audit.record.AdministrativeChange;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.CertificateEvent;
import dev.phigate.audit.record.ConfigurationLoaded;
import dev.phigate.audit.record.ConnectionAccepted;
import dev.phigate.audit.record.Exchange;
import dev.phigate.audit.record.HandshakeDone;
import dev.phigate.audit.record.HandshakeFailed;
import dev.phigate.audit.record.LogLifecycle;
import dev.phigate.audit.record.Refused;
import dev.phigate.audit.record.SessionEnded;
import dev.phigate.audit.record.SessionStarted;
import dev.phigate.audit.record.Verdict;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

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
    private final Histogram durations = histogram(
            "phigate_request_duration_seconds",
            "Time from the end of a request's head to the end of its exchange; not of WebSockets.",
            BUCKETS,
            "listener",
            "route",
            "upstream");
    private final Histogram firstBytes = histogram(
            "phigate_request_first_byte_seconds",
            "Time from the end of a request's head to the beginning of its host's answer, where there was one.",
            BUCKETS,
            "listener",
            "route",
            "upstream");
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
    private final Counter handshakes = counter(
            "phigate_handshakes",
            "TLS handshakes of clients that succeeded, and whether they resumed a session.",
            "listener",
            "version",
            "suite",
            "resumed");
    private final Counter failedHandshakes = counter(
            "phigate_failed_handshakes", "TLS handshakes that did not succeed, by reason.", "listener", "reason");
    private final Counter refusedConnections = counter(
            "phigate_refused_connections",
            "Connections closed before their handshake, by reason.",
            "listener",
            "reason");
    private final Counter administered =
            counter("phigate_admin_requests", "Requests of administrators, by resource and status.", "what", "status");
    private final Counter sessions = counter("phigate_sessions_started", "Sessions that began.", "listener");
    private final Counter endedSessions =
            counter("phigate_sessions_ended", "Sessions that were found to have ended, by reason.", "reason");
    private final Counter reloads = counter("phigate_configurations", "Configurations judged, by outcome.", "outcome");
    private final Counter delivered =
            counter("phigate_otlp_delivered", "Spans, and values of metrics, that a collector took.", "signal");
    private final Counter dropped = counter(
            "phigate_otlp_dropped",
            "Spans, and values of metrics, that no collector got, by reason.",
            "signal",
            "reason");
    private final Map<Path, Way> ways = new ConcurrentHashMap<>();

    /** Metrics that have counted nothing. */
    public Metrics() {
        // What alerts wait for is there from the start: who looks for an increase sees none where a series begins with
        // 1.
        reloads.initLabelValues(written(Verdict.DONE));
        reloads.initLabelValues(written(Verdict.REFUSED));
        administered.initLabelValues("refused", "403");
    }

    private record Path(
            Name listener, @Nullable Name route, @Nullable Name upstream) {
        String[] labels() {
            return new String[] {listener.value(), text(route), text(upstream)};
        }
    }

    /** The data points of one way through the balancer, looked up once. */
    private final class Way {
        private final CounterDataPoint[] byClass = new CounterDataPoint[6];
        private final DistributionDataPoint duration;
        private final DistributionDataPoint firstByte;
        private final CounterDataPoint in;
        private final CounterDataPoint out;
        private final CounterDataPoint tries;

        Way(Path path) {
            String[] names = path.labels();
            for (int i = 0; i < byClass.length; i++) {
                byClass[i] = requests.labelValues(names[0], names[1], names[2], i + "xx");
            }
            duration = durations.labelValues(names);
            firstByte = firstBytes.labelValues(names);
            in = received.labelValues(names);
            out = sent.labelValues(names);
            tries = attempts.labelValues(names);
        }

        void count(Exchange exchange) {
            byClass[exchange.answer().status() / 100].inc();
            // How long a WebSocket lasts says nothing about how fast anybody is.
            if (exchange.call().protocol() != Protocol.WEBSOCKET) {
                duration.observe(exchange.traffic().durationMicros() / MICROS);
            }
            if (exchange.traffic().firstByteMicros() > 0) {
                firstByte.observe(exchange.traffic().firstByteMicros() / MICROS);
            }
            in.inc(exchange.traffic().bytesIn());
            out.inc(exchange.traffic().bytesOut());
            tries.inc(exchange.target().attempts());
        }
    }

    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars()
                .register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    /** A listener is there: what alerts wait for of it is told from the start as well. */
    public void listens(String listener) {
        refusals.initLabelValues(listener, "our-fault");
    }

    /** Counts what a record is about. */
    public void count(AuditRecord any) {
        switch (any) {
            case Exchange exchange -> exchange(exchange);
            case Refused refused -> refused(refused);
            case HandshakeDone done ->
                handshakes
                        .labelValues(
                                text(done.client().listener()),
                                done.tls().version() == TlsFacts.Version.TLS_1_3 ? "TLSv1.3" : "TLSv1.2",
                                done.tls().cipher().value(),
                                String.valueOf(done.tls().resumed()))
                        .inc();
            case HandshakeFailed failed ->
                failedHandshakes
                        .labelValues(text(failed.client().listener()), written(failed.reason()))
                        .inc();
            case AdministrativeChange call ->
                administered
                        .labelValues(text(call.asked().subject()), Integer.toString(call.status()))
                        .inc();
            case ConfigurationLoaded loaded ->
                reloads.labelValues(written(loaded.outcome())).inc();
            case ConnectionAccepted accepted -> {}
            case CertificateEvent event -> {}
            case SessionStarted started ->
                sessions.labelValues(text(started.client().listener())).inc();
            case SessionEnded ended ->
                endedSessions.labelValues(written(ended.reason())).inc();
            case LogLifecycle event -> {}
        }
    }

    private void exchange(Exchange exchange) {
        Target target = exchange.target();
        Path path = new Path(exchange.client().listener(), target.route(), target.upstream());
        ways.computeIfAbsent(path, Way::new).count(exchange);
        Exchange.Answer answer = exchange.answer();
        if (answer.outcome() != Exchange.Outcome.ANSWERED) {
            String outcome = answer.rule() == null ? written(answer.outcome()) : text(answer.rule());
            failures.labelValues(text(target.upstream()), outcome).inc();
        }
    }

    private void refused(Refused refused) {
        Counter counter = refused.call() == null ? refusedConnections : refusals;
        Refused.Cause cause = refused.cause();
        counter.labelValues(
                        text(refused.client().listener()),
                        cause.rule() == null ? written(cause.reason()) : text(cause.rule()))
                .inc();
    }

    private static String text(@Nullable Name name) {
        return name == null ? "" : name.value();
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
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

    /** Adds a gauge that is read when somebody asks. Of two values with the same labels the smaller is told: a page with both is none. */
    public void gauge(String name, String help, List<String> labels, Reading reading) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback ->
                        smallest(reading).forEach((of, value) -> callback.call(value, of.toArray(String[]::new))))
                .register(registry);
    }

    private static Map<List<String>, Double> smallest(Reading reading) {
        Map<List<String>, Double> values = new LinkedHashMap<>();
        reading.read((value, of) -> values.merge(List.of(of), value, Math::min));
        return values;
    }

    /** Adds a total that somebody else counts, read when somebody asks. */
    public void total(String name, String help, LongSupplier count) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call((double) count.getAsLong()))
                .register(registry);
    }

    /** Adds a total that somebody else counts, with labels, read when somebody asks; it never becomes less. */
    public void totals(String name, String help, List<String> labels, Reading reading) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback -> reading.read(callback::call))
                .register(registry);
    }

    /** Takes what is observed of several alike. */
    @FunctionalInterface
    public interface Distribution {
        /** What takes it of one of them, from any thread. */
        DoubleConsumer of(String label);
    }

    /** Adds a histogram with one label. */
    public Distribution distribution(String name, String help, double[] bounds, String label) {
        Histogram histogram = histogram(name, help, bounds, label);
        return value -> histogram.labelValues(value)::observe;
    }

    /** Everything as of now. */
    public MetricSnapshots snapshots() {
        return registry.scrape();
    }

    /** Where deliveries to a collector are counted. */
    public Deliveries deliveries() {
        return new Deliveries() {
            @Override
            public void delivered(String signal, int count) {
                delivered.labelValues(signal).inc(count);
            }

            @Override
            public void dropped(String signal, String reason, int count) {
                dropped.labelValues(signal, reason).inc(count);
            }
        };
    }
}
