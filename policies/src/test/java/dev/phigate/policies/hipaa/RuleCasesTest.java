package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Program;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.exemption.Ledger;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Tuning;
import dev.phigate.policies.report.Explanation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The cases of every rule, one file a rule under {@code cases/}: programs, and the verdict that each must get. A program is judged as a
 * preview sees it and as it is once deployed; {@code preview} names the verdict of the former where it differs.
 */
@Tag("P2")
@Tag("P3")
class RuleCasesTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final Pack PACK = HipaaPack.of(new Tuning(Profile.HIPAA, TODAY, settings()));
    /** The existence of such a resource is the violation: no value can change it. */
    private static final List<String> DECIDED_BY_TYPE = List.of("aws-iam-no-long-lived-keys");

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    /** What no pack can know by itself. */
    static Map<String, Map<String, Value>> settings() {
        return Map.of(
                "aws-ec2-approved-image",
                Map.of(
                        "approvedAmis", new Value.Text("ami-0approved"),
                        "approvedBalancerAmis", new Value.Text("ami-0balancer"),
                        "approvedDigests", new Value.Text("sha256:a9")));
    }

    @TestFactory
    Stream<DynamicTest> everyCaseGetsItsVerdict() {
        return files().entrySet().stream()
                .flatMap(file -> cases(file.getValue())
                        .map(node -> DynamicTest.dynamicTest(
                                file.getKey() + ": " + node.path("name").asString(),
                                () -> judge(file.getKey(), node))));
    }

    @Test
    void everyRuleHasCasesThatComplyViolateAndAreUnknown() {
        Map<String, Path> files = files();
        assertThat(files.keySet())
                .containsExactlyInAnyOrderElementsOf(PACK.rules().stream()
                        .map(rule -> rule.id())
                        // Judges exemptions, not programs: its cases are those of ExemptionsTest.
                        .filter(id -> !id.equals(Ledger.RULE))
                        .toList());
        files.forEach((rule, file) -> {
            List<String> verdicts = cases(file)
                    .flatMap(node -> Stream.of(node.path("verdict"), node.path("preview")))
                    .map(JsonNode::asString)
                    .toList();
            assertThat(verdicts).as(rule).contains("violation");
            if (!DECIDED_BY_TYPE.contains(rule)) {
                assertThat(verdicts).as(rule).contains("compliant", "undecidable");
            }
        });
    }

    private static void judge(String rule, JsonNode node) {
        JsonNode resources = node.get("resources");
        String subject =
                node.path("of").asString(resources.propertyNames().iterator().next());
        String verdict = node.path("verdict").asString();
        check(rule, subject, node.path("preview").asString(verdict), node, Program.previewed(resources));
        if (!verdict.equals("undecidable")) {
            check(rule, subject, verdict, node, Program.deployed(resources));
        }
    }

    private static void check(String rule, String subject, String verdict, JsonNode node, Stack stack) {
        List<Judgement> judgements = PACK.judgeAll(stack).stream()
                .filter(judgement -> judgement.rule().id().equals(rule)
                        && judgement.resource().name().equals(subject))
                .toList();
        String found =
                judgements.isEmpty() ? "unasked" : verdict(judgements.getFirst().finding());
        String explained = judgements.isEmpty() ? "" : Explanation.of(judgements.getFirst());
        assertThat(found).as(explained).isEqualTo(verdict);
        assertThat(explained).doesNotContain("broke");
        if (verdict.equals("violation") && node.has("property")) {
            Finding.Violation violation =
                    (Finding.Violation) judgements.getFirst().finding();
            assertThat(violation.faults())
                    .as(explained)
                    .anySatisfy(fault -> assertThat(fault.property())
                            .isEqualTo(node.path("property").asString()));
        }
    }

    private static String verdict(Finding finding) {
        return switch (finding) {
            case Finding.Compliant _ -> "compliant";
            case Finding.Violation _ -> "violation";
            case Finding.NotApplicable _ -> "not applicable";
            case Finding.Undecidable _ -> "undecidable";
        };
    }

    static Stream<JsonNode> cases(Path file) {
        JsonNode list = YAML.readTree(file);
        return list.valueStream();
    }

    static Map<String, Path> files() {
        try (Stream<Path> files =
                Files.list(Path.of(RuleCasesTest.class.getResource("/cases").toURI()))) {
            Map<String, Path> byRule = new TreeMap<>();
            files.forEach(file -> byRule.put(file.getFileName().toString().replace(".yaml", ""), file));
            return byRule;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
