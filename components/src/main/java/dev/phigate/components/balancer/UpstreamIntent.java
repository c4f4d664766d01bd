package dev.phigate.components.balancer;

import dev.phigate.settings.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hosts that one kind of request goes to.
 *
 * @param name {@code name}: what routes call it
 * @param hosts {@code hosts}: {@code workload:<name>} or a URL such as {@code https://10.0.1.5:8443}
 * @param serverName {@code tls.serverName}: the name that every host's certificate must carry; the workloads' name by default
 * @param settings {@code balancing}, {@code timeouts}, {@code health} and {@code connections}, as the balancer's
 *     configuration document has them
 */
public record UpstreamIntent(
        String name, List<String> hosts, Optional<String> serverName, Map<String, Object> settings) {
    private static final String WORKLOAD = "workload:";

    private enum Balancing {
        ROUND_ROBIN
    }

    static UpstreamIntent read(Section section, Collection<String> workloads) {
        List<String> hosts = section.texts("hosts")
                .must(list -> !list.isEmpty(), "at least one host")
                .required();
        for (String host : hosts) {
            complaint(host, workloads)
                    .ifPresent(expected -> section.problem("hosts", host + " (expected: " + expected + ")"));
        }
        HandedOn settings = HandedOn.from(section)
                .choice("balancing", Balancing.class)
                .section("timeouts", timeouts -> timeouts.durations("connect", "firstByte", "total"))
                .section("health", health -> health.counts("failures").durations("ejectFor"))
                .section(
                        "connections",
                        connections -> connections.counts("perHost").durations("idle"));
        return new UpstreamIntent(
                section.text("name").orElse(""),
                hosts,
                section.section("tls").text("serverName").optional(),
                settings.values());
    }

    /** The hosts as URLs. */
    public List<String> urls(Map<String, String> workloadUrls) {
        return hosts.stream()
                .map(host -> host.startsWith(WORKLOAD)
                        ? workloadUrls.getOrDefault(host.substring(WORKLOAD.length()), host)
                        : host)
                .toList();
    }

    private static Optional<String> complaint(String host, Collection<String> workloads) {
        if (host.startsWith(WORKLOAD)) {
            return workloads.isEmpty() || workloads.contains(host.substring(WORKLOAD.length()))
                    ? Optional.empty()
                    : Optional.of("workload: and one of " + String.join(", ", workloads));
        }
        // http:// is read here and refused by the policy pack, which says why.
        return isOrigin(host)
                ? Optional.empty()
                : Optional.of("workload:<name>, or a URL of scheme, host and port such as https://10.0.1.5:8443");
    }

    private static boolean isOrigin(String host) {
        try {
            URI uri = new URI(host);
            return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() >= 1
                    && uri.getPort() <= 65_535
                    && host.equals(uri.getScheme() + "://" + uri.getRawAuthority())
                    && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
