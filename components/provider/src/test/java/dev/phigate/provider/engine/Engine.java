package dev.phigate.provider.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real Pulumi CLI on a project, state and home of its own, with a program of this JVM and the plugin as users start it. */
final class Engine implements AutoCloseable {
    private static final Path ROOT = Path.of(System.getProperty("phigate.root"));
    private static final int LONGEST_MINUTES = 3;

    private final Path project;
    private final TestProgram program;
    private final Map<String, String> environment;

    /** How a command of the CLI ended. */
    record Outcome(int exitCode, String output) {
        Outcome succeeded() {
            assertThat(exitCode).as(output).isZero();
            return this;
        }

        Outcome failed() {
            assertThat(exitCode).as(output).isNotZero();
            return this;
        }

        /** Whether the CLI's summary says that nothing was changed. */
        Outcome changedNothing() {
            assertThat(output).doesNotContain("created", "updated", "replaced", "deleted");
            return this;
        }
    }

    Engine(Sandbox sandbox, TestProgram program) throws IOException {
        this.program = program;
        project = Files.createDirectories(sandbox.path("project"));
        Path state = Files.createDirectories(sandbox.path("state"));
        Path bin = launcher(sandbox.path("bin"));
        Files.writeString(project.resolve("Pulumi.yaml"), """
                name: phigate
                runtime: java
                plugins:
                  providers:
                    - name: phigate
                      path: %s
                """.formatted(bin));
        environment = Map.of(
                "PULUMI_HOME",
                        Files.createDirectories(sandbox.path("pulumi-home")).toString(),
                "PULUMI_BACKEND_URL", "file://" + state,
                "PULUMI_CONFIG_PASSPHRASE", "for tests only",
                "PULUMI_SKIP_UPDATE_CHECK", "1",
                "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "1",
                "NO_COLOR", "1");
        Outcome _ = run("stack", "init", "test").succeeded();
    }

    /** Starts the classes under test; the launcher that users have starts the jar, which is not built yet when tests run. */
    private static Path launcher(Path bin) throws IOException {
        Path launcher = Files.createDirectories(bin).resolve("pulumi-resource-phigate");
        Files.writeString(
                launcher, """
                #!/bin/sh
                exec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow \\
                  -cp '%s' dev.phigate.provider.ProviderMain "$@"
                """.formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        return bin;
    }

    Outcome up() throws IOException {
        return run("up", "--yes", "--skip-preview", "--client=" + program.address());
    }

    Outcome preview() throws IOException {
        return run("preview", "--diff", "--client=" + program.address());
    }

    Outcome refresh() throws IOException {
        return run("refresh", "--yes", "--skip-preview", "--client=" + program.address());
    }

    Outcome destroy() throws IOException {
        return run("destroy", "--yes", "--skip-preview", "--client=" + program.address());
    }

    /** The outputs of all resources by the program's names. */
    JsonNode outputs() throws IOException {
        return JsonMapper.shared()
                .readTree(run("stack", "output", "--json", "--show-secrets")
                        .succeeded()
                        .output());
    }

    String state() throws IOException {
        return run("stack", "export").succeeded().output();
    }

    /** The outputs of one resource in the state. */
    JsonNode state(String name) throws IOException {
        return JsonMapper.shared()
                .readTree(state())
                .at("/deployment/resources")
                .valueStream()
                .filter(resource -> resource.path("urn").asString("").endsWith("::" + name))
                .findFirst()
                .orElseThrow()
                .path("outputs");
    }

    /** Clears the lock that a killed engine leaves. */
    void unlock() throws IOException {
        Outcome _ = run("cancel", "--yes");
    }

    Process startUp() throws IOException {
        return start("up", "--yes", "--skip-preview", "--client=" + program.address());
    }

    Outcome run(String... arguments) throws IOException {
        Process process = start(arguments);
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException("pulumi " + String.join(" ", arguments) + ": still runs\n" + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return new Outcome(process.exitValue(), output);
    }

    private Process start(String... arguments) throws IOException {
        // Not the project's wrapper, which has the policy pack judge: these programs are about the plugin.
        Path pulumi = ROOT.resolve(".tools/pulumi/current/pulumi");
        assertThat(pulumi).as("scripts/phigate setup provides the engine").isExecutable();
        List<String> command = new ArrayList<>(List.of(pulumi.toString(), "--non-interactive", "--stack=test"));
        if (arguments[0].equals("stack") && arguments[1].equals("init")) {
            command.removeLast();
        }
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    @Override
    public void close() {
        program.close();
    }
}
