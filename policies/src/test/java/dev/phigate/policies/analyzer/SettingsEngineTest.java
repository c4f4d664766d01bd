package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exemptions, profiles, levels and remedies, as the real engine passes them on. */
@Tag("P1")
@Tag("engine")
class SettingsEngineTest {
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private static final Map<String, String> TAGS =
            Map.of("phigate:environment", "prod", "phigate:data-class", "audit", "dataClassification", "phi");
    private static final String URN = "urn:pulumi:test::project::phigate:local:AuditStore::audit";

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init") // set before every test
    private Engine engine;

    @BeforeEach
    void layOut() throws Exception {
        engine = new Engine(folder);
    }

    @Test
    @Tag("P4")
    void anExemptionOfTheFileLetsTheUpdatePassAndIsShownWithOwnerReasonTicketAndExpiry() throws Exception {
        Engine.Run run = update(store(30, Map.of()), exempting(URN, today.plusDays(30)));
        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output())
                .contains("[advisory]", "local-audit-retention")
                .contains("exempt  until " + today.plusDays(30) + " by jane@clinic.example: a drill (SEC-142)")
                .doesNotContain("[mandatory]");
    }

    @Test
    @Tag("P4")
    void theFileOfExemptionsBesideThePackNeedsNoSetting() throws Exception {
        Path named = Files.createDirectories(folder.resolve("named")).resolve("exemptions.yaml");
        exempting(URN, today.plusDays(30));
        Files.move(folder.resolve("exemptions.yaml"), named);
        Files.copy(named, engine.policies().resolve("exemptions.yaml"));
        Engine.Run run = update(store(30, Map.of()), "{}");
        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output()).contains("exempt  until " + today.plusDays(30));
    }

    @Test
    @Tag("P4")
    void anExemptionOfTheResourceItselfDoesTheSame() throws Exception {
        Map<String, String> word = Map.of(
                "phigate:exempt:local-audit-retention",
                "owner=jane@clinic.example expires=" + today.plusDays(30) + " reason=a drill");
        Engine.Run run = update(store(30, word), "{}");
        assertThat(run.exit()).as(run.output()).isZero();
        assertThat(run.output()).contains("exempt  until " + today.plusDays(30) + " by jane@clinic.example: a drill");
    }

    @Test
    @Tag("P4")
    void anExpiredExemptionStopsTheUpdate() throws Exception {
        Engine.Run run = update(store(30, Map.of()), exempting(URN, today.minusDays(1)));
        assertThat(run.exit()).as(run.output()).isNotZero();
        assertThat(run.output())
                .contains("[mandatory]", "local-audit-retention")
                .doesNotContain("exempt  until");
    }

    @Test
    @Tag("P4")
    void anExemptionThatCoversNothingStopsTheUpdate() throws Exception {
        for (String urn : List.of(URN, URN.replace("::audit", "::another"))) {
            Engine.Run run = update(store(2192, Map.of()), exempting(urn, today.plusDays(30)));
            assertThat(run.exit()).as(run.output()).isNotZero();
            assertThat(run.output()).contains("[mandatory]", "any-policy-exceptions-documented", "covers nothing");
        }
    }

    @Test
    @Tag("P4")
    void anExemptionWithoutAnOwnerStopsTheRunByItsPlaceInTheFile() throws Exception {
        Path file = Files.writeString(
                folder.resolve("exemptions.yaml"),
                "exemptions: [{rule: local-audit-retention, resource: \"" + URN
                        + "\", reason: x, expires: 2020-13-01}]");
        Engine.Run run = update(store(30, Map.of()), "{\"phigate\": {\"exemptions\": \"" + file + "\"}}");
        assertThat(run.exit()).as(run.output()).isNotZero();
        assertThat(run.output()).contains("exemptions[0].owner: missing", "exemptions[0].expires: 2020-13-01");
    }

    @Test
    @Tag("P6")
    void theProfileDecidesThresholdsAndASettingOutweighsIt() throws Exception {
        String rule = "aws-iam-session-duration";
        assertThat(twoHours("{\"all\": \"advisory\"}")).doesNotContain(rule);
        assertThat(twoHours("{\"all\": \"advisory\", \"phigate\": {\"profile\": \"hipaa-nprm-2025\"}}"))
                .contains(rule, "maxSessionDuration: 7200", "at most 3600");
        assertThat(twoHours("{\"all\": \"advisory\", \"phigate\": {\"profile\": \"hipaa-nprm-2025\"},"
                        + " \"aws-iam-session-duration\": {\"seconds\": 7200}}"))
                .doesNotContain(rule);
        assertThat(twoHours("{\"phigate\": {\"profile\": \"hippa\"}}")).contains("hipaa-nprm-2025");
    }

    @Test
    @Tag("P6")
    void aLevelOfARuleDecidesWhetherItsViolationStopsTheUpdate() throws Exception {
        Engine.Run advisory = update(store(30, Map.of()), "{\"local-audit-retention\": \"advisory\"}");
        assertThat(advisory.exit()).as(advisory.output()).isZero();
        assertThat(advisory.output()).contains("[advisory]", "local-audit-retention");
        Engine.Run disabled = update(store(31, Map.of()), "{\"local-audit-retention\": \"disabled\"}");
        assertThat(disabled.exit()).as(disabled.output()).isZero();
        assertThat(disabled.output()).doesNotContain("local-audit-retention");
    }

    @Test
    @Tag("P2")
    void aMissingClassificationIsMendedWhereThatIsAskedForAndOnlyThere() throws Exception {
        String type = "aws:s3/bucketV2:BucketV2";
        try (InlineProgram program = new InlineProgram().declare(type, "b", Map.of("tags", Map.of("a", "b")))) {
            Path advisory = settings("{\"all\": \"advisory\"}");
            engine.run("up", program, "--skip-preview", "--policy-pack-config", advisory.toString());
            assertThat(engine.export()).doesNotContain("dataClassification");
            Path mending = settings("{\"all\": \"advisory\", \"phigate\": {\"dataClass\": \"phi\"},"
                    + " \"any-data-classification-tag\": \"remediate\"}");
            Engine.Run run = engine.run("up", program, "--skip-preview", "--policy-pack-config", mending.toString());
            assertThat(run.exit()).as(run.output()).isZero();
            assertThat(engine.export()).contains("\"dataClassification\": \"phi\"");
        }
    }

    private Engine.Run update(InlineProgram program, String settings) throws Exception {
        try (program) {
            return engine.run(
                    "up",
                    program,
                    "--skip-preview",
                    "--policy-pack-config",
                    settings(settings).toString());
        }
    }

    private Path settings(String json) throws Exception {
        return Files.writeString(folder.resolve("settings.json"), json);
    }

    private String exempting(String urn, LocalDate expires) throws Exception {
        Path file = Files.writeString(folder.resolve("exemptions.yaml"), """
                exemptions:
                  - rule: local-audit-retention
                    resource: %s
                    owner: jane@clinic.example
                    reason: a drill
                    ticket: SEC-142
                    expires: %s
                """.formatted(urn, expires));
        return "{\"phigate\": {\"exemptions\": \"" + file + "\"}}";
    }

    private static InlineProgram store(int days, Map<String, String> more) throws Exception {
        Map<String, String> tags = new HashMap<>(TAGS);
        tags.putAll(more);
        return new InlineProgram()
                .declare("phigate:local:AuditStore", "audit", Map.of("tags", tags, "retentionDays", days));
    }

    private String twoHours(String settings) throws Exception {
        try (InlineProgram program =
                new InlineProgram().declare("aws:iam/role:Role", "reader", Map.of("maxSessionDuration", 7200))) {
            return engine.run(
                            "preview",
                            program,
                            "--policy-pack-config",
                            settings(settings).toString())
                    .output();
        }
    }
}
