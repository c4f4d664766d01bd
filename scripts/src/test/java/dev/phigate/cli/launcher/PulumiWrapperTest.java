package dev.phigate.cli.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The project's own {@code pulumi}, in front of an engine that only says which pack it was told to judge by. */
@Tag("P1")
final class PulumiWrapperTest {
    private static final String OPTION = "PULUMI_OPTION_POLICY_PACK";

    @TempDir
    Path project;

    private Path wrapper;

    @BeforeEach
    void makeProject() throws IOException {
        project = project.toRealPath();
        Path setup = Files.createDirectories(project.resolve("scripts/setup"));
        wrapper = Files.copy(Child.root().resolve("scripts/setup/pulumi"), setup.resolve("pulumi"));
        Path engine = Files.createDirectories(project.resolve(".tools/pulumi/current"))
                .resolve("pulumi");
        Files.writeString(engine, "#!/bin/sh\necho \"pack=${" + OPTION + "-none}\"\n");
        Files.setPosixFilePermissions(engine, PosixFilePermissions.fromString("rwx------"));
    }

    private String pack(Path folder, Map<String, String> more, String... arguments) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.remove(OPTION);
        environment.putAll(more);
        List<String> command = Stream.concat(Stream.of(wrapper.toString()), Stream.of(arguments))
                .toList();
        return Child.run(folder, environment, Duration.ofSeconds(20), command)
                .endsWith(0)
                .out()
                .strip();
    }

    @Test
    void thisProjectsStacksAreJudgedWithoutAWord() {
        String ours = "pack=" + project + "/policies";
        assertThat(pack(project, Map.of(), "up")).isEqualTo(ours);
        assertThat(pack(project.resolve("scripts"), Map.of(), "up")).isEqualTo(ours);
        assertThat(pack(Path.of("/"), Map.of(), "-C", project.toString(), "up")).isEqualTo(ours);
        assertThat(pack(Path.of("/"), Map.of(), "up", "--cwd=" + project)).isEqualTo(ours);
    }

    /** Packs add up in the engine: a second name for the same one would have everything judged twice. */
    @Test
    void whoNamesAPackGetsThatOneOnly() {
        assertThat(pack(project, Map.of(), "up", "--policy-pack", "policies")).isEqualTo("pack=none");
        assertThat(pack(project, Map.of(), "up", "--policy-pack=policies")).isEqualTo("pack=none");
        assertThat(pack(project, Map.of(OPTION, "mine"), "up")).isEqualTo("pack=mine");
        assertThat(pack(project, Map.of(OPTION, ""), "up")).isEqualTo("pack=none");
    }

    @Test
    void aProgramElsewhereIsItsOwnersAffair() {
        assertThat(pack(Path.of("/"), Map.of(), "up")).isEqualTo("pack=none");
    }
}
