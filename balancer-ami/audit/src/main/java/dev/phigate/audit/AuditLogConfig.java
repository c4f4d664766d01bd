package dev.phigate.audit;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.sign.SigningKey;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.settings.Section;
import dev.phigate.settings.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a log is and how it writes.
 *
 * @param directory the audit directory, absolute
 * @param origin the name of this log: its folder in the directory, the origin line of its checkpoints, and the name of its key
 * @param key which key signs checkpoints
 * @param durability when a record counts as written
 * @param settings sizes and intervals
 * @param ship where it is shipped, when it is
 */
public record AuditLogConfig(
        Path directory,
        String origin,
        SigningKey key,
        Durability durability,
        LogSettings settings,
        Optional<ShipConfig> ship) {
    private static final long DEFAULT_SEGMENT = 16L << 20;
    private static final long LEAST_SEGMENT = 1L << 20;
    private static final long MOST_SEGMENT = 512L << 20;
    private static final long DEFAULT_BACKLOG = 64L << 20;

    /** When a record counts as written. */
    public enum Durability {
        /** When the operating system has it: the end of the process loses nothing, a power failure at most one sync interval. */
        INTERVAL,
        /** When the disk has it: a power failure loses nothing either. Answers wait for the disk. */
        FSYNC
    }

    /** A log that the key of a file signs and nobody ships. */
    public AuditLogConfig(Path directory, String origin, Path key, Durability durability, LogSettings settings) {
        this(directory, origin, new SigningKey.InFile(key), durability, settings, Optional.empty());
    }

    /** Reads the section {@code audit}. */
    public static AuditLogConfig read(Section section) {
        Path directory = Path.of(path(section, "directory").required());
        String origin = section.text("origin")
                .must(
                        text -> text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
                        "at most 100 letters, digits, dots, hyphens and underscores")
                .required();
        SigningKey key = key(section, directory.resolve(origin + ".key"));
        Durability durability = section.choice("durability", Durability.class).orElse(Durability.INTERVAL);
        Duration sync = section.duration("syncInterval")
                .between(Duration.ofMillis(1), Duration.ofSeconds(1))
                .orElse(Duration.ofMillis(10));
        LogSettings settings = new LogSettings(
                section.bytes("segment")
                        .between(LEAST_SEGMENT, MOST_SEGMENT)
                        .orElse(DEFAULT_SEGMENT)
                        .intValue(),
                section.duration("segmentAge")
                        .between(Duration.ofMinutes(1), Duration.ofDays(1))
                        .orElse(Duration.ofHours(1)),
                durability == Durability.FSYNC ? Duration.ZERO : sync,
                section.duration("checkpointInterval")
                        .between(Duration.ofMillis(100), Duration.ofMinutes(1))
                        .orElse(Duration.ofSeconds(1)),
                section.bytes("backlog").between(LEAST_SEGMENT, MOST_SEGMENT).orElse(DEFAULT_BACKLOG));
        return new AuditLogConfig(
                directory,
                origin,
                key,
                durability,
                settings,
                section.optionalSection("ship").map(ship -> ShipConfig.read(ship, settings.segmentBytes())));
    }

    /** A configuration with the defaults. */
    public static AuditLogConfig of(Path directory, String origin) {
        LogSettings settings = new LogSettings(
                (int) DEFAULT_SEGMENT,
                Duration.ofHours(1),
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                DEFAULT_BACKLOG);
        return new AuditLogConfig(directory, origin, directory.resolve(origin + ".key"), Durability.INTERVAL, settings);
    }

    /** A log beside this one, with a key of its own, or a name of its own for a key that a cloud keeps: kept, and shipped, as this one is. */
    public AuditLogConfig beside(String suffix) {
        return new AuditLogConfig(directory, origin + suffix, key.beside(suffix), durability, settings, ship);
    }

    /** The log's folder. */
    public LogFolder folder() {
        return new LogFolder(directory.resolve(origin));
    }

    private static SigningKey key(Section section, Path standIn) {
        Optional<String> key =
                section.text("key").must(SigningKey::is, SigningKey.EXPECTED).optional();
        Optional<URI> endpoint = section.text("keyEndpoint")
                .must(ShipConfig::isApi, ShipConfig.PROTECTED)
                .optional()
                .map(URI::create);
        if (endpoint.isPresent() && !SigningKey.InCloud.is(key.orElse(""))) {
            section.problem("keyEndpoint", "there is no API to ask (expected: only with a key in a cloud)");
        }
        return key.map(text -> SigningKey.of(text, endpoint)).orElseGet(() -> new SigningKey.InFile(standIn));
    }

    private static Setting<String> path(Section section, String key) {
        return section.text(key).must(text -> text.startsWith("/") && text.indexOf('\0') < 0, "an absolute path");
    }
}
