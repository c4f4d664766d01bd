package dev.phigate.balancer;

import dev.phigate.audit.ship.ShippingState;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.keys.Place;
import dev.phigate.balancer.listener.Listener;
import dev.phigate.balancer.metrics.Metrics;
import dev.phigate.balancer.tls.ServerTlsConfig;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Upstream;
import dev.phigate.balancer.upstream.guard.Limiters;
import dev.phigate.balancer.upstream.pool.PoolLoad;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/** What a running balancer can be asked for at any moment, as gauges. */
final class Gauges {
    private static final List<String> LISTENER = List.of("listener");
    private static final List<String> CERTIFICATE = List.of("listener", "certificate");
    private static final List<String> PLACED = List.of("kind", "listener", "upstream", "certificate");
    private static final List<String> UPSTREAM = List.of("upstream");
    private static final List<String> HOST = List.of("upstream", "host");
    private static final Map<String, ToIntFunction<PoolLoad>> STATES = Map.of(
            "connecting", PoolLoad::connecting,
            "busy", PoolLoad::busy,
            "idle", PoolLoad::idle,
            "draining", PoolLoad::draining);

    private Gauges() {}

    static void add(Metrics metrics, List<Listener> listeners, Supplier<Assembly> current, Recorder audit) {
        listeners.forEach(listener -> metrics.listens(listener.config().name()));
        metrics.gauge("phigate_connections", "Open connections of clients.", LISTENER, shown -> {
            for (Listener listener : listeners) {
                shown.is(listener.connections(), listener.config().name());
            }
        });
        certificates(metrics, listeners, current);
        hosts(
                metrics,
                current,
                "phigate_upstream_host_well",
                "1 while requests may be sent to a host.",
                host -> host.well() ? 1 : 0);
        hosts(metrics, current, "phigate_upstream_host_requests", "Requests a host has to do with.", Host::underWay);
        pools(metrics, current);
        upstreams(metrics, current);
        limits(metrics, current);
        audit(metrics, audit);
    }

    static void add(Metrics metrics, Supplier<String> lastReloadError) {
        audit(
                metrics,
                "phigate_configuration_refused",
                "1 while the newest reload was refused, and the configuration before it serves.",
                () -> lastReloadError.get().isEmpty() ? 0 : 1);
    }

    static void add(Metrics metrics, SessionWatch sessions) {
        audit(
                metrics,
                "phigate_sessions_watched",
                "Sessions whose end will be recorded when it comes.",
                sessions::watched);
        audit(
                metrics,
                "phigate_sessions_logged_out",
                "Sessions that their users ended here and whose cookies are refused until they are over anyway.",
                sessions::loggedOut);
        metrics.total(
                "phigate_sessions_logged_out_forgotten",
                "Sessions that their users ended here and whose cookies live again, because there were too many.",
                sessions::forgotten);
        metrics.total(
                "phigate_sessions_unwatched",
                "Uses of sessions whose end is recorded only if somebody comes back, because too many are watched.",
                sessions::unwatched);
    }

    private static void pools(Metrics metrics, Supplier<Assembly> current) {
        metrics.gauge(
                "phigate_upstream_connections",
                "Connections to a host, by what they do; all but those that drain count among the most that there may be.",
                List.of("upstream", "host", "state"),
                shown -> current.get()
                        .upstreams()
                        .forEach((name, upstream) -> upstream.hosts()
                                .forEach(host -> STATES.forEach((state, number) ->
                                        shown.is(host.connections(number), name, host.authority(), state)))));
        hosts(
                metrics,
                current,
                "phigate_upstream_queued_requests",
                "Requests that wait for a connection to a host.",
                host -> host.connections(PoolLoad::queued));
        metrics.gauge(
                "phigate_upstream_connections_limit",
                "Connections that there may be to a host.",
                HOST,
                shown -> current.get()
                        .upstreams()
                        .forEach((name, upstream) -> upstream.hosts()
                                .forEach(host -> shown.is(upstream.mostConnections(), name, host.authority()))));
    }

    private static void limits(Metrics metrics, Supplier<Assembly> current) {
        limit(
                metrics,
                current,
                "limit",
                "Requests that may wait for an answer at once, as found out.",
                Limiters::limit);
        limit(metrics, current, "waiting", "Requests that wait for an answer.", Limiters::waiting);
    }

    /** One gauge for upstreams and one for listeners, of those that have a limit. */
    private static void limit(
            Metrics metrics, Supplier<Assembly> current, String what, String help, ToDoubleFunction<Limiters> value) {
        metrics.gauge(
                "phigate_upstream_" + what,
                help,
                UPSTREAM,
                shown -> current.get()
                        .upstreams()
                        .forEach((name, upstream) ->
                                upstream.limiters().ifPresent(own -> shown.is(value.applyAsDouble(own), name))));
        metrics.gauge(
                "phigate_listener_" + what,
                help,
                LISTENER,
                shown -> current.get()
                        .policies()
                        .forEach((name, policy) ->
                                policy.limiters().ifPresent(own -> shown.is(value.applyAsDouble(own), name))));
    }

    private static void upstreams(Metrics metrics, Supplier<Assembly> current) {
        metrics.gauge(
                "phigate_upstream_hosts",
                "Hosts an upstream has, well or not.",
                UPSTREAM,
                shown -> current.get()
                        .upstreams()
                        .forEach((name, upstream) -> shown.is(upstream.hosts().size(), name)));
        metrics.gauge(
                "phigate_upstream_discovery_trouble",
                "1 while hosts cannot be found, or more are found than are used.",
                UPSTREAM,
                shown -> current.get()
                        .finders()
                        .forEach(finder -> shown.is(
                                finder.trouble().isEmpty() ? 0 : 1,
                                finder.upstream().config().name())));
        metrics.gauge(
                "phigate_upstream_spills",
                "1 while requests go to hosts of other zones, because too few of our own are well.",
                UPSTREAM,
                shown -> current.get()
                        .upstreams()
                        .forEach((name, upstream) -> shown.is(upstream.spills() ? 1 : 0, name)));
        metrics.gauge(
                "phigate_upstream_breaker_open",
                "1 while an upstream's breaker refuses requests, or lets only a few try.",
                UPSTREAM,
                shown -> current.get()
                        .upstreams()
                        .forEach((name, upstream) ->
                                upstream.breaker().ifPresent(breaker -> shown.is(breaker.closed() ? 0 : 1, name))));
    }

    private static void audit(Metrics metrics, Recorder audit) {
        audit(
                metrics,
                "phigate_audit_writable",
                "1 while requests are let in that the audit log has to record.",
                () -> audit.accepts() ? 1 : 0);
        audit(
                metrics,
                "phigate_audit_records",
                "Records in the audit log's tree.",
                () -> audit.health().records());
        audit(
                metrics,
                "phigate_audit_signed_records",
                "Records that the newest checkpoint covers.",
                () -> audit.health().signedRecords());
        audit(
                metrics,
                "phigate_audit_backlog_bytes",
                "Bytes of records that are not in the tree yet.",
                () -> audit.health().backlogBytes());
        if (audit.spool() > 0) {
            audit(
                    metrics,
                    "phigate_audit_spool_bytes",
                    "Bytes of the audit log that wait for the store.",
                    audit::spooled);
            audit(metrics, "phigate_audit_spool_limit_bytes", "Bytes that may wait for the store.", audit::spool);
            audit(
                    metrics,
                    "phigate_audit_anchored_records",
                    "Records that a checkpoint in the store covers.",
                    () -> audit.shipping().map(ShippingState::anchored).orElse(0L));
            audit(
                    metrics,
                    "phigate_audit_shipped_timestamp_seconds",
                    "When the store was last in order with the audit log.",
                    () -> audit.shipping().map(state -> state.atMillis() / 1000).orElse(0L));
        }
        metrics.total("phigate_audit_missed_records", "Records that the audit log could not take.", audit::missed);
    }

    private static void audit(Metrics metrics, String name, String help, LongSupplier value) {
        metrics.gauge(name, help, List.of(), shown -> shown.is((double) value.getAsLong()));
    }

    private static void certificates(Metrics metrics, List<Listener> listeners, Supplier<Assembly> current) {
        metrics.gauge(
                "phigate_certificate_expiry_timestamp_seconds",
                "When a certificate ends that is shown, by a listener or to an upstream or the collector, or trusted (-authority).",
                PLACED,
                shown -> certificates(current.get(), Gauges::end, shown));
        metrics.gauge(
                "phigate_certificate_start_timestamp_seconds",
                "When such a certificate began.",
                PLACED,
                shown -> certificates(
                        current.get(), certificate -> certificate.getNotBefore().toInstant(), shown));
        metrics.gauge(
                "phigate_staple_expiry_timestamp_seconds",
                "When the answer that is stapled to a certificate ends; 0 when nothing is stapled.",
                CERTIFICATE,
                shown -> current.get()
                        .policies()
                        .forEach((listener, policy) -> policy.terms()
                                .staples()
                                .forEach(staple ->
                                        shown.is((double) staple.ends().getEpochSecond(), listener, staple.name()))));
        metrics.gauge(
                "phigate_revocations_expiry_timestamp_seconds",
                "When the first list of revoked client certificates ends, and clients are refused.",
                LISTENER,
                shown -> listeners.forEach(listener -> listener.config()
                        .tls()
                        .flatMap(ServerTlsConfig::clients)
                        .flatMap(ServerTlsConfig.Clients::revocations)
                        .ifPresent(lists -> shown.is(
                                (double) lists.ends().getEpochSecond(),
                                listener.config().name()))));
    }

    /** Of those that nothing tells apart it tells of the one that ends first. */
    private static void certificates(Assembly now, Function<X509Certificate, Instant> moment, Metrics.Shown shown) {
        Map<List<String>, X509Certificate> first = new LinkedHashMap<>();
        for (Place place : now.places(Instant.now())) {
            place.shown().forEach(own -> first.merge(labels(place, "", own.shown()), own.leaf(), Gauges::endsFirst));
            place.trust().stream()
                    .flatMap(trust -> Stream.of(trust.authorities()))
                    .forEach(authority -> {
                        String name = authority.getSubjectX500Principal().getName();
                        first.merge(labels(place, "-authority", name), authority, Gauges::endsFirst);
                    });
        }
        first.forEach((of, certificate) ->
                shown.is((double) moment.apply(certificate).getEpochSecond(), of.toArray(String[]::new)));
    }

    private static X509Certificate endsFirst(X509Certificate one, X509Certificate other) {
        return end(other).isBefore(end(one)) ? other : one;
    }

    private static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    private static List<String> labels(Place place, String role, String certificate) {
        String kind = place.kind().name().toLowerCase(Locale.ROOT) + role;
        return switch (place.kind()) {
            case LISTENER -> List.of(kind, place.name(), "", certificate);
            case UPSTREAM -> List.of(kind, "", place.name(), certificate);
            case COLLECTOR -> List.of(kind, "", "", certificate);
        };
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
