package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/**
 * The real Pulumi engine with the real launcher of the pack, in a folder of its own. The program and the providers are served by the test
 * itself ({@link InlineProgram}), so a run needs no language host, no plugin and no account.
 */
final class Engine {
    private static final Path ROOT = Path.of(property("phigate.root"));
    /** Not the project's wrapper, which names the project's own pack. */
    private static final Path PROGRAMS = ROOT.resolve(".tools/pulumi/current");

    private static final Path PULUMI = PROGRAMS.resolve("pulumi");

    private final Path home;
    private final Path project;
    private final Path policies;

    /** How a run ended, and what it printed. */
    record Run(int exit, String out, String err) {
        /** Both streams. */
        String output() {
            return out + err;
        }
    }

    /** Lays out a project under a folder. */
    Engine(Path folder) throws IOException, InterruptedException {
        if (!Files.isExecutable(PULUMI)) {
            throw new IllegalStateException(PULUMI + " is missing: run scripts/phigate setup");
        }
        home = Files.createDirectories(folder.resolve("home"));
        project = Files.createDirectories(folder.resolve("project"));
        policies = installPack(folder.resolve("installed"));
        Files.createDirectories(folder.resolve("state"));
        Files.writeString(project.resolve("Pulumi.yaml"), "name: project\nruntime: inline\n");
        assertThat(pulumi(Map.of(), "login", folder.resolve("state").toUri().toString())
                        .exit())
                .isZero();
        assertThat(pulumi(Map.of(), "stack", "init", "organization/project/test")
                        .exit())
                .isZero();
    }

    /** The folder of the pack. */
    Path policies() {
        return policies;
    }

    /** Runs {@code preview} or {@code up} on a program with the pack. */
    Run run(String command, InlineProgram program, String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(command, "--policy-pack", policies.toString()));
        if (command.equals("up")) {
            arguments.add("--yes");
        }
        arguments.addAll(List.of(more));
        return on(program, arguments);
    }

    /** What {@code preview --json} prints of a program that nobody judges. */
    String digest(InlineProgram program) throws IOException, InterruptedException {
        Run run = on(program, List.of("preview", "--json", "--show-sames"));
        assertThat(run.exit()).as(run.output()).isZero();
        return run.out();
    }

    /** What {@code stack export} prints. */
    String export(String... more) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("stack", "export"));
        arguments.addAll(List.of(more));
        return pulumi(Map.of(), arguments.toArray(String[]::new)).out();
    }

    private Run on(InlineProgram program, List<String> arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of("--client", "127.0.0.1:" + program.port(), "--exec-kind", "auto.inline"));
        // The second variable makes --event-log known to the command line.
        return pulumi(
                Map.of("PULUMI_DEBUG_PROVIDERS", program.providers(), "PULUMI_DEBUG_COMMANDS", "true"),
                all.toArray(String[]::new));
    }

    /** The lines of the state that name resources. */
    List<String> deployed() throws IOException, InterruptedException {
        return export().lines()
                .filter(line -> line.contains("\"urn\":") && !line.contains("::pulumi:"))
                .toList();
    }

    /** The folder of the pack. */
    Path pack() {
        return policies;
    }

    /** Runs a program of any language that starts the engine itself. */
    Run script(List<String> command, Map<String, String> more) throws IOException, InterruptedException {
        return run(prepared(command, more), 120);
    }

    private Run pulumi(Map<String, String> more, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PULUMI.toString(), "--non-interactive", "--color", "never"));
        command.addAll(Arrays.asList(arguments));
        return run(prepared(command, more), 60);
    }

    private ProcessBuilder prepared(List<String> command, Map<String, String> more) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(project.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("PULUMI_"));
        builder.environment()
                .putAll(Map.of(
                        "PULUMI_HOME", home.toString(),
                        "PULUMI_CONFIG_PASSPHRASE", "",
                        "PULUMI_SKIP_UPDATE_CHECK", "1",
                        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "1",
                        "NO_COLOR", "1",
                        "PATH",
                                String.join(
                                        ":",
                                        policies.resolve("bin").toString(),
                                        PROGRAMS.toString(),
                                        System.getenv("PATH"))));
        builder.environment().putAll(more);
        return builder;
    }

    /** Runs a process to its end; it does not outlive the call. */
    static Run run(ProcessBuilder builder, int seconds) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("stderr", "");
        Process process = builder.redirectError(errors.toFile()).start();
        try {
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).isTrue();
            return new Run(process.exitValue(), out, Files.readString(errors));
        } finally {
            process.destroyForcibly();
            Files.delete(errors);
        }
    }

    /** The pack as setup leaves it, except that its jar points at the classes under test. */
    private static Path installPack(Path root) throws IOException {
        Path installed = root.resolve("policies");
        Files.createDirectories(installed.resolve("bin"));
        for (String file : List.of("PulumiPolicy.yaml", "jvm.options", "bin/pulumi-analyzer-policy-phigate")) {
            Files.copy(ROOT.resolve("policies").resolve(file), installed.resolve(file));
        }
        Files.createSymbolicLink(
                Files.createDirectories(root.resolve(".tools")).resolve("jdk"), Path.of(property("java.home")));
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, AnalyzerMain.class.getName());
        manifest.getMainAttributes()
                .put(
                        Attributes.Name.CLASS_PATH,
                        Arrays.stream(property("java.class.path").split(":", -1))
                                .map(Path::of)
                                .map(Path::toUri)
                                .map(URI::toString)
                                .collect(Collectors.joining(" ")));
        Path jar = Files.createDirectories(root.resolve("target/app")).resolve("phigate-policies.jar");
        new JarOutputStream(Files.newOutputStream(jar), manifest).close();
        return installed;
    }

    private static String property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the system property " + name + " is not set: run this test through Maven");
        }
        return value;
    }
}
