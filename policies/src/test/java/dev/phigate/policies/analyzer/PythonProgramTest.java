package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program in Python with the AWS package of PyPI, gated by the same pack and the real engine. Its packages are pinned by hash in
 * {@code requirements.txt} and installed into the build folder once; the provider is a stand-in, so there is no account.
 */
@Tag("engine")
@Tag("P2")
class PythonProgramTest {
    private static Engine engine;
    private static Path python;
    private static Path program;

    @BeforeAll
    static void install(@TempDir Path folder) throws Exception {
        PinnedPackages.assumeOnPath("python3");
        engine = new Engine(folder);
        program = PinnedPackages.source("python/program.py");
        Path pins = PinnedPackages.source("python/requirements.txt");
        python = PinnedPackages.installed(pins, into -> {
                    PinnedPackages.run(into, "python3", "-m", "venv", "--clear", into.toString());
                    PinnedPackages.run(
                            into,
                            into.resolve("bin/python").toString(),
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            "--disable-pip-version-check",
                            "--no-deps",
                            "--only-binary=:all:",
                            "--require-hashes",
                            "-r",
                            pins.toString());
                })
                .resolve("bin/python");
    }

    @Test
    void aProgramInPythonIsStoppedByTheRulesThatItBreaksAndByNoOther() throws Exception {
        try (InlineProgram stub = new InlineProgram()) {
            Engine.Run open = gate(stub, "open");
            assertThat(open.exit()).as(open.output()).isNotZero();
            assertThat(open.output().lines().filter(line -> line.contains("[mandatory]")))
                    .as(open.output())
                    .hasSize(2)
                    .anyMatch(line -> line.contains("aws-kms-rotation-enabled") && line.contains("key"))
                    .anyMatch(line -> line.contains("aws-sg-no-open-admin-ports"));
            Engine.Run closed = gate(stub, "closed");
            assertThat(closed.exit()).as(closed.output()).isZero();
            assertThat(closed.output()).doesNotContain("[mandatory]");
        }
    }

    private static Engine.Run gate(InlineProgram stub, String shape) throws IOException, InterruptedException {
        return engine.script(
                List.of(python.toString(), program.toString(), engine.pack().toString(), shape),
                Map.of("PULUMI_DEBUG_PROVIDERS", stub.provider("aws")));
    }
}
