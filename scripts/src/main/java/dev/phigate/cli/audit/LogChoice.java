package dev.phigate.cli.audit;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Parameters;

/** Which logs a command is about: one, or all of an audit directory. */
final class LogChoice {
    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "A log's folder, or an audit directory with one folder for each balancer.")
    Path directory = Path.of(".");

    /** What a command ends with that cannot read one of them. */
    static Stop unreadable(LogFolder log, IOException e) {
        return Stop.couldNotRun("audit log " + log.path() + " cannot be read: " + e.getMessage());
    }

    /** The logs, by the names of their folders. */
    List<LogFolder> logs() {
        Path folder = directory.toAbsolutePath().normalize();
        if (isLog(folder)) {
            return List.of(new LogFolder(folder));
        }
        try (var inside = Files.list(folder)) {
            List<LogFolder> logs =
                    inside.filter(LogChoice::isLog).sorted().map(LogFolder::new).toList();
            if (!logs.isEmpty()) {
                return logs;
            }
        } catch (IOException e) {
            throw Stop.couldNotRun(folder + " cannot be read: " + e.getMessage());
        }
        throw Stop.usage(
                "no audit log is in " + folder,
                "A log is a folder with segments/ in it. A stack's audit directory: scripts/phigate output STACK auditLog");
    }

    private static boolean isLog(Path folder) {
        return Files.isDirectory(folder.resolve("segments"));
    }
}
