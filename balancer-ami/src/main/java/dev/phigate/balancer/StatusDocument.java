package dev.phigate.balancer;

import dev.phigate.audit.Health;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.listener.Listener;
import dev.phigate.balancer.listener.Sockets;
import dev.phigate.balancer.upstream.Upstream;
import dev.phigate.balancer.upstream.guard.Breaker;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code GET /v1/status} tells of each part. */
final class StatusDocument {
    private StatusDocument() {}

    static Map<String, Object> of(BalancerConfig config, Instant loadedAt, String lastReloadError) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("path", config.path().toString());
        described.put("digest", config.digest());
        described.put("loadedAt", loadedAt.toString());
        described.put("lastReloadError", lastReloadError);
        return described;
    }

    static Map<String, Object> of(Recorder audit) {
        Health health = audit.health();
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("state", health.state().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        described.put("trouble", health.trouble());
        described.put("records", health.records());
        described.put("signedRecords", health.signedRecords());
        described.put("backlogBytes", health.backlogBytes());
        described.put("missedRecords", audit.missed());
        audit.shipping().ifPresent(state -> {
            Map<String, Object> shipping = new LinkedHashMap<>();
            shipping.put("trouble", state.trouble());
            shipping.put(
                    "lastInOrder",
                    state.atMillis() == 0
                            ? ""
                            : Instant.ofEpochMilli(state.atMillis()).toString());
            shipping.put("anchoredRecords", state.anchored());
            shipping.put("spooledBytes", audit.spooled());
            shipping.put("spoolBytes", audit.spool());
            described.put("shipping", shipping);
        });
        return described;
    }

    static Map<String, Object> of(Listener listener) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", listener.config().name());
        described.put("address", Sockets.text(listener.address()));
        described.put("connections", listener.connections());
        described.put(
                "certificates",
                listener.config().tls().stream()
                        .flatMap(tls -> tls.certificates().stream())
                        .map(shown -> Map.of(
                                "names",
                                shown.names(),
                                "default",
                                shown.byDefault(),
                                "notAfter",
                                shown.identity().notAfter().toString()))
                        .toList());
        listener.config().redirect().ifPresent(redirect -> described.put("redirect", redirect.listener()));
        return described;
    }

    static List<Map<String, Object>> upstreams(Assembly now) {
        Map<String, String> troubles = new HashMap<>();
        now.finders().forEach(finder -> troubles.put(finder.upstream().config().name(), finder.trouble()));
        return now.upstreams().values().stream()
                .map(upstream -> of(upstream, troubles.get(upstream.config().name())))
                .toList();
    }

    private static Map<String, Object> of(Upstream upstream, @Nullable String discoveryTrouble) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", upstream.config().name());
        described.put("breaker", upstream.breaker().map(Breaker::shown).orElse("none"));
        if (discoveryTrouble != null) {
            described.put("discoveryTrouble", discoveryTrouble);
        }
        described.put(
                "hosts",
                upstream.hosts().stream()
                        .map(host -> Map.of(
                                "host",
                                host.authority(),
                                "healthy",
                                host.well(),
                                "failures",
                                host.failures(),
                                "weight",
                                host.weight(),
                                "zone",
                                host.zone(),
                                "underWay",
                                host.underWay()))
                        .toList());
        return described;
    }
}
