package dev.phigate.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One installation of phigate for a test: a working folder of its own, the stack {@code local} on free ports, and the real command
 * line. Everything it started is gone when it is closed, also after a failed test.
 */
final class Installation implements AutoCloseable {
    static final Duration LONG_ENOUGH = Duration.ofMinutes(10);

    final Path home;
    final Path intent;
    final Map<String, String> environment = new TreeMap<>();
    private final Path root = Child.root();

    Installation(Path folder) throws IOException {
        this.home = folder.resolve("home");
        this.intent = folder.resolve("intent.yaml");
        // Somebody stopped the tests in the middle.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::killWhatIsLeft));
        environment.putAll(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("PULUMI_"));
        environment.put("PHIGATE_HOME", home.toString());
        // Maven has packaged what is tested; a launcher that built it again would do so under Maven's feet.
        environment.put("PHIGATE_BUILD", "skip");
        String tracked = Files.readString(root.resolve("stacks/Pulumi.local.yaml"));
        for (String port : List.of("18441", "18442", "8443", "8444")) {
            tracked = tracked.replaceAll("port: " + port + "\\b", "port: " + freePort());
        }
        Files.writeString(intent, tracked);
    }

    /** The intent with a text in place of another one, which must be there. */
    void change(String from, String to) throws IOException {
        String text = Files.readString(intent);
        assertThat(text).contains(from);
        Files.writeString(intent, text.replace(from, to));
    }

    Child phigate(String... arguments) {
        return Child.run(Path.of("/"), environment, LONG_ENOUGH, line(arguments));
    }

    Child.Running start(String... arguments) {
        return Child.start(Path.of("/"), environment, line(arguments));
    }

    /** As printed in the README, with this installation's intent. */
    Child up() {
        return phigate("up", "local", "--intent", intent.toString());
    }

    Child down() {
        return phigate("down", "local", "--intent", intent.toString());
    }

    /** Plain Pulumi, as setup offers it. */
    Child pulumi(String... arguments) {
        List<String> line =
                new ArrayList<>(List.of(root.resolve(".tools/bin/pulumi").toString()));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--stack", "local", "--non-interactive"));
        return Child.run(root, environment, LONG_ENOUGH, line);
    }

    JsonNode outputs() {
        return JsonMapper.shared()
                .readTree(phigate("output", "local", "--intent", intent.toString(), "--json")
                        .endsWith(0)
                        .out());
    }

    /** Curl against the balancer, trusting this installation's authority only. */
    Child curl(JsonNode outputs, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                "curl",
                "--silent",
                "--show-error",
                "--max-time",
                "20",
                "--cacert",
                outputs.path("caCertificate").asString()));
        line.addAll(List.of(arguments));
        return Child.run(Path.of("/"), environment, Duration.ofSeconds(60), line);
    }

    /** The line that `up` printed to be pasted, pasted. */
    Child paste(Child up) {
        String line = up.out()
                .lines()
                .filter(text -> text.startsWith("curl "))
                .findFirst()
                .orElseThrow();
        return Child.run(Path.of("/"), environment, Duration.ofSeconds(60), List.of("bash", "-c", line));
    }

    /** Every record of the audit log, as the command line finds it. */
    List<String> auditRecords(JsonNode outputs) {
        return phigate("audit", "query", outputs.path("auditLog").asString(), "--format", "json")
                .endsWith(0)
                .out()
                .lines()
                .toList();
    }

    /** The audit log, proved with the key ring's public key. */
    Child auditVerify(JsonNode outputs) {
        return phigate(
                "audit",
                "verify",
                outputs.path("auditLog").asString(),
                "--key",
                outputs.path("auditPublicKey").asString());
    }

    private List<String> line(String... arguments) {
        List<String> line =
                new ArrayList<>(List.of(root.resolve("scripts/phigate").toString()));
        line.addAll(List.of(arguments));
        return line;
    }

    /** Not one of those that the kernel gives to whoever asks for any: the engine takes such a one before it is needed here. */
    static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: another one.
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (Files.exists(home)) {
            down();
        }
        killWhatIsLeft();
        // The audit log is append-only where the file system allows it, for root as well.
        Child.run(
                Path.of("/"),
                environment,
                Duration.ofSeconds(20),
                List.of("/usr/bin/chattr", "-R", "-f", "-a", "-i", home.toString()));
    }

    /** Whatever was started with a file of this installation on its command line. */
    private void killWhatIsLeft() {
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> commandLine(process).contains(home.toString()))
                .forEach(ProcessHandle::destroyForcibly);
    }

    static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
