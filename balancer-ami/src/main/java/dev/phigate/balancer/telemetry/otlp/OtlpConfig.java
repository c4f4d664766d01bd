package dev.phigate.balancer.telemetry.otlp;

import dev.phigate.balancer.secret.SecretText;
import dev.phigate.balancer.tls.certificate.Identity;
import dev.phigate.balancer.tls.certificate.Trust;
import dev.phigate.settings.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The collector that metrics and traces are told to (OTLP over HTTP, protobuf, gzip). There is no way to do it without TLS, or to
 * switch its verification off.
 *
 * @param endpoint the {@code https://} URL below which {@code /v1/metrics} and {@code /v1/traces} are
 * @param trust the authorities its certificate must lead to; empty only after a problem was noted
 * @param identity the certificate we show it, when it asks for one; default none
 * @param headers fields of every request by name, such as {@code authorization}; default none
 * @param timeout how long one delivery may take, repetitions included; default 10s
 * @param metrics how often metrics are told; absent for never
 * @param traces which traces are told; absent for none
 */
public record OtlpConfig(
        URI endpoint,
        Optional<Trust> trust,
        Optional<Identity> identity,
        Map<String, SecretText> headers,
        Duration timeout,
        Optional<Duration> metrics,
        Optional<Traces> traces) {
    private static final int LAST_PORT = 65_535;
    private static final Set<String> OURS = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "te",
            "transfer-encoding",
            "upgrade");

    /**
     * Which traces are told.
     *
     * @param oneIn of how many traces that begin here one is sampled; default 100
     * @param perSecond the most spans a second, those of attempts and of traces that others began as well; default 100
     * @param queue the most spans that wait for the collector; more are dropped and counted; default 4096
     */
    public record Traces(int oneIn, int perSecond, int queue) {
        static Traces read(Section section) {
            return new Traces(
                    section.integer("oneIn").between(1, 1_000_000).orElse(100),
                    section.integer("perSecond").between(1, 100_000).orElse(100),
                    section.integer("queue").between(1, 100_000).orElse(4096));
        }
    }

    /** Reads the section {@code telemetry.otlp}. */
    public static OtlpConfig read(Section section) {
        String endpoint = section.text("endpoint")
                .must(OtlpConfig::usable, "an https:// URL such as https://collector.example.org:4318")
                .required();
        Section tls = section.section("tls");
        OtlpConfig config = new OtlpConfig(
                URI.create(usable(endpoint) ? endpoint : "https://localhost"),
                Trust.read(tls, "trust"),
                Identity.readOptional(tls),
                headers(section),
                section.duration("timeout")
                        .between(Duration.ofMillis(100), Duration.ofMinutes(1))
                        .orElse(Duration.ofSeconds(10)),
                section.optionalSection("metrics")
                        .map(metrics -> metrics.duration("interval")
                                .between(Duration.ofSeconds(1), Duration.ofHours(1))
                                .orElse(Duration.ofMinutes(1))),
                section.optionalSection("traces").map(Traces::read));
        if (config.metrics().isEmpty() && config.traces().isEmpty() && !section.describing()) {
            section.problem("", "tells nothing (expected: metrics: {}, traces: {}, or both)");
        }
        return config;
    }

    private static boolean usable(String text) {
        try {
            URI uri = new URI(text);
            return "https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && !uri.getRawAuthority().endsWith(":")
                    && uri.getPort() != 0
                    && uri.getPort() <= LAST_PORT
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static Map<String, SecretText> headers(Section section) {
        Map<String, SecretText> headers = new LinkedHashMap<>();
        section.textMap("headers").hidden().orElse(Map.of()).forEach((name, reference) -> {
            if (!name.matches("[a-z0-9_-]{1,64}") || OURS.contains(name)) {
                section.problem(
                        "headers", name + " (expected: a field name in lower case that is not one of the transfer's)");
            }
            SecretText.read(section, "headers", name, reference).ifPresent(secret -> headers.put(name, secret));
        });
        return headers;
    }

    /** The files whose change asks for a reload. */
    public Set<Path> files() {
        Set<Path> files = new LinkedHashSet<>();
        trust.ifPresent(authorities -> files.add(authorities.file()));
        identity.ifPresent(own -> files.addAll(own.files()));
        headers.values().forEach(secret -> files.add(secret.file()));
        return files;
    }

    /** Where a signal is sent: {@code metrics} or {@code traces}. */
    String url(String signal) {
        String base = endpoint.toString();
        return (base.endsWith("/") ? base : base + "/") + "v1/" + signal;
    }
}
