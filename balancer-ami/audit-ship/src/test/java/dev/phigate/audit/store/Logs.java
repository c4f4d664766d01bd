package dev.phigate.audit.store;

import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Small logs to ship. */
final class Logs {
    private static final LogSettings SETTINGS =
            new LogSettings(1 << 16, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofDays(1), 1 << 24);

    private Logs() {}

    /** Appends to a log and closes it. */
    static LogFolder written(Path path, int from, int to) throws IOException {
        LogFolder folder = new LogFolder(path);
        LogKey key = LogKey.open(
                path.resolveSibling(path.getFileName() + ".key"),
                path.getFileName().toString());
        try (LogWriter writer = LogWriter.open(folder, key, SETTINGS)) {
            for (int i = from; i < to; i++) {
                byte[] record = ("record " + i + " ".repeat(i % 97)).getBytes(StandardCharsets.UTF_8);
                while (writer.append(record, record.length) == LogWriter.FULL) {
                    Thread.onSpinWait();
                }
            }
        }
        return folder;
    }

    static ShipConfig config(String to, Optional<URI> endpoint, Duration keep) {
        return new ShipConfig(
                URI.create(to),
                Optional.of("eu-central-1"),
                endpoint,
                Optional.empty(),
                Duration.ofDays(2192),
                false,
                Duration.ofSeconds(1),
                1L << 30,
                keep);
    }

    /** Everything that is in a store, as a folder. */
    static LogFolder fetched(ObjectStore store, String origin, Path to) throws IOException {
        for (String name : store.list(origin + "/")) {
            Path file = to.resolve(name);
            Files.createDirectories(file.getParent());
            Files.write(file, Objects.requireNonNull(store.get(name)));
        }
        return new LogFolder(to.resolve(origin));
    }
}
