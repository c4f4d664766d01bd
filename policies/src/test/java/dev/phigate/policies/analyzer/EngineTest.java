package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("P1")
@Tag("P3")
@Tag("engine")
class EngineTest {
    private static final Map<String, String> TAGS =
            Map.of("phigate:environment", "local", "phigate:data-class", "workload", "dataClassification", "phi");

    @TempDir
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before every test
    private static Engine engine;

    @BeforeAll
    static void layOut() throws Exception {
        engine = new Engine(folder);
    }

    @Test
    void aViolationBlocksThePreviewWithRuleCitationAndFixAndTheMendedProgramPasses() throws Exception {
        try (InlineProgram program = balancer("http://127.0.0.1:8080")) {
            Engine.Run run = engine.run("preview", program);
            assertThat(run.exit()).as(run.output()).isNotZero();
            assertThat(run.output())
                    .contains("[mandatory]", "local-balancer-upstream-tls")
                    .contains("configuration.upstreams[0].hosts[0]: \"http://127.0.0.1:8080\"")
                    .contains("164.312(e)(1) Transmission security")
                    .contains("upstreams: [{hosts: [\"https://...\"]")
                    .doesNotContain("SLF4J");
            assertThat(engine.deployed()).isEmpty();
        }
        try (InlineProgram program = balancer("https://127.0.0.1:8443")) {
            Engine.Run run = engine.run("preview", program);
            assertThat(run.exit()).as(run.output()).isZero();
        }
    }

    @Test
    void anUpdateThatViolatesChangesNothing() throws Exception {
        try (InlineProgram program = balancer("http://127.0.0.1:8080")) {
            Engine.Run run = engine.run("up", program, "--skip-preview");
            assertThat(run.exit()).as(run.output()).isNotZero();
            assertThat(run.output()).contains("local-balancer-upstream-tls");
            assertThat(engine.deployed()).isEmpty();
        }
    }

    @Test
    void aBucketIsJudgedByWhatRefersToItThoughItsNameIsUnknown() throws Exception {
        try (InlineProgram program = new InlineProgram()) {
            bucket(program);
            Engine.Run run = engine.run("preview", program);
            assertThat(run.exit()).as(run.output()).isNotZero();
            assertThat(run.output()).contains("aws-s3-bucket-has-public-access-block", "aws-s3-encryption-kms");
        }
        try (InlineProgram program = new InlineProgram()) {
            bucket(program);
            guards(program);
            Engine.Run run = engine.run("preview", program);
            assertThat(run.output())
                    .doesNotContain("aws-s3-bucket-has-public-access-block")
                    .doesNotContain("aws-s3-encryption-kms");
        }
    }

    @Test
    void whatIsUnknownInThePreviewIsShownAndStopsItOnDemand() throws Exception {
        try (InlineProgram program = new InlineProgram()) {
            program.declare("phigate:local:KeyRing", "keys", Map.of("tags", TAGS));
            program.declare(
                    "phigate:local:AuditStore",
                    "audit",
                    Map.of("tags", TAGS, "retentionDays", new InlineProgram.Output("keys", "arn")));
            Engine.Run shown = engine.run("preview", program);
            assertThat(shown.exit()).as(shown.output()).isZero();
            assertThat(shown.output())
                    .contains("[advisory]", "local-audit-retention", "retentionDays: the value is not known yet");
            Path settings =
                    Files.writeString(folder.resolve("settings.json"), "{\"phigate\": {\"undecidable\": \"fail\"}}");
            Engine.Run failed = engine.run("preview", program, "--policy-pack-config", settings.toString());
            assertThat(failed.exit()).as(failed.output()).isNotZero();
            assertThat(failed.output()).contains("[mandatory]", "local-audit-retention");
        }
    }

    @Test
    void aSecretIsJudgedAndNotPrinted() throws Exception {
        try (InlineProgram program = new InlineProgram()) {
            program.declare(
                    "phigate:local:AuditStore",
                    "audit",
                    Map.of("tags", TAGS, "retentionDays", new InlineProgram.Hidden(1234)));
            Engine.Run run = engine.run("preview", program);
            assertThat(run.exit()).isNotZero();
            assertThat(run.output()).contains("retentionDays: (secret)").doesNotContain("1234");
        }
    }

    @Test
    void anUnknownSettingIsRefusedByName() throws Exception {
        try (InlineProgram program = balancer("https://127.0.0.1:8443")) {
            Path settings = Files.writeString(
                    folder.resolve("wrong.json"), "{\"local-audit-retention\": {\"retentionYears\": 6}}");
            Engine.Run run = engine.run("preview", program, "--policy-pack-config", settings.toString());
            assertThat(run.exit()).isNotZero();
            assertThat(run.output())
                    .contains("unknown settings of the policy pack: local-audit-retention.retentionYears");
        }
    }

    private static InlineProgram balancer(String upstream) throws Exception {
        return new InlineProgram()
                .declare(
                        "phigate:local:Balancer",
                        "balancer",
                        Map.of(
                                "tags",
                                TAGS,
                                "mode",
                                "process",
                                "configuration",
                                Map.of(
                                        "listeners",
                                                List.of(Map.of(
                                                        "name",
                                                        "https",
                                                        "address",
                                                        "127.0.0.1",
                                                        "port",
                                                        8443,
                                                        "tls",
                                                        Map.of(
                                                                "certificate",
                                                                "/p/c",
                                                                "privateKey",
                                                                "/p/k",
                                                                "minimumVersion",
                                                                "TLSv1.2"),
                                                        "timeouts",
                                                        Map.of("idle", "60s"))),
                                        "upstreams",
                                                List.of(Map.of(
                                                        "name", "ehr",
                                                        "hosts", List.of(upstream),
                                                        "tls",
                                                                Map.of(
                                                                        "trust",
                                                                        "/p/ca",
                                                                        "serverName",
                                                                        "workload.local"))),
                                        "audit", Map.of("directory", "/p/audit", "origin", "local-balancer"))));
    }

    private static void bucket(InlineProgram program) {
        program.declare("aws:s3/bucketV2:BucketV2", "records", Map.of("tags", TAGS));
    }

    private static void guards(InlineProgram program) {
        InlineProgram.Output bucket = new InlineProgram.Output("records", "id");
        program.declare("aws:kms/key:Key", "key", Map.of("enableKeyRotation", true, "tags", TAGS));
        program.declare(
                "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
                "block",
                Map.of(
                        "bucket", bucket,
                        "blockPublicAcls", true,
                        "blockPublicPolicy", true,
                        "ignorePublicAcls", true,
                        "restrictPublicBuckets", true));
        program.declare(
                "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
                "encryption",
                Map.of(
                        "bucket",
                        bucket,
                        "rules",
                        List.of(Map.of(
                                "bucketKeyEnabled",
                                true,
                                "applyServerSideEncryptionByDefault",
                                Map.of(
                                        "sseAlgorithm",
                                        "aws:kms",
                                        "kmsMasterKeyId",
                                        new InlineProgram.Output("key", "arn"))))));
    }
}
