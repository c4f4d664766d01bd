package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Kinds;
import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P2")
class HipaaPackTest {
    private static final Pack PACK = HipaaPack.of(Tuning.of(Profile.HIPAA, LocalDate.of(2026, 11, 22)));
    private static final Catalogue CATALOGUE = Catalogue.shipped();

    @Test
    void everyRuleIsAControlOfTheCatalogueAndCitesTheSameSections() {
        for (Rule rule : PACK.rules()) {
            Catalogue.Control control = CATALOGUE.control(rule.id()).orElseThrow();
            assertThat(rule.citations().stream().map(Citation::section))
                    .as(rule.id())
                    .containsExactlyElementsOf(control.citations());
        }
    }

    @Test
    void everyControlOfTheCatalogueHasARule() {
        assertThat(PACK.rules().stream().map(Rule::id))
                .containsExactlyInAnyOrderElementsOf(
                        CATALOGUE.controls().stream().map(Catalogue.Control::id).toList());
    }

    /** Rules about stacks look at the catalogue's types from the resources that those configure. */
    @Test
    void everyRuleAboutAResourceIsAskedAboutTheTypesThatTheCatalogueNames() {
        List<String> missing = new ArrayList<>();
        for (Catalogue.Control control : CATALOGUE.controls()) {
            Rule rule = PACK.rule(control.id()).orElseThrow();
            if (!rule.isOfStack() && !rule.kinds().isEmpty()) {
                control.types().stream()
                        .filter(type -> !type.contains("*") && !rule.kinds().contains(Kinds.canonical(type)))
                        .forEach(type -> missing.add(control.id() + " " + type));
            }
        }
        assertThat(missing)
                .as("only what decision 0006 says is not judged")
                .containsExactly(
                        "aws-iam-mfa-condition aws:iam/policy:Policy",
                        "aws-iam-mfa-condition aws:iam/groupPolicy:GroupPolicy",
                        "aws-vpn-no-inline-psk aws:ec2/customerGateway:CustomerGateway");
    }

    @Test
    void everyRuleSaysHowToFixAViolation() {
        assertThat(PACK.rules())
                .allSatisfy(rule -> assertThat(rule.fixes()).as(rule.id()).isNotEmpty());
    }

    @Test
    void noTextClaimsThatHipaaRequiresSixYearsOfLogs() {
        assertThat(CATALOGUE.controls())
                .allSatisfy(control -> assertThat(control.description().requirement())
                        .as(control.id())
                        .doesNotContainIgnoringCase("HIPAA requires"));
    }
}
