package dev.phigate.balancer;

import dev.phigate.balancer.audit.AuditLog;
import dev.phigate.balancer.listener.Listener;
import dev.phigate.balancer.metrics.Metrics;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Upstream;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What a running balancer can be asked for at any moment, as gauges. */
final class Gauges {
    private static final List<String> LISTENER = List.of("listener");
    private static final List<String> HOST = List.of("upstream", "host");

    private Gauges() {}

    static void add(Metrics metrics, List<Listener> listeners, Supplier<Assembly> current, AuditLog audit) {
        metrics.gauge("phigate_connections", "Open connections of clients.", LISTENER, shown -> {
            for (Listener listener : listeners) {
                shown.is(listener.connections(), listener.config().name());
            }
        });
        metrics.gauge(
                "phigate_certificate_expiry_timestamp_seconds",
                "When a listener's certificate ends.",
                LISTENER,
                shown -> listeners.forEach(listener -> listener.config()
                        .tls()
                        .identity()
                        .ifPresent(identity -> shown.is(
                                (double) identity.notAfter().getEpochSecond(),
                                listener.config().name()))));
        hosts(
                metrics,
                current,
                "phigate_upstream_host_well",
                "1 while requests may be sent to a host.",
                host -> host.well() ? 1 : 0);
        hosts(metrics, current, "phigate_upstream_host_requests", "Requests a host has to do with.", Host::underWay);
        metrics.gauge(
                "phigate_audit_writable",
                "1 while the audit log can be written; otherwise nothing is forwarded.",
                List.of(),
                shown -> shown.is(audit.available() ? 1 : 0));
    }

    private static void hosts(
            Metrics metrics, Supplier<Assembly> current, String name, String help, ToDoubleFunction<Host> value) {
        metrics.gauge(name, help, HOST, shown -> {
            for (Upstream upstream : current.get().upstreams().values()) {
                for (Host host : upstream.hosts()) {
                    shown.is(value.applyAsDouble(host), upstream.config().name(), host.authority());
                }
            }
        });
    }
}
