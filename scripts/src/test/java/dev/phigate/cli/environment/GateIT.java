package dev.phigate.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gate on a stack of this project: a real preview in a folder that nobody else uses. */
@Tag("e2e")
@Tag("P5")
class GateIT {
    @Test
    @Tag("P7")
    void theShippedLocalStackHasNoViolationAndNoExemption(@TempDir Path folder) throws IOException {
        try (Installation installation = new Installation(folder)) {
            Child gate = installation
                    .phigate(
                            "gate",
                            "local",
                            "--json",
                            "--out",
                            folder.resolve("reports").toString())
                    .endsWith(0);
            JsonNode report = JsonMapper.shared().readTree(gate.out());
            assertThat(report.path("outcome").asString()).isEqualTo("passed");
            assertThat(report.at("/counts/violation").asInt()).isZero();
            assertThat(report.at("/counts/exempt").asInt()).isZero();
            assertThat(report.at("/counts/compliant").asInt()).isPositive();
            assertThat(report.at("/stacks/0/stack").asString()).isEqualTo("local");
            assertThat(folder.resolve("reports/gate.html")).isNotEmptyFile();
            assertThat(installation.home).doesNotExist();
        }
        try (Stream<Path> left = Files.list(Child.root().resolve("target"))) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("preview-"));
        }
    }

    @Test
    @Tag("P7")
    void theShippedStackOnAwsIsPreviewedAgainstItsTwinWithoutAnAccount(@TempDir Path folder) throws IOException {
        try (Installation installation = new Installation(folder)) {
            Child gate = installation
                    .phigate(
                            "gate",
                            "aws",
                            "--json",
                            "--out",
                            folder.resolve("reports").toString())
                    .endsWith(0);
            JsonNode report = JsonMapper.shared().readTree(gate.out());
            assertThat(report.at("/counts/violation").asInt()).isZero();
            assertThat(report.at("/counts/exempt").asInt()).isZero();
            assertThat(report.at("/stacks/0/stack").asString()).isEqualTo("aws");
        }
    }
}
