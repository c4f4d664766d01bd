package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.exemption.Exemptions;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.offline.Documents;
import dev.phigate.policies.offline.Gate;
import dev.phigate.policies.report.Explanation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One program, judged by the real engine and offline from the files that it writes: word for word the same findings, in a preview with
 * unknown values and after the update.
 */
@Tag("P2")
@Tag("P3")
@Tag("P5")
@Tag("engine")
class ParityTest {
    private static final Map<String, String> TAGS =
            Map.of("phigate:environment", "prod", "phigate:data-class", "workload", "dataClassification", "phi");
    private static final String ADVISORY = "{\"all\": \"advisory\"}";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before every test
    private Engine engine;

    @BeforeEach
    void layOut() throws Exception {
        engine = new Engine(folder);
    }

    @Test
    void aPreviewAnUpdateAndAStateAreJudgedAlikeOfflineAndByTheEngine() throws Exception {
        try (InlineProgram program = new InlineProgram()) {
            declare(program);
            Set<String> previewed = byEngine("preview", program);
            assertThat(offline(engine.digest(program))).isEqualTo(previewed);
            assertThat(previewed)
                    .anyMatch(finding -> finding.contains("the value is not known yet"))
                    .anyMatch(finding -> finding.contains("aws-kms-rotation-enabled"));

            Set<String> updated = byEngine("up", program, "--skip-preview");
            assertThat(offline(engine.export())).isEqualTo(updated);
            assertThat(updated).noneMatch(finding -> finding.contains("the value is not known yet"));

            assertThat(byEngine("preview", program)).isEqualTo(updated);
            assertThat(offline(engine.digest(program))).isEqualTo(updated);
        }
    }

    /** The engine hands secrets to its policies in plain text; files hide them, unless they are asked not to. */
    @Test
    void aSecretThatAFileHidesIsUndecidableThereAndTheSameWhereItIsShown() throws Exception {
        try (InlineProgram program = new InlineProgram()) {
            program.declare(
                    "aws:kms/key:Key",
                    "records",
                    Map.of("tags", TAGS, "enableKeyRotation", new InlineProgram.Hidden(false)));
            Set<String> updated = byEngine("up", program, "--skip-preview");
            assertThat(rotation(updated)).singleElement().asString().contains("enableKeyRotation: (secret)", "wanted");
            assertThat(offline(engine.export("--show-secrets"))).isEqualTo(updated);
            assertThat(rotation(offline(engine.export())))
                    .singleElement()
                    .asString()
                    .contains("unknown enableKeyRotation");
            assertThat(rotation(offline(engine.digest(program))))
                    .singleElement()
                    .asString()
                    .contains("unknown enableKeyRotation");
        }
    }

    private static Set<String> rotation(Set<String> findings) {
        return findings.stream()
                .filter(finding -> finding.contains("aws-kms-rotation-enabled"))
                .collect(Collectors.toSet());
    }

    private static void declare(InlineProgram program) {
        InlineProgram.Output bucket = new InlineProgram.Output("records", "id");
        program.declare("aws:kms/key:Key", "key", Map.of("enableKeyRotation", false, "tags", TAGS));
        program.declare("aws:s3/bucketV2:BucketV2", "records", Map.of("tags", TAGS));
        program.declare("aws:s3/bucketV2:BucketV2", "open", Map.of());
        program.declare(
                "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
                "block",
                Map.of("bucket", bucket, "blockPublicAcls", true, "blockPublicPolicy", false));
        program.declare(
                "aws:ec2/securityGroup:SecurityGroup",
                "group",
                Map.of(
                        "tags",
                        TAGS,
                        "ingress",
                        List.of(Map.of(
                                "protocol",
                                "tcp",
                                "fromPort",
                                22,
                                "toPort",
                                22,
                                "cidrBlocks",
                                List.of(new InlineProgram.Output("key", "arn"))))));
        program.declare(
                "aws:lb/listener:Listener",
                "listener",
                Map.of("protocol", "HTTP", "port", 80, "loadBalancerArn", new InlineProgram.Output("group", "arn")));
        program.declare(
                "aws:cloudwatch/logGroup:LogGroup",
                "logs",
                Map.of("retentionInDays", 30, "kmsKeyId", new InlineProgram.Output("key", "arn")));
        program.declare(
                "aws:rds/instance:Instance",
                "database",
                Map.of("tags", TAGS, "password", new InlineProgram.Hidden("correct horse"), "storageEncrypted", true));
    }

    private Set<String> byEngine(String command, InlineProgram program, String... more) throws Exception {
        Path settings = Files.writeString(folder.resolve("advisory.json"), ADVISORY);
        Path log = folder.resolve("events.json");
        Files.deleteIfExists(log);
        Engine.Run run = engine.run(
                command,
                program,
                Stream.concat(
                                Stream.of("--policy-pack-config", settings.toString(), "--event-log", log.toString()),
                                Stream.of(more))
                        .toArray(String[]::new));
        assertThat(run.exit()).as(run.output()).isZero();
        Set<String> findings = new TreeSet<>();
        for (String line : Files.readAllLines(log)) {
            JsonNode event = JsonMapper.shared().readTree(line).path("policyEvent");
            if (event.isObject()) {
                assertThat(event.path("enforcementLevel").asString()).isEqualTo("advisory");
                findings.add(event.path("message")
                        .asString()
                        .replaceAll("<\\{%[^%]*%}>", "")
                        .strip());
            }
        }
        return findings;
    }

    private static Set<String> offline(String content) throws IOException {
        Instant now = Instant.now();
        PackSettings settings = PackSettings.shipped(LocalDate.ofInstant(now, ZoneOffset.UTC));
        Gate gate = new Gate(settings, Exemptions.NONE, now);
        gate.judge(Documents.read("file.json", new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))));
        return gate.report()
                .entries()
                .map(entry -> Explanation.of(entry.judgement(), entry.exemption()))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
