package dev.phigate.components.balancer;

import dev.phigate.components.keys.KeyFiles;
import dev.phigate.components.keys.KeyRingPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the balancer's configuration document says, once the certificates are known.
 *
 * @param intent the balancer as the stack file has it
 * @param workloadUrls where each workload answers, by its name
 * @param environment the environment's name; gives the audit log its origin
 */
public record BalancerPlan(BalancerIntent intent, Map<String, String> workloadUrls, String environment) {
    /** The identity of the one administrator whose certificate the key ring makes. */
    static final String ADMINISTRATOR = "admin";

    /**
     * The document.
     *
     * @param <T> how files are named: paths, or outputs of resources
     * @param keys certificates and private keys
     * @param auditDirectory the folder of the audit trail
     * @return texts, numbers, lists and maps, with {@code T} wherever a file is named
     */
    public <T> Map<String, Object> document(KeyFiles<T> keys, T auditDirectory) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(
                "listeners",
                intent.listeners().stream().map(each -> listener(each, keys)).toList());
        document.put(
                "upstreams",
                intent.upstreams().stream().map(each -> upstream(each, keys)).toList());
        document.put(
                "routes", intent.routes().stream().map(RouteIntent::document).toList());
        document.put("audit", audit(keys, auditDirectory));
        document.put("admin", admin(keys));
        if (!intent.shutdown().isEmpty()) {
            document.put("shutdown", intent.shutdown());
        }
        return document;
    }

    private <T> Map<String, Object> audit(KeyFiles<T> keys, T directory) {
        Map<String, Object> audit = new LinkedHashMap<>();
        audit.put("directory", directory);
        audit.put("origin", environment + "-balancer");
        audit.put("key", keys.auditKey());
        return audit;
    }

    private static <T> Map<String, Object> listener(ListenerIntent intent, KeyFiles<T> keys) {
        Map<String, Object> tls = shown(keys.server());
        intent.minimumVersion().ifPresent(version -> tls.put("minimumVersion", version));
        Map<String, Object> listener = new LinkedHashMap<>();
        listener.put("name", intent.name());
        listener.put("address", intent.address());
        listener.put("port", intent.port());
        listener.put("tls", tls);
        listener.putAll(intent.settings());
        return listener;
    }

    private <T> Map<String, Object> upstream(UpstreamIntent intent, KeyFiles<T> keys) {
        Map<String, Object> tls = shown(keys.client());
        tls.put("trust", keys.authority());
        tls.put("serverName", intent.serverName().orElseGet(() -> KeyRingPlan.workloadName(environment)));
        Map<String, Object> upstream = new LinkedHashMap<>();
        upstream.put("name", intent.name());
        upstream.put("hosts", intent.urls(workloadUrls));
        upstream.put("tls", tls);
        upstream.putAll(intent.settings());
        return upstream;
    }

    private <T> Map<String, Object> admin(KeyFiles<T> keys) {
        Map<String, Object> tls = shown(keys.server());
        tls.put("clientTrust", keys.authority());
        tls.put("clients", List.of(ADMINISTRATOR));
        Map<String, Object> admin = new LinkedHashMap<>();
        admin.put("address", intent.admin().address());
        admin.put("port", intent.admin().port());
        admin.put("tls", tls);
        return admin;
    }

    private static <T> Map<String, Object> shown(KeyFiles.Pair<T> pair) {
        Map<String, Object> tls = new LinkedHashMap<>();
        tls.put("certificate", pair.certificate());
        tls.put("privateKey", pair.privateKey());
        return tls;
    }
}
