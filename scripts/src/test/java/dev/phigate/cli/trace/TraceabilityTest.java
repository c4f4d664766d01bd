package dev.phigate.cli.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A promise without a test is found, here and in the project itself. */
class TraceabilityTest {
    @TempDir
    Path project;

    @Test
    void noRequirementOfThisProjectIsClaimedWithoutATest() {
        assertThat(Traceability.read(Child.root()).problems()).isEmpty();
    }

    @Test
    void theTableOfThisProjectIsNotStale() throws IOException {
        assertThat(Child.root().resolve(Traceability.PAGE))
                .as("regenerate it with: scripts/phigate docs")
                .hasContent(Traceability.read(Child.root()).page());
    }

    @Test
    void aClaimWithoutATestIsAProblem() throws IOException {
        requirements("| B2 | Re-encrypts at once | |");

        assertThat(Traceability.read(project).problems())
                .singleElement()
                .asString()
                .startsWith("B2 is claimed kept");
    }

    @Test
    void aTagThatNoRequirementHasIsAProblem() throws IOException {
        requirements("| B2 | Re-encrypts at once | all of it |");
        test("B22");

        assertThat(Traceability.read(project).problems())
                .singleElement()
                .asString()
                .startsWith("no requirement B22");
    }

    @Test
    void aRequirementIsKeptOrPartlyKeptOrOpen() throws IOException {
        requirements("| B1 | a | |\n| B2 | b | the other half |\n| B3 | c | all of it |");
        test("B1");
        test("B2");

        assertThat(Traceability.read(project).page())
                .contains("| B1 | kept | [B1Test](../module/src/test/java/B1Test.java) |  |")
                .contains("| B2 | partly | [B2Test](../module/src/test/java/B2Test.java) | the other half |")
                .contains("| B3 | open |  | all of it |");
    }

    private void requirements(String rows) throws IOException {
        Files.createDirectories(project.resolve("docs"));
        Files.writeString(
                project.resolve("docs/requirements.md"),
                "| id | requirement | missing |\n|---|---|---|\n" + rows + "\n");
    }

    private void test(String tag) throws IOException {
        Path folder = Files.createDirectories(project.resolve("module/src/test/java"));
        Files.writeString(folder.resolve(tag + "Test.java"), "@Tag(\"%s\")\nclass %sTest {}\n".formatted(tag, tag));
    }
}
