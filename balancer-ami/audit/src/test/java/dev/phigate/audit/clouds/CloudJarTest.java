package dev.phigate.audit.clouds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs that know the clouds are found in one way, whoever asks. */
@Tag("A3")
class CloudJarTest {
    @TempDir
    Path directory;

    @Test
    void whatTheEnvironmentNamesGoesBeforeTheBuild() throws IOException {
        Path built = Files.createDirectories(directory.resolve("target/app")).resolve("phigate-audit-ship.jar");
        Files.createFile(built);
        Path named = Files.createFile(directory.resolve("other.jar"));
        assertThat(CloudJar.find("x", named.toString(), directory.toString())).isEqualTo(named);
        assertThat(CloudJar.find("x", null, directory.toString())).isEqualTo(built);
    }

    @Test
    void whatIsNotThereIsNamedWithWhatItIsFor() {
        Path missing = directory.resolve("missing.jar");
        assertThatThrownBy(() -> CloudJar.find("s3://bucket cannot be read", missing.toString(), null))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(
                        "s3://bucket cannot be read: " + missing + " is not there", "PHIGATE_AUDIT_SHIP_JAR");
    }

    @Test
    void withoutAWordItIsLookedForBesideTheProgram() {
        assertThatThrownBy(() -> CloudJar.find("audit.ship", null, null))
                .hasMessageMatching("audit\\.ship: /.*/phigate-audit-ship\\.jar is not there .*")
                .hasMessageNotContaining("..");
    }

    @Test
    void aProgramIsStartedByTheJavaThatRuns() {
        assertThat(CloudJar.command(Path.of("/a.jar"), List.of("-Xmx64m"), "a.Main", List.of("b")))
                .hasSize(6)
                .endsWith("-Xmx64m", "-cp", "/a.jar", "a.Main", "b")
                .first()
                .asString()
                .endsWith("java");
    }
}
