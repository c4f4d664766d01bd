package dev.phigate.rehearsal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Programs of other people, in Python and TypeScript, with the official SDKs, the real engine and the twin. The SDKs come from PyPI and npm,
 * pinned, into the test's own folder.
 */
@Tag("P2")
@Tag("engine")
class OtherLanguagesTest {
    private static final Path ROOT = Path.of(System.getProperty("phigate.root"));
    private static final Path PROGRAMS = ROOT.resolve("components/rehearsal/src/test/programs");
    private static final int LONGEST_MINUTES = 5;
    private static final String PULUMI = "3.250.0";
    private static final String AWS = "6.83.0";

    @TempDir
    private Path folder;

    @Test
    void aPythonProgramGoesUpAndDownAgainstTheTwin() throws IOException {
        run(ROOT, "python3", "-m", "venv", folder.resolve("venv").toString());
        run(
                ROOT,
                folder.resolve("venv/bin/pip").toString(),
                "install",
                "--quiet",
                "--no-compile",
                "--disable-pip-version-check",
                "pulumi==" + PULUMI,
                "pulumi-aws==" + AWS);
        judge(
                folder.resolve("venv/bin/python").toString(),
                PROGRAMS.resolve("python/program.py").toString());
    }

    @Test
    void aTypeScriptProgramGoesUpAndDownAgainstTheTwin() throws IOException {
        Path project = Files.createDirectories(folder.resolve("node"));
        run(
                project,
                "npm",
                "install",
                "--silent",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--prefix",
                project.toString(),
                "@pulumi/pulumi@" + PULUMI,
                "@pulumi/aws@" + AWS,
                "typescript@5.9.3");
        // Checks nothing: the types of all of AWS take a minute and a gigabyte, and are not ours to test.
        run(
                project,
                "node",
                "-e",
                "const fs = require('fs'); fs.writeFileSync('program.js', require('typescript').transpileModule("
                        + "fs.readFileSync(process.argv[1], 'utf8'), {compilerOptions: {module: 'commonjs', target: 'es2022', esModuleInterop: true}}).outputText)",
                PROGRAMS.resolve("typescript/program.ts").toString());
        judge("node", project.resolve("program.js").toString());
    }

    private void judge(String... program) throws IOException {
        JsonNode refused = result(
                with(program, Files.createDirectories(folder.resolve("work")).toString(), "fault"));
        assertThat(refused.path("refused").asString(""))
                .as(refused.toString())
                .contains("rehearsal: \"vpc-0123456789abcdef0\" names nothing that is there");
        JsonNode fine = result(with(program, folder.resolve("work").toString()));
        assertThat(fine.path("previewed").path("create").asInt())
                .as(fine.toString())
                .isEqualTo(7);
        assertThat(fine.path("outputs").path("account").asString("")).isEqualTo("123456789012");
        assertThat(fine.path("outputs").path("key").asString(""))
                .startsWith("arn:aws:kms:eu-central-1:123456789012:key/");
        assertThat(fine.path("again").propertyNames()).containsExactly("same");
        assertThat(fine.path("destroyed").path("delete").asInt()).isEqualTo(7);
    }

    private static String[] with(String[] program, String... more) {
        List<String> all = new ArrayList<>(List.of(program));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private JsonNode result(String... command) throws IOException {
        String output = run(folder, command);
        return JsonMapper.shared()
                .readTree(output.lines().reduce((_, last) -> last).orElseThrow());
    }

    /** Runs a command to its end, with the twin and the engine on its PATH, and an engine's home of the test's own. */
    private String run(Path directory, String... command) throws IOException {
        Path errors = folder.resolve("errors");
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectError(errors.toFile());
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        twin() + ":" + ROOT.resolve(".tools/pulumi/current") + ":" + System.getenv("PATH"),
                        "PHIGATE_REHEARSAL",
                        folder.resolve("twins").toString(),
                        "PULUMI_HOME",
                        folder.resolve("pulumi-home").toString(),
                        "PULUMI_BACKEND_URL",
                        "file://" + Files.createDirectories(folder.resolve("state")),
                        "PULUMI_CONFIG_PASSPHRASE",
                        "for tests only",
                        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
                        "1",
                        "PULUMI_SKIP_UPDATE_CHECK",
                        "1"));
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES))
                    .as("still runs: " + Arrays.toString(command))
                    .isTrue();
            assertThat(process.exitValue())
                    .as(() -> Arrays.toString(command) + "\n" + output + read(errors))
                    .isZero();
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Starts the classes under test; the launcher that users have starts the jar, which is not built yet when tests run. */
    private Path twin() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path launcher = bin.resolve("pulumi-resource-aws");
        if (Files.notExists(launcher)) {
            Files.writeString(
                    launcher, """
                    #!/bin/sh
                    exec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow \\
                      -cp '%s' dev.phigate.rehearsal.RehearsalMain aws "$@"
                    """.formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
            Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        }
        return bin;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
