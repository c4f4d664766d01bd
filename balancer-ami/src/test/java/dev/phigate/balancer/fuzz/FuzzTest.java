package dev.phigate.balancer.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import dev.phigate.balancer.bench.Program;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Looks for inputs that what reads strangers' bytes does not stand, guided by coverage (Jazzer). All targets share one process and
 * {@value #SHORT} seconds each, 75 in all on two cores, of which Jazzer's start takes 15 seconds; {@code -Dphigate.fuzzSeconds=3600} is a
 * campaign, in which each has a process and that time for itself, or one alone by {@code -Dphigate.fuzzOnly=DNS}. What is found stands in the
 * failure: an input to make a test of.
 */
@Tag("B10")
@Tag("slow")
final class FuzzTest {
    private static final int SHORT = 3;
    private static final int SECONDS = Integer.getInteger("phigate.fuzzSeconds", 0);
    private static final String ONLY = System.getProperty("phigate.fuzzOnly", "");

    /** Targets that share a process. */
    static Stream<List<FuzzTarget>> processes() {
        return SECONDS == 0
                ? Stream.of(List.of(FuzzTarget.values()))
                : Stream.of(FuzzTarget.values())
                        .filter(target -> ONLY.isEmpty() || ONLY.equals(target.name()))
                        .map(List::of);
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("processes")
    void nothingIsFound(List<FuzzTarget> targets) throws IOException {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (FuzzTarget target : targets) {
            int number = 0;
            for (byte[] seed : target.seeds()) {
                ByteArrayOutputStream input = new ByteArrayOutputStream();
                input.write(target.first());
                input.writeBytes(seed);
                Files.write(corpus.resolve(target + "-" + number++), input.toByteArray());
            }
        }
        Program result = Program.run(command(targets, corpus));
        assertThat(result.output()).contains("Done ").doesNotContain("Java Exception", "libFuzzer: timeout");
        assertThat(result.code()).as(result.output()).isZero();
        for (FuzzTarget target : targets) {
            assertThat(result.output()).containsPattern(target + " took [0-9]{3,} inputs");
        }
    }

    private List<String> command(List<FuzzTarget> targets, Path corpus) throws IOException {
        int seconds = SECONDS == 0 ? SHORT : SECONDS;
        Path nobody = Files.createFile(folder.resolve("hosts"));
        List<String> command = new ArrayList<>(List.of(
                // In a child of a small process: the most memory that the fuzzer has had is otherwise that of these
                // tests.
                "sh",
                "-c",
                "\"$@\"; exit $?",
                "sh",
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + folder,
                // No name is asked for: it would be the network that is tested.
                "-Djdk.net.hosts.file=" + nobody,
                "-Dphigate.fuzzSeconds=" + seconds));
        if (targets.size() == 1) {
            command.add("-Dphigate.fuzzOnly=" + targets.getFirst());
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Jazzer.class.getName(),
                "--target_class=" + EveryFuzz.class.getName(),
                "--instrumentation_includes=dev.phigate.**",
                "--custom_hook_includes=dev.phigate.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + seconds * targets.size(),
                "-max_len=4096",
                "-timeout=10",
                corpus.toString()));
        return command;
    }
}
