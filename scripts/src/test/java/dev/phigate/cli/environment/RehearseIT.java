package dev.phigate.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A stack's whole life in a folder of its own. */
@Tag("e2e")
class RehearseIT {
    @Test
    @Tag("N9")
    void aRehearsalLeavesNothingButTheExportAndCounts(@TempDir Path folder) throws IOException {
        try (Installation installation = new Installation(folder)) {
            Path export = folder.resolve("state.json");
            Child rehearsed = installation
                    .phigate(
                            "rehearse",
                            "local",
                            "--intent",
                            installation.intent.toString(),
                            "--json",
                            "--export",
                            export.toString())
                    .endsWith(0);

            JsonNode counts = JsonMapper.shared().readTree(rehearsed.out());
            assertThat(counts.path("resources").asInt()).isPositive();
            assertThat(counts.path("types").path("phigate:local:Workload").asInt())
                    .isEqualTo(2);
            assertThat(counts.path("drift").asInt()).isZero();
            assertThat(counts.path("repeated").asInt()).isZero();
            assertThat(counts.path("left").asInt()).isZero();
            assertThat(JsonMapper.shared()
                            .readTree(Files.readString(export))
                            .path("deployment")
                            .path("resources"))
                    .hasSizeGreaterThan(counts.path("resources").asInt());
            assertThat(installation.home.resolve("state/.pulumi/stacks")).doesNotExist();
        }
    }

    /** The environment that the project ships passes the pack that it ships, whole, and comes down again. */
    @ParameterizedTest
    @ValueSource(strings = {"aws", "aws-dr"})
    @Tag("N9")
    @Tag("P7")
    void theShippedStacksOnAwsAreCleanAndLeaveNothingButWhatSurvives(String stack, @TempDir Path folder)
            throws IOException {
        try (Installation installation = new Installation(folder)) {
            Path export = folder.resolve("state.json");
            Child rehearsed = installation
                    .phigate("rehearse", stack, "--json", "--export", export.toString())
                    .endsWith(0);
            JsonNode counts = JsonMapper.shared().readTree(rehearsed.out());
            assertThat(counts.path("types").path("aws:ec2/vpc:Vpc").asInt()).isOne();
            assertThat(counts.path("drift").asInt()).isZero();
            assertThat(counts.path("repeated").asInt()).isZero();
            assertThat(counts.path("left").asInt()).isZero();
            assertThat(counts.path("survivors").asInt()).isPositive();

            Child gate = installation
                    .phigate(
                            "gate",
                            "--state",
                            export.toString(),
                            "--fail-on-undecidable",
                            "--json",
                            "--out",
                            folder.resolve("reports").toString())
                    .endsWith(0);
            JsonNode report = JsonMapper.shared().readTree(gate.out());
            assertThat(report.at("/counts/violation").asInt()).isZero();
            assertThat(report.at("/counts/exempt").asInt()).isZero();
            assertThat(report.at("/counts/undecidable").asInt()).isZero();
        }
    }
}
