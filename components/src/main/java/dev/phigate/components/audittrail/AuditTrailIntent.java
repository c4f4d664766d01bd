package dev.phigate.components.audittrail;

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

    /** Reads {@code phigate:audit}. */
    public static AuditTrailIntent read(Section section) {
        return new AuditTrailIntent(
                Wording.days(section, "retention", SIX_YEARS),
                section.flag("appendOnly").orElse(true));
    }
}
