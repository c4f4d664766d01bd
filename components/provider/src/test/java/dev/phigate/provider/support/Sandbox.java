package dev.phigate.provider.support;

import dev.phigate.provider.local.files.OwnerFiles;
import dev.phigate.provider.local.process.ProcessIdentity;
import dev.phigate.provider.local.process.Signals;
import dev.phigate.provider.local.workload.WorkloadMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder for one test. Afterwards every process that a {@code resource.json} below it names is stopped, append-only attributes are
 * cleared, and it is removed.
 */
public final class Sandbox implements BeforeEachCallback, AfterEachCallback {
    private Path folder = Path.of("/nonexistent");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        folder = Files.createTempDirectory("phigate-test-").toRealPath();
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        for (Path record : find("resource.json")) {
            stop(record);
        }
        int _ = Commands.run(folder, List.of("chattr", "-R", "-a", folder.toString()))
                .exitCode();
        OwnerFiles.removeTree(folder);
    }

    /** A path in it. */
    public Path path(String name) {
        return folder.resolve(name);
    }

    /** Every file below it with a name. */
    public List<Path> find(String name) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith(name)).toList();
        }
    }

    /** Every process whose command line names something in it. */
    public List<ProcessHandle> processes() {
        String here = folder.toString().toLowerCase(Locale.ROOT);
        return ProcessHandle.allProcesses()
                .filter(process -> commandLine(process).toLowerCase(Locale.ROOT).contains(here))
                .filter(process -> ProcessIdentity.of(process.pid())
                        .filter(ProcessIdentity::alive)
                        .isPresent())
                .toList();
    }

    /** Those of {@link #processes()} that are workloads. */
    public List<ProcessHandle> workloads() {
        return processes().stream()
                .filter(process -> commandLine(process).contains(WorkloadMain.class.getName()))
                .toList();
    }

    /** The kernel's own word: {@link ProcessHandle.Info#arguments()} is empty for what is longer than a page, as a class path is. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    private static void stop(Path record) throws IOException {
        try {
            ProcessIdentity.read(JsonMapper.shared()
                            .readTree(Files.readString(record))
                            .path("details"))
                    .ifPresent(process -> Signals.stop(process, Duration.ofSeconds(3)));
        } catch (JacksonException damaged) {
            // A test damaged it; the process is stopped by that test.
        }
    }
}
