package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.limits.RequestRate;
import dev.phigate.balancer.upstream.guard.LimiterConfig;
import dev.phigate.settings.Section;
import java.time.Duration;
import java.util.Optional;

/**
 * How a listener speaks HTTP.
 *
 * @param header how long a request's head may take from its first byte; default 10s
 * @param body how long a client may pause within a request's body; default 30s
 * @param idle how long a connection may stay unused, and how long a client may not read its answer; default 60s
 * @param connection how old a connection may become: the first exchange that ends later is its last; default 12h
 * @param longestUrl the longest request target in bytes; default 8KiB
 * @param largestHeader the largest head in bytes; default 16KiB
 * @param largestBody the largest request body in bytes; default 100MiB
 * @param perSource how often one source may ask; by default as often as it likes
 * @param adaptive how many requests may wait for answers, by how long these take; by default as many as come
 * @param hsts the value of {@code strict-transport-security} (RFC 6797); default two years with subdomains
 */
public record HttpConfig(
        Duration header,
        Duration body,
        Duration idle,
        Duration connection,
        long longestUrl,
        long largestHeader,
        long largestBody,
        Optional<RequestRate.Limit> perSource,
        Optional<LimiterConfig> adaptive,
        String hsts) {
    private static final Duration TWO_YEARS = Duration.ofDays(730);
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Reads its keys from three sections of a listener.
     *
     * @param timeouts the section {@code timeouts}
     * @param limits the section {@code limits}
     * @param hsts the section {@code hsts}
     */
    public static HttpConfig read(Section timeouts, Section limits, Section hsts) {
        return new HttpConfig(
                time(timeouts, "header", Duration.ofSeconds(10)),
                time(timeouts, "body", Duration.ofSeconds(30)),
                time(timeouts, "idle", Duration.ofSeconds(60)),
                time(timeouts, "connection", Duration.ofHours(12)),
                limits.bytes("url").between(64L, 64L << 10).orElse(8L << 10),
                limits.bytes("header").between(256L, 256L << 10).orElse(16L << 10),
                limits.bytes("body").between(0L, 1L << 40).orElse(100L << 20),
                limits.optionalSection("requestsPerSource").map(RequestRate.Limit::read),
                limits.optionalSection("adaptive").map(LimiterConfig::read),
                hsts(hsts));
    }

    private static Duration time(Section section, String key, Duration byDefault) {
        return section.duration(key).between(Duration.ofMillis(1), LONGEST).orElse(byDefault);
    }

    private static String hsts(Section section) {
        Optional<Duration> maxAge = section.duration("maxAge")
                .between(Duration.ofDays(1), Duration.ofDays(3650))
                .optional();
        boolean subDomains = section.flag("includeSubDomains").orElse(true);
        return "max-age=" + maxAge.orElse(TWO_YEARS).toSeconds() + (subDomains ? "; includeSubDomains" : "");
    }
}
