package dev.phigate.balancer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A balancer as a process of its own, whose standard output and error go to files. */
public record Running(Process process, Path out, Path err) {
    /**
     * Starts one.
     *
     * @param folder for what it says
     * @param prefix in bash, before it is executed
     */
    public static Running start(Path folder, String prefix, String... arguments) throws IOException {
        String java = ProcessHandle.current().info().command().orElseThrow();
        return start(
                folder,
                prefix,
                java + " -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xmx128m"
                        + " --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp '"
                        + System.getProperty("java.class.path") + "' dev.phigate.balancer.Main",
                arguments);
    }

    /** Starts the packaged one, as it is started in use. */
    public static Running startJar(Path folder, String... arguments) throws IOException {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")));
        String java = ProcessHandle.current().info().command().orElseThrow();
        return start(
                folder,
                "",
                java + " '@" + root.resolve("balancer-ami/jvm.options") + "' -jar '"
                        + root.resolve("target/app/phigate-balancer.jar") + "'",
                arguments);
    }

    private static Running start(Path folder, String prefix, String program, String... arguments) throws IOException {
        StringBuilder command = new StringBuilder(prefix)
                .append("exec env ${HUP:---default-signal=HUP} ") // whatever the tests were started by
                .append(program);
        for (String argument : arguments) {
            command.append(' ').append(argument);
        }
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        Process process = new ProcessBuilder("bash", "-c", command.toString())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new Running(process, out, err);
    }

    public String ready() {
        Bench.eventually("ready", () -> text(out).contains("ready ") || !process.isAlive());
        assertThat(text(out)).as(text(err)).contains("ready ");
        return text(out);
    }

    public int port(String listener) {
        return Integer.parseInt(ready().split(listener + "=127.0.0.1:", 2)[1].split(" ", 2)[0]);
    }

    public int exitCode() throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("ended").isTrue();
        return process.exitValue();
    }

    public void signal(String name) throws IOException {
        assertThat(Program.run(List.of("kill", "-" + name, Long.toString(process.pid())))
                        .code())
                .isZero();
    }

    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
