package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.time.LocalDate;
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
