package dev.phigate.policies.pack;

import java.util.Locale;

/** Which edition of the Security Rule the thresholds follow. */
public enum Profile {
    /** The rule in force. */
    HIPAA,
    /** The stricter rule proposed in January 2025 (90 FR 898), which was still a proposal when this was written. */
    HIPAA_NPRM_2025;

    /** The profile's name in settings. */
    public String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
