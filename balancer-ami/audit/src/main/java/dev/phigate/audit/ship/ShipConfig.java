package dev.phigate.audit.ship;

import dev.phigate.settings.Section;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where a log is shipped, and what the store is asked for.
 *
 * @param to {@code s3://bucket/prefix}, {@code azure://account/container/prefix}, {@code gs://bucket/prefix} or {@code file:///folder}
 * @param region of the bucket, where the store has regions
 * @param endpoint another address of the store's API: a private endpoint, or a store that speaks the same protocol
 * @param kmsKey the key that the store encrypts with, where it takes one; by default the store's own choice
 * @param retention how long every object is protected from everybody; default 2192d. Six years is what 45 CFR 164.316(b)(2) asks of
 *     documentation; for audit records it is our safe default.
 * @param legalHold whether every object is held beyond that until it is released; default false
 * @param every how often it looks for what is sealed, and anchors the newest checkpoint; default 10s
 * @param spool how many bytes may wait for the store before the log takes no more records, at least four segments;
 *     default 4GiB
 * @param keep how long what was shipped stays on this machine; default 1d
 */
public record ShipConfig(
        URI to,
        Optional<String> region,
        Optional<URI> endpoint,
        Optional<String> kmsKey,
        Duration retention,
        boolean legalHold,
        Duration every,
        long spool,
        Duration keep) {
    private static final List<String> SCHEMES = List.of("s3", "azure", "gs", "file");

    /** What an address of a store's API has to be. */
    public static final String PROTECTED = "an address of https, or one of http on this machine itself";

    private static final Duration SIX_YEARS = Duration.ofDays(2192);
    private static final Duration EVERY = Duration.ofSeconds(10);
    private static final long SPOOL = 4L << 30;

    /** What is needed to read from a store: everything that concerns shipping is as by default. */
    public static ShipConfig toRead(URI from, Optional<String> region, Optional<URI> endpoint) {
        return new ShipConfig(
                from, region, endpoint, Optional.empty(), SIX_YEARS, false, EVERY, SPOOL, Duration.ofDays(1));
    }

    /**
     * Reads the section {@code audit.ship}.
     *
     * @param segment how large a segment of the log is. Those that are written and prepared wait as well: in a spool of fewer than four
     *     there would never be room.
     */
    public static ShipConfig read(Section section, long segment) {
        return new ShipConfig(
                URI.create(section.text("to")
                        .must(
                                ShipConfig::isStore,
                                "s3://bucket/prefix, azure://account/container/prefix, gs://bucket/prefix or file:///folder")
                        .required()),
                section.text("region").optional(),
                section.text("endpoint")
                        .must(ShipConfig::isApi, PROTECTED)
                        .optional()
                        .map(URI::create),
                section.text("kmsKey").optional(),
                section.duration("retention")
                        .between(Duration.ofDays(1), Duration.ofDays(36_500))
                        .orElse(SIX_YEARS),
                section.flag("legalHold").orElse(false),
                section.duration("every")
                        .between(Duration.ofSeconds(1), Duration.ofHours(1))
                        .orElse(EVERY),
                section.bytes("spool")
                        .between(16L << 20, 1L << 40)
                        .must(bytes -> bytes >= 4 * segment, "at least four times audit.segment")
                        .orElse(SPOOL),
                section.duration("keep")
                        .between(Duration.ZERO, Duration.ofDays(3650))
                        .orElse(Duration.ofDays(1)));
    }

    /** Whether what goes to an address is protected on its way (45 CFR 164.312(e)(1)), or does not leave this machine. */
    public static boolean isProtected(URI address) {
        String host = String.valueOf(address.getHost());
        boolean here = host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
        return "https".equals(address.getScheme()) || ("http".equals(address.getScheme()) && here);
    }

    /** Whether a text is such an address of an API. */
    public static boolean isApi(String text) {
        try {
            URI api = new URI(text);
            return text.matches("https?://[A-Za-z0-9.:\\[\\]/_-]+") && api.getHost() != null && isProtected(api);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isStore(String text) {
        try {
            URI to = new URI(text);
            return SCHEMES.contains(String.valueOf(to.getScheme()))
                    && (text.startsWith("file:///") || to.getAuthority() != null);
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
