package dev.phigate.policies.hipaa;

import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Tuning;
import dev.phigate.policies.report.RuleTables;
import java.time.LocalDate;

/** The page docs/rules.md: every rule of the pack with its thresholds in both profiles. */
public final class RulesPage {
    private RulesPage() {}

    /** Writes the page; the same for the same pack, whatever the day. */
    public static String ofHipaaPack() {
        Tuning settings = Tuning.of(Profile.HIPAA, LocalDate.EPOCH);
        Tuning stricter = Tuning.of(Profile.HIPAA_NPRM_2025, LocalDate.EPOCH);
        Pack pack = HipaaPack.of(settings);
        HipaaPack.of(stricter);
        return RuleTables.of(pack, settings::parameters, stricter::parameters);
    }
}
