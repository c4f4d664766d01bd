package dev.phigate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gate on files, in a project of the test's own: what it prints, what it leaves, how it ends. */
@Tag("P5")
class GateCommandTest {
    private static final String KEY = "urn:pulumi:prod::clinic::aws:kms/key:Key::records";
    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);

    @TempDir
    private Path root;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final String present = System.getProperty("phigate.root", "");

    @BeforeEach
    void inAProjectOfItsOwn() throws IOException {
        Files.createDirectories(root.resolve("stacks"));
        Files.writeString(root.resolve("stacks/Pulumi.cloud.yaml"), "config:\n  phigate:target: moon\n");
        System.setProperty("phigate.root", root.toString());
    }

    @AfterEach
    void backInThisOne() {
        System.setProperty("phigate.root", present);
    }

    @Test
    void aViolationEndsWithOneAndEveryFormOfTheReportIsWritten() throws IOException {
        assertThat(gate("--state", state("enableKeyRotation", "false"))).isEqualTo(1);
        assertThat(out.toString())
                .contains("aws-kms-rotation-enabled", "enableKeyRotation: false (wanted: true)", "failed: ");
        try (Stream<Path> files = Files.list(root.resolve("target/gate"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("gate.json", "gate.sarif", "gate.junit.xml", "gate.md", "gate.html");
        }
    }

    @Test
    void whatIsAdvisoryIsShownAndEndsWithZero() throws IOException {
        Path levels = write("levels.json", "{\"all\": \"advisory\"}");
        assertThat(gate("--state", state("enableKeyRotation", "false"), "--policy-pack-config", levels.toString()))
                .as(said())
                .isZero();
        assertThat(out.toString()).contains("advisory", "aws-kms-rotation-enabled", "passed: 0 violations");
    }

    @Test
    void whatIsUndecidableEndsWithFourOnDemandOnly() throws IOException {
        String unknown = state("enableKeyRotation", "\"04da6b54-80e4-46f7-96ec-b56ff0331ba9\"");
        Path levels = write("levels.json", onlyRotation());
        assertThat(gate("--state", unknown, "--policy-pack-config", levels.toString()))
                .as(said())
                .isZero();
        assertThat(out.toString()).contains("undecidable", "aws-kms-rotation-enabled");
        assertThat(gate("--state", unknown, "--policy-pack-config", levels.toString(), "--fail-on-undecidable"))
                .isEqualTo(4);
    }

    @Test
    void anEncryptedSecretIsUndecidableAndNotPrinted() throws IOException {
        String secret = "{\"4dabf18193072939515e22adb298388d\": \"1b47061264138c4ac30d75fd1eb44270\","
                + " \"ciphertext\": \"v1:hunter2\"}";
        Path levels = write("levels.json", onlyRotation());
        assertThat(gate(
                        "--json",
                        "--state",
                        state("enableKeyRotation", secret),
                        "--policy-pack-config",
                        levels.toString(),
                        "--fail-on-undecidable"))
                .isEqualTo(4);
        JsonNode finding = JsonMapper.shared().readTree(out.toString()).at("/findings/0");
        assertThat(finding.path("verdict").asString()).isEqualTo("undecidable");
        assertThat(finding.path("urn").asString()).isEqualTo(KEY);
        assertThat(finding.path("property").asString()).isEqualTo("enableKeyRotation");
        assertThat(said()).doesNotContain("hunter2");
    }

    @Test
    void aStackThatThisVersionCannotBuildIsNamedAsNotJudgedAndEndsWithThree() {
        assertThat(gate("cloud")).isEqualTo(3);
        assertThat(out.toString()).contains("not judged", "moon", "pulumi preview --json --show-sames", "incomplete");
    }

    @Test
    void anEmptyStatePassesAndSaysThatThereWasNothing() throws IOException {
        Path file = write("state.json", "{\"version\": 3, \"deployment\": {\"resources\": []}}");
        assertThat(gate("--state", file.toString())).isZero();
        assertThat(out.toString()).contains("holds no resources");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "<html>|malformed JSON",
                "{'version': 3|malformed JSON",
                "{\"version\": 3, \"deployment\": {\"reso|the document ends in the middle",
                "{\"version\": 2, \"deployment\": {}}|version: 2 (expected: 3 or 4",
                "{\"version\": 3, \"deployment\": null}|expected: what `pulumi stack export`",
                "~~|the file is empty"
            })
    void aFileThatIsNoStateEndsWithTwoAndASentence(String content, String said) throws IOException {
        Path file = write("state.json", content);
        assertThat(gate("--state", file.toString())).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("phigate: " + file)
                .contains(said)
                .doesNotContain("Exception")
                .hasLineCount(1);
    }

    @Test
    void aFileThatIsNotThereOrIsAFolderIsNamed() {
        assertThat(gate("--state", root.resolve("nosuch.json").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("nosuch.json: there is no such file");
        assertThat(gate("--state", root.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(root + ": cannot be read");
    }

    @Test
    void aRunThatBreaksLeavesNoReportOfAnEarlierOne() throws IOException {
        gate("--state", state("enableKeyRotation", "false"));
        assertThat(gate("--state", root.resolve("nosuch.json").toString())).isEqualTo(2);
        assertThat(root.resolve("target/gate")).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeWrittenIsNoFinding() throws IOException {
        assertThat(gate("--state", state("enableKeyRotation", "true"), "--out", "/proc/nowhere"))
                .isEqualTo(3);
        assertThat(err.toString()).contains("the reports cannot be written", "--out");
    }

    @Test
    @Tag("P4")
    void anExemptionIsPrintedAndAnExpiredOneFails() throws IOException {
        Path levels = write("levels.json", onlyRotation());
        String state = state("enableKeyRotation", "false");
        Path exemptions = exemptions(today.plusDays(10));
        assertThat(gate(
                        "--state",
                        state,
                        "--policy-pack-config",
                        levels.toString(),
                        "--exemptions",
                        exemptions.toString()))
                .as(said())
                .isZero();
        assertThat(out.toString())
                .contains("exempt from aws-kms-rotation-enabled: aws:kms/key:Key records, until " + today.plusDays(10)
                        + " by jane: migration (SEC-1)");
        exemptions(today.minusDays(1));
        assertThat(gate(
                        "--state",
                        state,
                        "--policy-pack-config",
                        levels.toString(),
                        "--exemptions",
                        exemptions.toString()))
                .isEqualTo(1);
        assertThat(out.toString()).contains("expired on " + today.minusDays(1));
    }

    @Test
    @Tag("P4")
    void everythingWrongWithAFileOfExemptionsIsSaidAtOnceAndEndsWithTwo() throws IOException {
        Path file = write("exemptions.yaml", """
                exemptions:
                  - {rule: aws-kms-rotation, resource: "%s", owner: jane, reason: x, expires: 31.12.2026, until: 2026}
                """.formatted(KEY));
        assertThat(gate("--state", state("enableKeyRotation", "false"), "--exemptions", file.toString()))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("exemptions[0].rule: aws-kms-rotation", "phigate rules")
                .contains("exemptions[0].expires: 31.12.2026 (expected: a day YYYY-MM-DD, at most")
                .contains("exemptions[0].until: unknown key");
    }

    @Test
    @Tag("P6")
    void aWrongProfileRuleOrLevelIsNamed() throws IOException {
        String state = state("enableKeyRotation", "true");
        assertThat(gate("--state", state, "--profile", "hippa")).isEqualTo(2);
        assertThat(err.toString()).contains("hippa", "hipaa-nprm-2025");
        for (String[] wrong : new String[][] {
            {"{\"aws-kms-rotation\": \"advisory\"}", "aws-kms-rotation"},
            {"{\"aws-kms-rotation-enabled\": \"fatal\"}", "enforcement level fatal"},
            {"{\"aws-kms-rotation-enabled\": {\"days\": 1}}", "aws-kms-rotation-enabled.days"},
            {"{\"phigate\": {\"colour\": \"blue\"}}", "phigate.colour"},
            {"[]", "an object"}
        }) {
            Path file = write("wrong.json", wrong[0]);
            assertThat(gate("--state", state, "--policy-pack-config", file.toString()))
                    .as(wrong[0])
                    .isEqualTo(2);
            assertThat(err.toString()).contains(wrong[1]);
        }
    }

    @Test
    @Tag("P2")
    void rulesAreListedAndExplainedOneByOneAndAsJson() {
        assertThat(run("rules")).isZero();
        assertThat(out.toString()).contains("aws-kms-rotation-enabled", "mandatory");
        assertThat(run("rules", "aws-kms-rotation-enabled")).isZero();
        assertThat(out.toString())
                .contains("164.312(a)(2)(iv) Encryption and decryption", "fix", "enableKeyRotation: true");
        assertThat(run("rules", "--json")).isZero();
        assertThat(JsonMapper.shared().readTree(out.toString()).valueStream())
                .allSatisfy(rule -> assertThat(rule.propertyNames()).contains("id", "cloud", "citations", "level"));
        assertThat(run("rules", "aws-kms-rotatoin")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no rule \"aws-kms-rotatoin\"");
    }

    private String state(String property, String value) throws IOException {
        return write("state.json", """
                {"version": 3, "deployment": {"resources": [
                  {"urn": "%s", "type": "aws:kms/key:Key", "custom": true, "id": "k", "inputs": {"%s": %s}}]}}
                """.formatted(KEY, property, value)).toString();
    }

    /** A policy configuration in which one rule is mandatory. */
    private static String onlyRotation() {
        return "{\"all\": \"disabled\", \"aws-kms-rotation-enabled\": \"mandatory\","
                + " \"any-policy-exceptions-documented\": \"mandatory\"}";
    }

    private Path exemptions(LocalDate expires) throws IOException {
        return write("exemptions.yaml", """
                exemptions:
                  - {rule: aws-kms-rotation-enabled, resource: "%s", owner: jane, reason: migration, ticket: SEC-1, expires: %s}
                """.formatted(KEY, expires));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(root.resolve(name), content);
    }

    private String said() {
        return out + "\n" + err;
    }

    private int gate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("gate"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        return line.execute(arguments);
    }
}
