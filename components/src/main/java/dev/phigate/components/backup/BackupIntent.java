package dev.phigate.components.backup;

import dev.phigate.components.Wording;
import dev.phigate.settings.Section;
import java.time.Duration;

/**
 * How long backups are kept, and when they are made.
 *
 * @param hour {@code hour} of the day at which the daily backup starts, 0 to 23 in UTC; default 5
 * @param retentionDays {@code retention} of the backups, whole days, at least 35d; default 35d
 * @param copyRetentionDays {@code copyRetention} of their copies in the backup region, at least as long; default 90d, or {@code retention}
 *     when that is longer
 * @param graceDays {@code grace}: how long the vaults' locks can still be taken back after they are made, whole days, at least 3d; then
 *     nobody can, and nothing is deleted early; default 7d
 */
public record BackupIntent(int hour, int retentionDays, int copyRetentionDays, int graceDays) {
    private static final int HOUR = 5;
    private static final int LAST_HOUR = 23;
    private static final int COPY_RETENTION = 90;
    private static final int SHORTEST_GRACE = 3;
    private static final int GRACE = 7;

    /** Reads {@code phigate:backup}. */
    public static BackupIntent read(Section section) {
        int hour = section.integer("hour").between(0, LAST_HOUR).orElse(HOUR);
        int retention = Wording.days(section, "retention", BackupPlan.SHORTEST);
        int copyRetention = Wording.days(section, "copyRetention", Math.max(COPY_RETENTION, retention));
        int grace = (int) section.duration("grace")
                .must(span -> span.equals(Duration.ofDays(span.toDays())), "whole days")
                .atLeast(Duration.ofDays(SHORTEST_GRACE))
                .orElse(Duration.ofDays(GRACE))
                .toDays();
        if (retention > 0 && (retention < BackupPlan.SHORTEST || retention > BackupPlan.LONGEST)) {
            section.problem(
                    "retention",
                    retention + "d (expected: between " + BackupPlan.SHORTEST + "d and " + BackupPlan.LONGEST
                            + "d, the bounds of the vaults' locks)");
        }
        if (copyRetention > 0 && (copyRetention < retention || copyRetention > BackupPlan.LONGEST)) {
            section.problem(
                    "copyRetention",
                    copyRetention + "d (expected: between retention, " + retention + "d, and " + BackupPlan.LONGEST
                            + "d)");
        }
        return new BackupIntent(hour, retention, copyRetention, grace);
    }
}
