package dev.phigate.policies.exemption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Rule;
import dev.phigate.settings.InvalidSettings;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P4")
class ExemptionsTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final Rule RULE = Rule.rule(
                    "shop-open", shop -> shop.at("open").mustBe(true))
            .on("shop:m:Shop")
            .cites(Citation.S164_312_A_1);
    private static final Pack PACK = new Pack("test", "1", List.of(RULE));
    private static final String URN = "urn:pulumi:stack::project::shop:m:Shop::corner";

    @Test
    void anExemptionCoversTheViolationOfItsRuleByItsResource() {
        Ledger ledger = ledger(entry("shop-open", URN, "2027-01-01"));
        Resource shop = shop(Map.of());
        ledger.meet(shop);
        assertThat(ledger.covering(judged(shop)))
                .hasValueSatisfying(exemption ->
                        assertThat(exemption.summary()).isEqualTo("until 2027-01-01 by jane: no key (SEC-1)"));
        assertThat(ledger.close()).extracting(Judgement::finding).containsExactly(Finding.compliant());
    }

    @Test
    void anExpiredExemptionCoversNothingAndIsAViolationThatNamesItsOwner() {
        Ledger ledger = ledger(entry("shop-open", URN, "2026-11-21"));
        Resource shop = shop(Map.of());
        ledger.meet(shop);
        assertThat(ledger.covering(judged(shop))).isEmpty();
        assertProblem(ledger, "expired on 2026-11-21");
    }

    @Test
    void anExemptionHoldsOnItsLastDay() {
        Ledger ledger = ledger(entry("shop-open", URN, "2026-11-22"));
        Resource shop = shop(Map.of());
        ledger.meet(shop);
        assertThat(ledger.covering(judged(shop))).isPresent();
    }

    @Test
    void anExemptionThatCoversNothingIsAViolation() {
        Ledger ledger = ledger(entry("shop-open", URN.replace("corner", "other"), "2027-01-01"));
        ledger.meet(shop(Map.of()));
        assertProblem(ledger, "covers nothing");
    }

    @Test
    void anExemptionOfAnotherStackIsNotThisRunsConcern() {
        Ledger ledger = ledger(entry("shop-open", URN.replace(":stack:", ":other:"), "2026-01-01"));
        ledger.meet(shop(Map.of()));
        assertThat(ledger.close()).isEmpty();
    }

    @Test
    void aTagOfTheResourceExemptsIt() {
        Resource shop = shop(
                Map.of("phigate:exempt:shop-open", "owner=jane expires=2027-01-01 ticket=SEC-1 reason=no key yet"));
        Ledger ledger = ledger("");
        ledger.meet(shop);
        assertThat(ledger.covering(judged(shop)))
                .hasValueSatisfying(exemption -> assertThat(exemption.reason()).isEqualTo("no key yet"));
        assertThat(ledger.close()).extracting(Judgement::finding).containsExactly(Finding.compliant());
    }

    @Test
    void aTagExemptsNoOtherResourceThoughItsNameIsAPattern() {
        Resource star = Resource.of(
                "shop:m:Shop",
                "*",
                shop(Map.of("phigate:exempt:shop-open", "owner=jane expires=2027-01-01 reason=x"))
                        .inputs());
        Ledger ledger = ledger("");
        ledger.meet(star);
        assertThat(ledger.covering(judged(shop(Map.of())))).isEmpty();
        assertThat(ledger.covering(judged(star))).isPresent();
    }

    @Test
    void aListOfTagsExemptsAsWell() {
        Value.Fields tag = new Value.Fields(Map.of(
                "key", new Value.Text("phigate:exempt:shop-open"),
                "value", new Value.Text("owner=jane expires=2027-01-01 reason=x")));
        Resource shop =
                Resource.of("shop:m:Shop", "corner", new Value.Fields(Map.of("tags", new Value.Items(List.of(tag)))));
        Ledger ledger = ledger("");
        ledger.meet(shop);
        assertThat(ledger.covering(judged(shop))).isPresent();
    }

    @Test
    void anAnnotationOfAKubernetesObjectExemptsAsWell() {
        Value.Fields metadata = new Value.Fields(Map.of(
                "annotations",
                new Value.Fields(Map.of(
                        "phigate.dev/exempt.shop-open",
                        new Value.Text("owner=jane expires=2027-01-01 reason=no key yet")))));
        Resource service =
                Resource.of("kubernetes:core/v1:Service", "corner", new Value.Fields(Map.of("metadata", metadata)));
        Ledger ledger = ledger("");
        ledger.meet(service);
        assertThat(ledger.covering(new Judgement(RULE, service, Finding.violation("open", "false", "true"))))
                .isPresent();
    }

    @Test
    void aTagWhoseTextIsUnknownOrSecretExemptsFromNothing() {
        for (Value text : List.of(
                Value.UNKNOWN, new Value.Secret(new Value.Text("owner=jane expires=2027-01-01 reason=no key yet")))) {
            Resource shop = Resource.of(
                    "shop:m:Shop",
                    "corner",
                    new Value.Fields(Map.of("tags", new Value.Fields(Map.of("phigate:exempt:shop-open", text)))));
            Ledger ledger = ledger("");
            ledger.meet(shop);
            assertThat(ledger.covering(judged(shop))).isEmpty();
            assertThat(ledger.close()).isEmpty();
        }
    }

    @Test
    void aTagWithoutOwnerReasonOrExpiryExemptsNothingAndIsAViolation() {
        for (String text : List.of(
                "reason=x expires=2027-01-01",
                "owner=jane expires=2027-01-01",
                "owner=jane reason=x",
                "owner=jane reason=x expires=soon",
                "owner=jane reason=x expires=2030-01-01",
                "yes")) {
            Resource shop = shop(Map.of("phigate:exempt:shop-open", text));
            Ledger ledger = ledger("");
            ledger.meet(shop);
            assertThat(ledger.covering(judged(shop))).as(text).isEmpty();
            assertThat(ledger.close()).as(text).hasSize(1);
        }
        Ledger ledger = ledger("");
        ledger.meet(shop(Map.of("phigate:exempt:shop-closed", "owner=jane expires=2027-01-01 reason=x")));
        assertProblem(ledger, "rule \"shop-closed\"");
    }

    @Test
    void exemptionsCannotBeExemptedThemselves() {
        Rule own = Ledger.row();
        Pack pack = new Pack("test", "1", List.of(RULE, own));
        Ledger ledger = new Ledger(
                pack,
                Exemptions.parse(
                        "e.yaml",
                        entry(Ledger.RULE, "urn:pulumi:*::*::pulumi:pulumi:Stack::*", "2027-01-01"),
                        pack,
                        TODAY),
                TODAY);
        ledger.meet(shop(Map.of()));
        Judgement problem = ledger.close().getFirst();
        assertThat(ledger.covering(problem)).isEmpty();
    }

    @Test
    void everythingThatIsWrongWithAFileIsSaidAtOnce() {
        assertThatThrownBy(() -> ledger("""
                        exemptions:
                          - {rule: shop-opne, resource: everything, owner: "", expires: 2029-01-01, tiket: X}
                          - {rule: shop-open, resource: "urn:pulumi:s::p::*::*", owner: a, reason: b, expires: 22.11.2026}
                        """))
                .isInstanceOf(InvalidSettings.class)
                .message()
                .contains("exemptions[0].rule: shop-opne")
                .contains("exemptions[0].resource: everything")
                .contains("exemptions[0].owner")
                .contains("exemptions[0].reason: missing")
                .contains("exemptions[0].expires: 2029-01-01 (expected: a day YYYY-MM-DD, at most 366 days ahead)")
                .contains("exemptions[0].tiket: unknown key (did you mean ticket?)")
                .contains("exemptions[1].resource")
                .contains("exemptions[1].expires: 22.11.2026");
    }

    @Test
    void aPatternMeansPartsOfTheUrnAndTheTypeWithoutItsComponents() {
        String urn = "urn:pulumi:prod::clinic::my:c:Site$aws:lb/listener:Listener::imaging-1";
        assertThat(matches("urn:pulumi:prod::clinic::aws:lb/listener:Listener::imaging-*", urn))
                .isTrue();
        assertThat(matches("urn:pulumi:*::clinic::*::imaging-1", urn)).isTrue();
        assertThat(matches("urn:pulumi:prod::clinic::aws:lb/listener:Listener::imaging", urn))
                .isFalse();
        assertThat(matches("urn:pulumi:prod::*::aws:lb/*::other", urn)).isFalse();
        assertThat(matches("urn:pulumi:pro.::clinic::*::imaging-1", urn)).isFalse();
    }

    private static boolean matches(String pattern, String urn) {
        return UrnPattern.of(pattern).orElseThrow().matches(urn);
    }

    private static Ledger ledger(String yaml) {
        return new Ledger(PACK, Exemptions.parse("e.yaml", yaml, PACK, TODAY), TODAY);
    }

    private static String entry(String rule, String urn, String expires) {
        return "exemptions:\n  - {rule: " + rule + ", resource: \"" + urn
                + "\", owner: jane, reason: no key, ticket: SEC-1, expires: " + expires + "}\n";
    }

    private static Resource shop(Map<String, String> tags) {
        Map<String, Value> values = new java.util.HashMap<>();
        tags.forEach((key, value) -> values.put(key, new Value.Text(value)));
        return Resource.of("shop:m:Shop", "corner", new Value.Fields(Map.of("tags", new Value.Fields(values))));
    }

    private static Judgement judged(Resource shop) {
        return PACK.judge(shop).getFirst();
    }

    private static void assertProblem(Ledger ledger, String said) {
        assertThat(ledger.close()).singleElement().satisfies(judgement -> {
            assertThat(judgement.rule().id()).isEqualTo(Ledger.RULE);
            assertThat(((Finding.Violation) judgement.finding())
                            .faults()
                            .getFirst()
                            .found())
                    .contains(said);
        });
    }
}
