package dev.phigate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.cli.Child;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("P5")
class ChangedStacksTest {
    private static final Map<String, String> NOWHERE = Map.of();

    @TempDir
    private Path root;

    @BeforeEach
    void aProjectWithTwoStacksOnTheMainBranch() throws IOException {
        git("init", "--quiet", "--initial-branch=main");
        write("stacks/Pulumi.clinic.yaml");
        write("stacks/Pulumi.lab.yaml");
        write("stacks/src/Main.java");
        write("README.md");
        commit();
        git("checkout", "--quiet", "-b", "change");
    }

    @Test
    void nothingChangedIsNoStack() {
        assertThat(since("")).isEmpty();
    }

    @Test
    void aStackWhoseIntentDiffersIsChangedWhetherItIsCommittedOrNot() throws IOException {
        write("stacks/Pulumi.lab.yaml");
        assertThat(since("")).containsExactly("lab");
        commit();
        assertThat(since("")).containsExactly("lab");
        write("stacks/Pulumi.new.yaml");
        assertThat(since("")).containsExactly("lab", "new");
    }

    @Test
    void whatNoStackIsBuiltFromChangesNone() throws IOException {
        write("README.md");
        assertThat(since("")).isEmpty();
    }

    @Test
    void whatEveryStackIsBuiltFromChangesAll() throws IOException {
        write("stacks/src/Main.java");
        assertThat(since("")).containsExactly("clinic", "lab");
    }

    @Test
    void whatTheBaseBranchGainedMeanwhileIsNotTheChangesDoing() throws IOException {
        git("checkout", "--quiet", "main");
        write("stacks/Pulumi.clinic.yaml");
        commit();
        git("checkout", "--quiet", "change");
        write("stacks/Pulumi.lab.yaml");
        assertThat(since("")).containsExactly("lab");
    }

    @Test
    void aStackThatIsGoneIsNotJudged() throws IOException {
        Files.delete(root.resolve("stacks/Pulumi.lab.yaml"));
        assertThat(since("")).isEmpty();
    }

    @Test
    void theTargetOfThePullRequestIsTheBase() throws IOException {
        git("branch", "release");
        write("stacks/Pulumi.lab.yaml");
        commit();
        assertThat(new ChangedStacks(root, Map.of("GITHUB_BASE_REF", "release")).since(""))
                .containsExactly("lab");
        assertThat(new ChangedStacks(root, Map.of("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/change")).since(""))
                .isEmpty();
    }

    @Test
    void aBaseThatIsNotThereCouldNotBeComparedWith() {
        for (String base : List.of("nosuchbranch", "-rf", "--output=/tmp/x")) {
            assertThatThrownBy(() -> since(base))
                    .isInstanceOfSatisfying(Stop.class, stop -> {
                        assertThat(stop.exitCode()).isEqualTo(3);
                        assertThat(stop.advice()).anyMatch(line -> line.contains("--base"));
                    })
                    .hasMessageContaining(base);
        }
    }

    private List<String> since(String base) {
        return new ChangedStacks(root, NOWHERE).since(base);
    }

    /** Another content each time. */
    private void write(String file) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        String before = Files.exists(path) ? Files.readString(path) : "";
        Files.writeString(path, before + "a line\n");
    }

    private void commit() {
        git("add", "--all");
        git("-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "--quiet", "--message", "change");
    }

    private void git(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        Child.run(root, System.getenv(), Duration.ofSeconds(30), command).endsWith(0);
    }
}
