package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.training.TrainingPeers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The run that the JVM records for an AOT cache: where it fails, setup goes on without a cache, so only this says why. */
class TrainingTest {
    @Test
    void itGoesThroughEverythingInUseAndLeavesNothing() throws Exception {
        List<Path> before = folders();

        assertThatCode(Training::run).doesNotThrowAnyException();

        assertThat(folders()).isSubsetOf(before);
        assertThat(ProcessHandle.current().children())
                .noneMatch(child -> child.info().commandLine().orElse("").contains(TrainingPeers.class.getName()));
    }

    @Test
    void whatTheJvmSaysOfACacheThatItCannotUseIsNotWhereWePrint(@TempDir Path folder) throws Exception {
        Path stale = Files.writeString(folder.resolve("stale.aot"), "of another JVM");
        Path options = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")))
                .resolve("balancer-ami/jvm.options");
        Running schema = Running.start(
                folder, "export JDK_JAVA_OPTIONS='@" + options + " -XX:AOTCache=" + stale + "'; ", "schema");

        assertThat(schema.exitCode()).isZero();
        assertThat(Running.text(schema.out())).startsWith("{").doesNotContain("[aot]");
        assertThat(Running.text(schema.err())).contains("[warning][aot]");
    }

    private static List<Path> folders() throws Exception {
        try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return all.filter(each -> each.getFileName().toString().startsWith("phigate-balancer-training"))
                    .toList();
        }
    }
}
