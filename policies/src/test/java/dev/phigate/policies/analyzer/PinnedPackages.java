package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Packages of another language, pinned by hash in a file, and installed into the build folder once. */
final class PinnedPackages {
    private static final String COMPLETE = "complete";

    private PinnedPackages() {}

    /** How packages get into a folder. */
    @FunctionalInterface
    interface Installation {
        void into(Path folder) throws IOException, InterruptedException;
    }

    /** The folder of the packages that a file pins. */
    static Path installed(Path pins, Installation installation) throws IOException, InterruptedException {
        String digest = Integer.toHexString(Files.readString(pins).hashCode());
        Path folder = Path.of("target", "packages-" + digest).toAbsolutePath();
        if (!Files.exists(folder.resolve(COMPLETE))) {
            installation.into(Files.createDirectories(folder));
            Files.createFile(folder.resolve(COMPLETE));
        }
        return folder;
    }

    /** Skips the test where a program is not on the machine. */
    static void assumeOnPath(String program) {
        boolean here = Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, program)));
        Assumptions.assumeTrue(here, "skipped: there is no " + program + " on PATH");
    }

    /** A file of a program under {@code programs/}. */
    static Path source(String file) throws Exception {
        return Path.of(PinnedPackages.class.getResource("/programs/" + file).toURI());
    }

    /** Runs one step of an installation in a folder. */
    static void run(Path folder, String... command) throws IOException, InterruptedException {
        Engine.Run run = Engine.run(new ProcessBuilder(command).directory(folder.toFile()), 300);
        assertThat(run.exit()).as(run.output()).isZero();
    }
}
