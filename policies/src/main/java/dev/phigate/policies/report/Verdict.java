package dev.phigate.policies.report;

import java.util.Locale;

/** What a report says about one resource and rule. Compliant and not applicable ones are counted, not listed. */
public enum Verdict {
    /** The resource breaks the rule. */
    VIOLATION,
    /** The answer hangs on values that are not known. */
    UNDECIDABLE,
    /** The resource may break the rule, and an exemption says so. */
    EXEMPT;

    /** The verdict as reports write it, in lower case. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }
}
