package dev.phigate.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        Rehearsed rehearsed = Rehearsed.shipped(stack);
        JsonNode counts = rehearsed.counts();
        assertThat(counts.path("types").path("aws:ec2/vpc:Vpc").asInt()).isOne();
        assertThat(counts.path("drift").asInt()).isZero();
        assertThat(counts.path("repeated").asInt()).isZero();
        assertThat(counts.path("left").asInt()).isZero();
        assertThat(counts.path("survivors").asInt()).isPositive();

        try (Installation installation = new Installation(folder)) {
            Child gate = installation
                    .phigate(
                            "gate",
                            "--state",
                            rehearsed.export().toString(),
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

    /** AWS refuses to write into a bucket whose policy does not say yet that it may: whoever has it do so waits for the policy. */
    @ParameterizedTest
    @CsvSource({
        "aws:cloudtrail/trail:Trail, /s3BucketName",
        "aws:cfg/deliveryChannel:DeliveryChannel, /s3BucketName",
        "aws:lb/loadBalancer:LoadBalancer, /accessLogs/bucket",
        "aws:s3/bucketLoggingV2:BucketLoggingV2, /targetBucket"
    })
    @Tag("N4")
    void nothingIsToldToWriteIntoABucketThatDoesNotLetItYet(String type, String bucket) throws IOException {
        JsonNode resources = JsonMapper.shared()
                .readTree(Files.readString(Rehearsed.shipped("aws").export()))
                .at("/deployment/resources");
        Map<String, JsonNode> byUrn = new HashMap<>();
        Map<String, String> policies = new HashMap<>();
        resources.forEach(each -> byUrn.put(each.path("urn").asString(), each));
        of(resources, "aws:s3/bucketPolicy:BucketPolicy")
                .forEach(each -> policies.put(
                        each.at("/inputs/bucket").asString(), each.path("urn").asString()));
        assertThat(of(resources, type)).isNotEmpty().allSatisfy(each -> {
            Set<String> awaited = new HashSet<>();
            await(each.path("urn").asString(), byUrn, awaited);
            assertThat(awaited)
                    .contains(policies.get(each.path("inputs").at(bucket).asString()));
        });
    }

    private static List<JsonNode> of(JsonNode resources, String type) {
        return StreamSupport.stream(resources.spliterator(), false)
                .filter(each -> each.path("type").asString().equals(type))
                .toList();
    }

    private static void await(String urn, Map<String, JsonNode> byUrn, Set<String> awaited) {
        Objects.requireNonNull(byUrn.get(urn), urn).path("dependencies").forEach(each -> {
            if (awaited.add(each.asString())) {
                await(each.asString(), byUrn, awaited);
            }
        });
    }
}
