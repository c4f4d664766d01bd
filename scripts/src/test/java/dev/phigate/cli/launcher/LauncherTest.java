package dev.phigate.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher does on machines that lack one thing or another. */
class LauncherTest {
    @TempDir
    Path folder;

    private FakeProject project;

    @BeforeEach
    void makeProject() throws IOException {
        project = FakeProject.in(folder);
        project.maven();
    }

    @Test
    void theJdkThatJavaHomeNamesComesFirst() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.environment.put(
                "JAVA_HOME", project.jdk(folder.resolve("chosen-26"), "26").toString());

        assertThat(project.phigate("--help").endsWith(0).out()).contains("started by chosen-26 with --help");
    }

    @Test
    void aJavaHomeThatIsTooOldIsPassedOver() throws IOException {
        project.systemJdk("system-17", "17.0.15");
        project.systemJdk("system-25", "25.0.1");
        project.environment.put(
                "JAVA_HOME", project.machine.resolve("jvm/system-17").toString());

        assertThat(project.phigate("--help").endsWith(0).out()).contains("started by system-25");
        assertThat(project.root.resolve(".tools/jdk").toRealPath()).isEqualTo(project.machine.resolve("jvm/system-25"));
    }

    @Test
    void aProgramStartsWithoutItsAotCache() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.phigate("--help").endsWith(0);
        Files.delete(project.root.resolve(".tools/aot/phigate-cli.aot"));

        assertThat(project.phigate("--help").endsWith(0).out()).contains("started by system-25 with --help");
    }

    @Test
    void aRunTimeWithoutCompilerIsNotAJdk() throws IOException {
        Files.delete(project.systemJdk("a-run-time-25", "25.0.1").resolve("bin/javac"));
        project.systemJdk("system-25", "25.0.1");

        assertThat(project.phigate("--help").endsWith(0).out()).contains("started by system-25");
    }

    @Test
    void aFetchedJdkIsUsedWhenItsDigestIsThePinnedOne() throws IOException {
        project.publishJdk(project.jdk(folder.resolve("temurin"), "25.0.9"), "");

        assertThat(project.phigate("--help").endsWith(0).out()).contains("started by temurin");
        assertThat(project.root.resolve(".tools/jdk-25.9/bin/java")).isExecutable();
        assertThat(project.root.resolve(".tools/downloads/jdk.tar.gz")).doesNotExist();
    }

    @Test
    void anArchivePutIntoTheDownloadsIsUsedWithoutNetwork() throws IOException {
        project.publishJdk(project.jdk(folder.resolve("temurin"), "25.0.9"), "");
        Files.createDirectories(project.root.resolve(".tools/downloads"));
        Files.move(project.machine.resolve("mirror/jdk.tar.gz"), project.root.resolve(".tools/downloads/jdk.tar.gz"));

        assertThat(project.phigate("--help").endsWith(0).out()).contains("started by temurin");
    }

    @Test
    void anArchiveWithAnotherDigestIsRefusedAndRemoved() throws IOException {
        project.publishJdk(project.jdk(folder.resolve("temurin"), "25.0.9"), "0".repeat(64));

        Child refused = project.phigate("--help").endsWith(3);

        assertThat(refused.err())
                .contains("jdk.tar.gz is not the pinned file: its sha256 differs")
                .doesNotContain("no JDK 25");
        assertThat(project.root.resolve(".tools/downloads/jdk.tar.gz")).doesNotExist();
        assertThat(project.root.resolve(".tools/jdk-25.9")).doesNotExist();
    }

    @Test
    void aMachineWithoutJdkAndNetworkGetsOneMessageThatSaysWhatToDo() throws IOException {
        project.systemJdk("system-17", "17.0.15");
        project.environment.put("JAVA_HOME", "/nowhere");
        long started = System.nanoTime();

        Child refused = project.phigate("up", "local").endsWith(3);

        assertThat(refused.err())
                .contains("no JDK 25 or newer here, and the pinned one could not be fetched")
                .contains("JAVA_HOME: /nowhere (no JDK")
                .contains("What to do: install a JDK 25 or newer")
                .contains(".tools/downloads/");
        assertThat(refused.out()).isEmpty();
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(15));
    }

    @Test
    void whatDidNotChangeIsNotBuiltAgain() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.phigate("--help").endsWith(0);
        project.phigate("--help").endsWith(0);
        assertThat(project.builds()).containsExactly("begin", "end");

        project.source("class Second {}");
        assertThat(project.phigate("--help").endsWith(0).err()).contains("building phigate");
        assertThat(project.builds()).hasSize(4);
    }

    @Test
    void twoLaunchersDoNotBuildAtOnceAndTheSecondDoesNotBuildAgain() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        try (Child.Running first = project.start("--help");
                Child.Running second = project.start("--help")) {
            first.await(Duration.ofSeconds(60)).endsWith(0);
            second.await(Duration.ofSeconds(60)).endsWith(0);
        }
        assertThat(project.builds()).containsExactly("begin", "end");
    }

    @Test
    void theFirstTimeToolsAndJarsAreMadeSideBySide() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.go("until grep -q end \"$project/builds\" 2>/dev/null; do sleep 0.1; done");

        Child up = project.phigate("up", "local").endsWith(0);

        assertThat(up.out()).contains("started by system-25 with local");
        assertThat(up.err()).contains("building the Pulumi CLI", "building phigate");
        assertThat(project.root.resolve(".tools/pulumi/current/pulumi")).isExecutable();
        assertThat(project.builds()).containsExactly("begin", "end");
    }

    @Test
    void withoutToolsTheBuildBesideThemEndsToo() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.endlessMaven();
        project.go("until [[ -s $project/builds ]]; do sleep 0.1; done; echo no such module; exit 1");

        Child up = project.phigate("up", "local").endsWith(3);

        assertThat(up.err()).contains("no such module", "the pinned modules of language-java did not build");
        long maven = Long.parseLong(project.builds().getFirst());
        assertThat(ProcessHandle.of(maven)
                        .map(process ->
                                process.onExit().orTimeout(10, TimeUnit.SECONDS).join()))
                .satisfiesAnyOf(
                        gone -> assertThat(gone).isEmpty(),
                        gone -> assertThat(gone.orElseThrow().isAlive()).isFalse());
    }

    @Test
    void aBuildThatFailsBesideTheToolsIsSaid() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.go("");
        project.failingMaven();

        assertThat(project.phigate("up", "local").endsWith(3).err())
                .contains("[ERROR] First.java:[1,7] not a class", "the build failed");
    }

    @Test
    void aFailedBuildShowsItsErrorsAndStartsNothing() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.failingMaven();

        Child failed = project.phigate("--help").endsWith(3);

        assertThat(failed.err())
                .contains("[ERROR] First.java:[1,7] not a class")
                .contains("the build failed");
        assertThat(failed.out()).isEmpty();
    }

    @Test
    void theLauncherWorksThroughALinkAndFromAnyFolder() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        Path link = Files.createSymbolicLink(folder.resolve("phigate"), project.root.resolve("scripts/phigate"));

        assertThat(project.run(link, "--help").endsWith(0).out()).contains("started by system-25 with --help");
    }

    @Test
    void aProjectThatCannotBeWrittenIsRefusedWithItsOwner() throws IOException {
        project.systemJdk("system-25", "25.0.1");

        Child refused = asNobody("--help").endsWith(3);

        assertThat(refused.err()).contains("cannot write to " + project.root + ", which belongs to root");
        assertThat(project.root.resolve(".tools")).doesNotExist();
    }

    @Test
    void whoMayOnlyReadStartsWhatIsBuiltAndNeedsNoMoreThanThat() throws IOException {
        project.systemJdk("system-25", "25.0.1");
        project.phigate("--help").endsWith(0);

        assertThat(asNobody("balancer", "schema").endsWith(0).out()).contains("started by system-25 with schema");
        assertThat(asNobody("up", "local").endsWith(3).err()).contains("cannot write to " + project.root);
    }

    private Child asNobody(String... arguments) throws IOException {
        assumeThat(System.getProperty("user.name"))
                .as("another user can be had only from root")
                .isEqualTo("root");
        List<String> command = new ArrayList<>(List.of(
                "/usr/sbin/runuser",
                "-u",
                "nobody",
                "--",
                project.root.resolve("scripts/phigate").toString()));
        command.addAll(List.of(arguments));
        return Child.run(Path.of("/"), project.environment, Duration.ofSeconds(60), command);
    }

    @Test
    void theLauncherPassesShellcheck() {
        Path scripts = Child.root().resolve("scripts");
        Child.run(
                        scripts,
                        Map.of("PATH", System.getenv("PATH")),
                        Duration.ofSeconds(60),
                        List.of("shellcheck", "-x", "phigate", "emulators", "setup/pulumi", "../.ci/run"))
                .endsWith(0);
    }
}
