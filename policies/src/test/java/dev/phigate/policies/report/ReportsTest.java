package dev.phigate.policies.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.exemption.Exemptions;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.offline.Document;
import dev.phigate.policies.offline.Gate;
import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Rule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("P5")
class ReportsTest {
    private static final Instant NOW = Instant.parse("2026-11-22T04:00:00Z");
    private static final String EVIL = "<script>alert(1)</script>\u001B[31m\u202E&\"'`|@team ]]>\u0000";
    private static final String HIDDEN = "hunter2";
    private static final Report REPORT = report();

    @Test
    void jsonListsAFindingForEachPropertyWithEverythingAProgramNeeds() {
        JsonNode report = JsonMapper.shared().readTree(JsonReport.of(REPORT));
        assertThat(report.path("exitCode").asInt()).isEqualTo(1);
        assertThat(report.path("findings").valueStream())
                .allSatisfy(finding -> assertThat(finding.propertyNames())
                        .contains("rule", "verdict", "urn", "property", "message", "citations", "level", "fix"));
        assertThat(report.path("findings")
                        .valueStream()
                        .map(finding -> finding.path("verdict").asString()))
                .containsOnlyOnce("exempt", "undecidable")
                .contains("violation");
        assertThat(report.path("citations").path("164.312(a)(1)").asString()).isEqualTo("Access control");
        assertThat(report.path("unjudged").path(0).path("stack").asString()).isEqualTo("aws");
    }

    @Test
    void sarifIsValidAgainstTheSchemaOfSarif210() throws IOException {
        try (InputStream in = ReportsTest.class.getResourceAsStream("/sarif/sarif-2.1.0-rtm.5.json")) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_4)
                    .getSchema(in);
            assertThat(schema.validate(SarifReport.of(REPORT), InputFormat.JSON))
                    .isEmpty();
            assertThat(schema.validate("{\"version\": \"2.1.0\", \"runs\": [{}]}", InputFormat.JSON))
                    .isNotEmpty();
        }
        JsonNode results = JsonMapper.shared().readTree(SarifReport.of(REPORT)).at("/runs/0/results");
        assertThat(results.valueStream().map(result -> result.path("kind").asString()))
                .contains("fail", "open");
        assertThat(results.valueStream().filter(result -> result.has("suppressions")))
                .hasSize(1);
    }

    @Test
    void junitCountsARuleAsATestThatFailsOrIsSkipped() throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        Element suites = factory.newDocumentBuilder()
                .parse(new ByteArrayInputStream(JUnitReport.of(REPORT).getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        Element suite = (Element) suites.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("tests")).isEqualTo("4");
        assertThat(suite.getAttribute("failures")).isEqualTo("2");
        assertThat(suite.getAttribute("skipped")).isEqualTo("2");
        assertThat(suites.getElementsByTagName("failure").getLength()).isEqualTo(2);
        assertThat(suites.getElementsByTagName("error").getLength()).isEqualTo(1);
    }

    @Test
    void markdownShowsTextsOfOthersAsTextAndFitsIntoAComment() {
        String markdown = MarkdownReport.of(REPORT);
        assertThat(markdown.lines().filter(line -> line.startsWith("| ")))
                .allSatisfy(line -> assertThat(line.replaceAll("(?<!`)(`+)(?!`).*?(?<!`)\\1(?!`)", "")
                                .replace("\\|", ""))
                        .doesNotContain("<script>")
                        .doesNotContain("@team")
                        .matches("(\\|[^|]*){5}\\|"));
        assertThat(MarkdownReport.of(many(5_000))).hasSizeLessThan(65_536).contains("more rows are left out here");
    }

    @Test
    void htmlAsksTheNetworkForNothingAndEscapesEverything() {
        String html = HtmlReport.of(REPORT);
        assertThat(html)
                .contains("default-src 'none'")
                .doesNotContain("<script>alert")
                .doesNotContain("http://")
                .doesNotContain("https://")
                .doesNotContain("src=")
                .doesNotContain("href=")
                .doesNotContain("style=\"")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        assertThat(Pattern.compile("<(/?)(section|article|ul|table|main|form|details|dl)\\b")
                        .matcher(html)
                        .results()
                        .mapToInt(match -> match.group(1).isEmpty() ? 1 : -1)
                        .sum())
                .isZero();
    }

    @Test
    void theTableIsPlainWithoutColoursAndNeverCarriesTheEscapesOfOthers() {
        String plain = new TableReport(false).of(REPORT);
        assertThat(plain)
                .doesNotContain("\u001B")
                .contains("not judged", "aws", "rehearse")
                .contains("exempt from held");
        String coloured = new TableReport(true).of(REPORT);
        assertThat(coloured).contains("\u001B[31mviolation").doesNotContain("\u001B[31m\u202E");
    }

    @Test
    void whatIsTooMuchForAReaderIsLeftOutWithItsCountAndNeverFromJson() {
        Report many = many(6_000);
        assertThat(HtmlReport.of(many)).contains("1000 more are left out here: see gate.json", "<strong>6000</strong>");
        assertThat(new TableReport(false).of(many))
                .contains("(5000 more are left out here: see gate.json)", "failed: 6000 violations");
        assertThat(JsonMapper.shared().readTree(JsonReport.of(many)).path("findings"))
                .hasSize(6_000);
    }

    @Test
    void noFormPrintsASecret() {
        for (String text : List.of(
                JsonReport.of(REPORT),
                SarifReport.of(REPORT),
                JUnitReport.of(REPORT),
                MarkdownReport.of(REPORT),
                HtmlReport.of(REPORT),
                new TableReport(true).of(REPORT))) {
            assertThat(text).doesNotContain(HIDDEN).doesNotContain("\u0000").doesNotContain("\u202E");
        }
    }

    @Test
    void theExitCodeRanksViolationsThenWhatWasNotJudgedThenWhatIsUndecidable() {
        assertThat(REPORT.exitCode()).isEqualTo(1);
        assertThat(judge(false, false, Level.ADVISORY).exitCode()).isZero();
        assertThat(judge(true, false, Level.ADVISORY).exitCode()).isEqualTo(4);
        assertThat(judge(true, true, Level.ADVISORY).exitCode()).isEqualTo(3);
        assertThat(judge(true, true, Level.MANDATORY).exitCode()).isEqualTo(1);
    }

    private static Report report() {
        return judge(false, true, Level.MANDATORY);
    }

    private static Report judge(boolean failsUndecidable, boolean unjudged, Level level) {
        Rule open = Rule.rule("open", shop -> shop.at("name").mustBe("corner"))
                .on("shop:m:Shop")
                .cites(Citation.S164_312_A_1)
                .fix("name: \"<b>\"");
        Rule unknown = Rule.rule("unknown", shop -> shop.at("later").mustBe("x"))
                .on("shop:m:Shop")
                .cites(Citation.S164_312_B);
        Rule held = Rule.rule("held", shop -> shop.at("name").mustBe("corner"))
                .on("shop:m:Shop")
                .cites(Citation.S164_312_D);
        Rule hidden = Rule.rule("hidden", shop -> shop.at("password").mustBe("long"))
                .on("shop:m:Shop")
                .cites(Citation.S164_312_D);
        Pack pack = new Pack("test", "1.0.0", List.of(open, unknown, held, hidden));
        PackSettings settings = new PackSettings(
                pack, Profile.HIPAA, failsUndecidable, "", "", Map.of("open", level, "hidden", level), Set.of());
        LocalDate today = LocalDate.of(2026, 11, 22);
        Gate gate = new Gate(
                settings,
                Exemptions.parse(
                        "e.yaml",
                        "exemptions: [{rule: held, resource: \"urn:pulumi:*::*::shop:m:Shop::*\", owner: \"<i>\","
                                + " reason: \"r|r\", expires: 2027-01-01}]",
                        pack,
                        today),
                NOW);
        Resource shop = Resource.of(
                "shop:m:Shop",
                "s" + EVIL,
                new Value.Fields(Map.of(
                        "name",
                        new Value.Text(EVIL),
                        "later",
                        Value.UNKNOWN,
                        "password",
                        new Value.Secret(new Value.Text(HIDDEN)))));
        gate.judge(new Document("state.json", Document.Form.STATE, List.of(shop)));
        if (unjudged) {
            gate.cannotJudge("aws", "needs an account <b>", "rehearse it");
        }
        return gate.report();
    }

    private static Report many(int resources) {
        Rule open = Rule.rule("open", shop -> shop.at("name").mustBe("corner"))
                .on("shop:m:Shop")
                .cites(Citation.S164_312_A_1);
        Pack pack = new Pack("test", "1.0.0", List.of(open));
        List<Resource> shops = new ArrayList<>();
        for (int i = 0; i < resources; i++) {
            shops.add(Resource.of("shop:m:Shop", "shop" + i, new Value.Fields(new HashMap<>())));
        }
        Gate gate = new Gate(
                new PackSettings(pack, Profile.HIPAA, false, "", "", Map.of(), Set.of()), Exemptions.NONE, NOW);
        gate.judge(new Document(
                "state.json",
                Document.Form.STATE,
                new Stack(shops).resources().stream().toList()));
        return gate.report();
    }
}
