package dev.phigate.components.backup;

import java.util.List;

/**
 * When backups are made, how long they and their copies are kept, and what outlives the environment.
 *
 * @param schedule when: every day, in the cron language of AWS, UTC
 * @param restoreSchedule when a restore is tried: once a week, some hours after the backup
 * @param retentionDays how long backups are kept
 * @param copyRetentionDays how long their copies are kept
 * @param lock what nobody can change any more
 */
public record BackupPlan(String schedule, String restoreSchedule, int retentionDays, int copyRetentionDays, Lock lock) {
    /** The shortest retention that the vaults' locks let pass, in days. */
    static final int SHORTEST = 35;

    /** The longest, in days: a mistake must not cost more than ten years. */
    static final int LONGEST = 3653;

    private static final int HOURS = 24;
    private static final int LATER = 7;

    /** What the environment holds that AWS Backup can restore without being told more. */
    static final List<String> RESTORED = List.of("EBS", "EFS", "DynamoDB");

    /**
     * The bounds of what a vault keeps.
     *
     * @param leastDays nothing is kept for less
     * @param mostDays nothing is kept for longer
     * @param graceDays after so many days nobody can change the bounds or delete a backup early, not even the account's root user
     */
    public record Lock(int leastDays, int mostDays, int graceDays) {}

    /** The plan of an intent. */
    public static BackupPlan of(BackupIntent intent) {
        return new BackupPlan(
                "cron(0 " + intent.hour() + " * * ? *)",
                "cron(0 " + (intent.hour() + LATER) % HOURS + " ? * SUN *)",
                intent.retentionDays(),
                intent.copyRetentionDays(),
                new Lock(SHORTEST, LONGEST, intent.graceDays()));
    }
}
