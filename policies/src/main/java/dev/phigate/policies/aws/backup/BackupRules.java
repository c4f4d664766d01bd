package dev.phigate.policies.aws.backup;

import static dev.phigate.policies.pack.Citation.S164_308_A_7_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_D;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Regions;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules on AWS Backup. */
public final class BackupRules {
    private static final String VAULT = "aws:backup/vault:Vault";
    private static final String LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
    private static final String PLAN = "aws:backup/plan:Plan";
    private static final Pattern DAILY = Pattern.compile(
            "cron\\(\\S+\\s+\\S+\\s+(\\*|\\?|\\*/1|1/1)\\s+(\\*|\\*/1|1/1)\\s+(\\*|\\?|1-7|SUN-SAT|MON-SUN)\\s+\\*\\)");
    private static final Pattern RATE = Pattern.compile("rate\\((\\d{1,4}) (day|hour|minute)s?\\)");
    private static final Map<String, Integer> A_DAY = Map.of("day", 1, "hour", 24, "minute", 1_440);

    private BackupRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int lockDays = tuning.number(
                "aws-backup-vault-locked", "days", 35, "the shortest retention that a vault enforces, in days");
        int keepDays = tuning.number("aws-backup-plan-cross-region", "days", 35, "how long backups are kept, in days");
        return List.of(
                stackRule("aws-backup-vault-locked", (vault, stack) -> isLocked(vault, stack, lockDays))
                        .on(VAULT)
                        .cites(S164_308_A_7_II_A, S164_312_C_1, S164_312_A_2_IV)
                        .fix(
                                "kmsKeyArn: ${key.arn}, and a VaultLockConfiguration with backupVaultName: ${vault.name}, minRetentionDays: 35, changeableForDays: 3"),
                stackRule("aws-backup-plan-cross-region", (plan, stack) -> copiesElsewhere(plan, stack, keepDays))
                        .on(PLAN)
                        .cites(S164_308_A_7_II_A, S164_308_A_7_II_B, S164_308_A_7_I, S164_308_A_7_II_D)
                        .fix(
                                "rules: [{schedule: cron(0 5 * * ? *), lifecycle: {deleteAfter: 35}, copyActions: [{destinationVaultArn: ${otherRegion.arn}}]}], a Selection, and a RestoreTestingPlan"));
    }

    private static Finding isLocked(Resource vault, Stack stack, int days) {
        return Finding.all(
                () -> Keys.isCustomerManaged(vault.at("kmsKeyArn")),
                () -> vault.at("forceDestroy").orWhenAbsent(false).mustBe(false),
                () -> stack.referring(vault, LOCK, "backupVaultName")
                        .all(
                                "a VaultLockConfiguration of this vault",
                                lock -> Finding.all(
                                        () -> lock.at("minRetentionDays").mustBeAtLeast(days),
                                        () -> lock.at("changeableForDays").mustBeAtLeast(3))));
    }

    private static Finding copiesElsewhere(Resource plan, Stack stack, int days) {
        // A plan for records says how long they are kept.
        long kept = Tags.of(plan, "retentionDays")
                .number()
                .map(Number::longValue)
                .filter(tagged -> tagged > days)
                .orElse((long) days);
        return Finding.all(
                () -> plan.at("rules").mustBePresent("a rule"),
                () -> plan.at("rules")
                        .each(rule -> Finding.all(
                                () -> rule.at("schedule")
                                        .mustMatch(BackupRules::isDaily, "a schedule of every day or more often"),
                                () -> rule.at("lifecycle.deleteAfter").mustBeAtLeast(kept),
                                () -> rule.at("copyActions").mustBePresent("a copy to another region"),
                                () -> copies(rule.at("copyActions"), plan, stack))),
                () -> stack.referring(plan, "aws:backup/selection:Selection", "planId")
                        .one("a Selection of this plan", BackupRules::selectsSomething),
                () -> stack.ofType("aws:backup/restoreTestingPlan:RestoreTestingPlan")
                                .findAny()
                                .isPresent()
                        ? Finding.compliant()
                        : Finding.violation("", "none in this stack", "a RestoreTestingPlan"));
    }

    private static Finding selectsSomething(Resource selection) {
        String wanted = "the data stores, by resources or by tags";
        return Finding.any(
                () -> selection.at("resources").mustBePresent(wanted),
                () -> selection.at("selectionTags").mustBePresent(wanted),
                () -> selection.at("conditions").mustBePresent(wanted));
    }

    private static boolean isDaily(String schedule) {
        Matcher rate = RATE.matcher(schedule);
        return DAILY.matcher(schedule).matches()
                || (rate.matches()
                        && Integer.parseInt(rate.group(1)) >= 1
                        && Integer.parseInt(rate.group(1)) <= A_DAY.getOrDefault(rate.group(2), 0));
    }

    /** One copy must be elsewhere. Regions are told by the ARN, or by the provider of the vault that it names. */
    private static Finding copies(Property actions, Resource plan, Stack stack) {
        List<Property> destinations = actions.items().stream()
                .map(action -> action.at("destinationVaultArn"))
                .toList();
        String home = Regions.of(plan);
        boolean unknown = home.isEmpty();
        for (Property destination : destinations) {
            String region = VaultPlaces.region(destination, stack);
            if (!region.isEmpty() && !home.isEmpty() && !region.equals(home)) {
                return Finding.compliant();
            }
            unknown |= region.isEmpty();
        }
        return unknown
                ? Finding.undecidable(actions.path(), "the region of the copy, or of the plan, is not known")
                : actions.violates("every copy in " + home, "a copy in another region");
    }
}
