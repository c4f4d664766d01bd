package dev.phigate.cli.audit;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which logs a command is about: one, or all of an audit directory. */
final class LogChoice {
    @Parameters(
            index = "0",
            paramLabel = "DIR|ADDRESS",
            description = {
                "A log's folder, or an audit directory with one folder for each balancer;",
                "or where they were shipped to: s3://bucket/prefix, azure://account/container/prefix, gs://bucket/prefix."
            })
    String place = ".";

    @Option(names = "--region", paramLabel = "REGION", description = "The region of an s3:// address.")
    private @Nullable String region;

    @Option(
            names = "--endpoint",
            paramLabel = "URL",
            description = "Another address of the store's API; default: the cloud's.")
    private @Nullable String endpoint;

    /** What a command ends with that cannot read one of them. */
    static Stop unreadable(LogFolder log, Exception e) {
        return Stop.couldNotRun("audit log " + log.path() + " cannot be read: " + e.getMessage());
    }

    /** The logs, by the names of their folders. */
    List<LogFolder> logs() {
        Path folder = folder();
        try {
            List<LogFolder> logs = isLog(folder) ? List.of(new LogFolder(folder)) : inside(folder);
            if (!logs.isEmpty()) {
                return logs;
            }
        } catch (IOException | UncheckedIOException e) {
            throw Stop.couldNotRun(folder + " cannot be read: " + e.getMessage());
        }
        throw none(folder);
    }

    /** The logs, which must be on this machine. */
    List<LogFolder> localLogs() {
        if (StoreAddress.is(place)) {
            throw Stop.usage(place + " is where logs were shipped to (expected: a folder)");
        }
        return logs();
    }

    private Path folder() {
        return at(place);
    }

    /** What a text names: a path on this machine, or what is below an address of a store, which is opened. */
    Path at(String text) {
        if (!StoreAddress.is(text)) {
            return Path.of(text).toAbsolutePath().normalize();
        }
        Map<String, String> environment = new HashMap<>();
        if (region != null) {
            environment.put("region", region);
        }
        if (endpoint != null) {
            environment.put("endpoint", endpoint);
        }
        return StoreAddress.of(text).open(environment);
    }

    private static Stop none(Path folder) {
        return Stop.usage(
                "no audit log is in " + folder,
                "A log is a folder with segments/ in it. A stack's audit directory: scripts/phigate output STACK auditLog");
    }

    private static List<LogFolder> inside(Path folder) throws IOException {
        try (var inside = Files.list(folder)) {
            return inside.filter(LogChoice::isLog).sorted().map(LogFolder::new).toList();
        }
    }

    private static boolean isLog(Path folder) {
        return Files.isDirectory(folder.resolve("segments"));
    }
}
