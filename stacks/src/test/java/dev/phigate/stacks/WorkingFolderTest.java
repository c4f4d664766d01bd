package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class WorkingFolderTest {
    private static final Path ROOT = Path.of("/project");

    @Test
    void anEnvironmentLivesInTheProjectUnlessPhigateHomeSaysOtherwise() {
        assertThat(WorkingFolder.of(ROOT, Map.of()).environment("local"))
                .isEqualTo(Path.of("/project/.phigate/environments/local"));
        assertThat(WorkingFolder.of(ROOT, Map.of("PHIGATE_HOME", "/srv/phigate"))
                        .environment("local"))
                .isEqualTo(Path.of("/srv/phigate/environments/local"));
        assertThat(WorkingFolder.of(ROOT, Map.of("PHIGATE_HOME", "../elsewhere"))
                        .path())
                .isEqualTo(Path.of("/elsewhere"));
    }
}
