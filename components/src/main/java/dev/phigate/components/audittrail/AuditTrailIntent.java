package dev.phigate.components.audittrail;

import dev.phigate.components.Target;
import dev.phigate.components.Wording;
import dev.phigate.settings.Section;

/**
 * How audit records are kept.
 *
 * @param retentionDays {@code audit.retention}, whole days; default 2192d. Six years is what 45 CFR 164.316(b)(2) asks of
 *     documentation; for audit records it is our safe default.
 * @param appendOnly {@code audit.appendOnly}: whether the storage is asked to refuse changes; default true
 */
public record AuditTrailIntent(int retentionDays, boolean appendOnly) {
    private static final int SIX_YEARS = 2192;

    /**
     * Reads {@code phigate:audit}. In a cloud what is written stays locked for its retention, whoever asks: there a shorter one, or one that
     * can be changed, cannot be meant.
     */
    public static AuditTrailIntent read(Section section, Target target) {
        int retentionDays = Wording.days(section, "retention", SIX_YEARS);
        boolean appendOnly = section.flag("appendOnly").orElse(true);
        if (target.isCloud() && retentionDays > 0 && retentionDays < SIX_YEARS) {
            section.problem("retention", retentionDays + "d (expected: at least " + SIX_YEARS + "d in a cloud)");
        }
        if (target.isCloud() && !appendOnly) {
            section.problem("appendOnly", "false (expected: true in a cloud)");
        }
        return new AuditTrailIntent(retentionDays, appendOnly);
    }
}
