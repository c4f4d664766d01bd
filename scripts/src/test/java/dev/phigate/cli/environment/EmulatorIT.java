package dev.phigate.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the stacks make is carried, request by request, to AWS's own service models and to the emulator Moto, and their policies to AWS's
 * grammar: a second opinion beside that of the twin, which is ours. The table of requests stays in {@code target/emulated-*.txt}.
 */
@Tag("e2e")
@Tag("N9")
class EmulatorIT {
    private static final Path PYTHON = Child.root().resolve(".tools/emulators/moto/bin/python");
    private static final Path CARRYING = Child.root().resolve("scripts/src/test/emulator/apply.py");

    /** The least of each that the shipped stacks hold; fewer would mean that something was not looked at. */
    private static final int RESOURCES = 250;

    private static final int POLICIES = 45;

    /** What was said of a state: the exit code and the report. */
    private record Verdict(int exitCode, JsonNode report) {
        List<String> texts(String key) {
            return StreamSupport.stream(report.path(key).spliterator(), false)
                    .map(JsonNode::asString)
                    .toList();
        }
    }

    @BeforeAll
    static void theEmulatorIsInstalled() {
        assumeTrue(Files.isExecutable(PYTHON), "no moto here (scripts/emulators installs it, or says why not)");
    }

    private static Verdict carry(Path state, String name, Path folder) throws IOException {
        Path report = folder.resolve("report.json");
        Child child = Child.run(
                folder,
                Map.of("PATH", System.getenv("PATH"), "HOME", folder.toString(), "PYTHONWARNINGS", "ignore"),
                Duration.ofMinutes(5),
                List.of(PYTHON.toString(), CARRYING.toString(), state.toString(), "--json", report.toString()));
        Files.writeString(Child.root().resolve("scripts/target/emulated-" + name + ".txt"), child.said());
        assertThat(report).as(child.said()).exists();
        return new Verdict(child.exitCode(), JsonMapper.shared().readTree(Files.readString(report)));
    }

    private static void isAccepted(Verdict verdict) {
        assertThat(verdict.texts("refused")).isEmpty();
        assertThat(verdict.texts("faults")).isEmpty();
        assertThat(verdict.exitCode()).isZero();
        assertThat(verdict.report().path("resources").asInt()).isGreaterThanOrEqualTo(RESOURCES);
        assertThat(verdict.report().path("documents").asInt()).isGreaterThanOrEqualTo(POLICIES);
        assertThat(verdict.report().path("byModelOnly"))
                .allSatisfy(reason -> assertThat(reason.asString()).isNotBlank());
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "aws-dr"})
    void everyInputAndEveryPolicyOfTheShippedStacksIsOneThatAwsTakes(String stack, @TempDir Path folder)
            throws IOException {
        isAccepted(carry(Rehearsed.shipped(stack).export(), stack, folder));
    }

    /** Each with the resource and the value. */
    @Test
    void whatAwsWouldRefuseIsRefusedAllAtOnce(@TempDir Path folder) throws IOException {
        ObjectNode state = (ObjectNode) JsonMapper.shared()
                .readTree(Files.readString(Rehearsed.shipped("aws").export()));
        inputs(state, "aws:ec2/flowLog:FlowLog", "clinic-flows").put("trafficType", "SOME");
        inputs(state, "aws:ec2/subnet:Subnet", "clinic-private-us-east-1a").put("cidrBlock", "10.99.0.0/20");
        inputs(state, "aws:backup/vault:Vault", "clinic-vault").put("name", "x".repeat(51));
        inputs(state, "aws:cloudtrail/trail:Trail", "clinic-trail").put("s3BucketName", "nobodys-bucket");
        inputs(state, "aws:kms/key:Key", "clinic-image").put("rotationPeriodInDays", 30);
        inputs(state, "aws:s3/bucketVersioningV2:BucketVersioningV2", "clinic-config-versions")
                .put("heard", "of");
        ObjectNode role = inputs(state, "aws:iam/policy:Policy", "clinic-auditor");
        role.put("policy", role.path("policy").asString().replace("logs:StartQuery", "logs:StopQuery"));
        ObjectNode rights = inputs(state, "aws:iam/policy:Policy", "clinic-platform-admin");
        rights.put(
                "policy", rights.path("policy").asString().replaceFirst("\"ec2:[A-Za-z*]+\"", "\"ec2:MakeNothing\""));
        Path file = Files.writeString(folder.resolve("state.json"), state.toString());

        Verdict verdict = carry(file, "aws-faults", folder);

        assertThat(verdict.exitCode()).isOne();
        assertThat(verdict.texts("refused"))
                .anyMatch(said -> said.contains("FlowLog clinic-flows") && said.contains("one of ACCEPT, REJECT, ALL"))
                .anyMatch(said -> said.contains("clinic-private-us-east-1a") && said.contains("10.99.0.0/20"))
                .anyMatch(said -> said.contains("clinic-vault") && said.contains("BackupVaultName"))
                .anyMatch(said -> said.contains("Trail clinic-trail") && said.contains("nobodys-bucket"))
                .anyMatch(said -> said.contains("Key clinic-image") && said.contains("between 90 and 2560"))
                .anyMatch(said -> said.contains("clinic-auditor.policy") && said.contains("logs:StopQuery"))
                .anyMatch(said -> said.contains("clinic-platform-admin.policy") && said.contains("MakeNothing"));
        assertThat(verdict.texts("faults"))
                .anyMatch(said -> said.contains("clinic-config-versions") && said.contains("heard"));
    }

    private static ObjectNode inputs(ObjectNode state, String type, String name) {
        for (JsonNode resource : state.at("/deployment/resources")) {
            if (resource.path("type").asString().equals(type)
                    && resource.path("urn").asString().endsWith("::" + name)) {
                return (ObjectNode) resource.path("inputs");
            }
        }
        throw new AssertionError("no " + type + " " + name);
    }
}
