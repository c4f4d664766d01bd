package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real Pulumi engine, run in the project's root with a home, a backend and a working folder of its own. */
final class RealEngine {
    private static final Path ROOT = StackFile.ROOT;
    private static final Duration LONGEST = Duration.ofMinutes(3);

    private final Path home;

    /** How a command ended, and what it said on both streams. */
    record Ended(int exitCode, String output) {}

    RealEngine(Path home) throws IOException, InterruptedException {
        for (String needed : List.of(
                ".tools/bin/pulumi",
                "target/app/phigate-stacks.jar",
                "target/app/phigate-provider.jar",
                "target/app/phigate-policies.jar",
                "target/app/phigate-balancer.jar")) {
            assertThat(ROOT.resolve(needed))
                    .as("run scripts/phigate setup first")
                    .exists();
        }
        this.home = home;
        Files.createDirectories(home.resolve("state"));
        Files.createDirectories(home.resolve("stacks"));
        Files.writeString(home.resolve("stacks/Pulumi.yaml"), "name: phigate\nruntime: java\n");
        Ended made = run(home.resolve("stacks"), Map.of(), "stack", "init", "local");
        assertThat(made.exitCode()).as(made.output()).isZero();
    }

    /**
     * Runs one command for a stack file.
     *
     * @param variables added to the environment
     */
    Ended run(StackFile file, Map<String, String> variables, String... command)
            throws IOException, InterruptedException {
        Path salted = home.resolve("stacks/Pulumi.local.yaml");
        String salt = Files.readAllLines(salted).stream()
                .filter(line -> line.startsWith("encryptionsalt:"))
                .findFirst()
                .orElseThrow();
        Files.writeString(salted, file.yaml() + "\n" + salt + "\n");
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(List.of("--stack", "local", "--config-file", salted.toString()));
        return run(ROOT, variables, arguments.toArray(String[]::new));
    }

    /** The outputs of the stack. */
    JsonNode outputs() throws IOException, InterruptedException {
        return json("stack", "output", "--json", "--stack", "local");
    }

    /** The URNs of what the state holds. */
    List<String> resources() throws IOException, InterruptedException {
        List<String> urns = new ArrayList<>();
        json("stack", "export", "--stack", "local")
                .path("deployment")
                .path("resources")
                .forEach(resource -> urns.add(resource.path("urn").asString()));
        return urns;
    }

    /** Records outlive the environment, but not the test: its folder is append-only where the file system allows. */
    void letTheAuditTrailBeDeleted() throws IOException, InterruptedException {
        Process chattr = new ProcessBuilder("chattr", "-R", "-f", "-a", home.toString())
                .inheritIO()
                .start();
        assertThat(chattr.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private JsonNode json(String... command) throws IOException, InterruptedException {
        Ended ended = run(ROOT, Map.of(), command);
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        return JsonMapper.shared().readTree(ended.output());
    }

    private Ended run(Path folder, Map<String, String> variables, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(ROOT.resolve(".tools/bin/pulumi").toString()));
        command.addAll(List.of(arguments));
        Path output = home.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().remove("PULUMI_CONFIG_PASSPHRASE_FILE");
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        ROOT.resolve(".tools/bin") + ":" + System.getenv("PATH"),
                        "PHIGATE_HOME",
                        home.toString(),
                        "PULUMI_BACKEND_URL",
                        "file://" + home.resolve("state"),
                        "PULUMI_CONFIG_PASSPHRASE",
                        "test",
                        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
                        "true",
                        "PULUMI_HOME",
                        home.resolve("pulumi-home").toString(),
                        "PULUMI_SKIP_UPDATE_CHECK",
                        "true"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> String.join(" ", command) + " did not end within " + LONGEST + "\n" + read(output))
                    .isTrue();
            return new Ended(process.exitValue(), read(output));
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
