package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
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
        boolean here = Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, "python3")));
        Assumptions.assumeTrue(here, "skipped: there is no python3 on PATH");
        engine = new Engine(folder);
        Path sources =
                Path.of(PythonProgramTest.class.getResource("/programs/python").toURI());
        program = sources.resolve("program.py");
        Path requirements = sources.resolve("requirements.txt");
        Path environment = Path.of(
                        "target",
                        "python-"
                                + Integer.toHexString(
                                        Files.readString(requirements).hashCode()))
                .toAbsolutePath();
        python = environment.resolve("bin/python");
        if (!Files.exists(environment.resolve("complete"))) {
            run("python3", "-m", "venv", "--clear", environment.toString());
            run(
                    python.toString(),
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "--no-deps",
                    "--only-binary=:all:",
                    "--require-hashes",
                    "-r",
                    requirements.toString());
            Files.createFile(environment.resolve("complete"));
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Engine.Run run = Engine.run(new ProcessBuilder(command), 300);
        assertThat(run.exit()).as(run.output()).isZero();
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
