package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourcesTest {
    @TempDir
    private Path root;

    private void project() throws IOException {
        for (String module : List.of("components/settings", "components", "stacks")) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), module);
        }
        Files.writeString(root.resolve("pom.xml"), "parent");
        Files.writeString(root.resolve("stacks/src/main/A.java"), "class A {}");
    }

    @Test
    void theFingerprintChangesWithEveryFileAndNothingElse() throws IOException {
        project();
        String before = Sources.fingerprint(root);
        Files.writeString(root.resolve("README.md"), "words");
        assertThat(Sources.fingerprint(root)).isEqualTo(before);

        Files.writeString(root.resolve("stacks/src/main/A.java"), "class A { }");
        String edited = Sources.fingerprint(root);
        Files.move(root.resolve("stacks/src/main/A.java"), root.resolve("stacks/src/main/B.java"));
        String renamed = Sources.fingerprint(root);
        Files.delete(root.resolve("stacks/src/main/B.java"));
        String deleted = Sources.fingerprint(root);
        Files.writeString(root.resolve("components/pom.xml"), "other");
        assertThat(List.of(before, edited, renamed, deleted, Sources.fingerprint(root)))
                .doesNotHaveDuplicates();
    }

    @Test
    void aProgramThatIsOlderThanItsSourcesSaysWhatToDo() throws IOException {
        project();
        assertThat(Sources.stale(root))
                .hasValueSatisfying(reason -> assertThat(reason)
                        .startsWith("The program is older than its sources in " + root)
                        .endsWith("run scripts/phigate setup, then try again."));
    }

    @Test
    void aProgramWithoutItsSourcesBesideItRuns() {
        assertThat(Sources.stale(root)).isEmpty();
    }

    @Test
    void aProgramThatWasJustBuiltRuns() {
        assertThat(Sources.stale(StackFile.ROOT)).isEmpty();
    }
}
