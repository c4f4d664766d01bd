package dev.phigate.components.backup;

import com.pulumi.aws.backup.Plan;
import com.pulumi.aws.backup.PlanArgs;
import com.pulumi.aws.backup.RestoreTestingPlan;
import com.pulumi.aws.backup.RestoreTestingPlanArgs;
import com.pulumi.aws.backup.RestoreTestingSelection;
import com.pulumi.aws.backup.RestoreTestingSelectionArgs;
import com.pulumi.aws.backup.Selection;
import com.pulumi.aws.backup.SelectionArgs;
import com.pulumi.aws.backup.Vault;
import com.pulumi.aws.backup.VaultArgs;
import com.pulumi.aws.backup.VaultLockConfiguration;
import com.pulumi.aws.backup.VaultLockConfigurationArgs;
import com.pulumi.aws.backup.inputs.PlanRuleArgs;
import com.pulumi.aws.backup.inputs.PlanRuleCopyActionArgs;
import com.pulumi.aws.backup.inputs.PlanRuleCopyActionLifecycleArgs;
import com.pulumi.aws.backup.inputs.PlanRuleLifecycleArgs;
import com.pulumi.aws.backup.inputs.RestoreTestingPlanRecoveryPointSelectionArgs;
import com.pulumi.aws.backup.inputs.RestoreTestingSelectionProtectedResourceConditionsArgs;
import com.pulumi.aws.backup.inputs.RestoreTestingSelectionProtectedResourceConditionsStringEqualArgs;
import com.pulumi.aws.backup.inputs.SelectionConditionArgs;
import com.pulumi.aws.backup.inputs.SelectionConditionStringEqualArgs;
import com.pulumi.aws.iam.Role;
import com.pulumi.aws.iam.RoleArgs;
import com.pulumi.aws.iam.RolePolicyAttachment;
import com.pulumi.aws.iam.RolePolicyAttachmentArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.CustomResourceOptions;
import dev.phigate.components.DataClass;
import dev.phigate.components.Tags;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.identity.AwsRoles;
import dev.phigate.components.keys.DataKeys;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Daily backups of everything that is tagged as this environment's ePHI, in a locked vault, with a copy in a locked vault of the backup
 * region, and a restore that is tried every week. Serves 45 CFR 164.308(a)(7)(ii)(A), (B) and (D) (backup, recovery, testing) and
 * 164.312(c)(1) (integrity).
 */
public final class AwsBackup extends ComponentResource {
    private static final String MANAGED = "service-role/AWSBackupServiceRolePolicyFor";
    private static final String RESOURCE_TAG = "aws:ResourceTag/";

    private final AwsSite site;
    private final String name;
    private final Output<List<String>> vaultArns;

    /** Renders a plan. The vaults outlive the environment: what is in them is what it is rebuilt from. */
    public AwsBackup(String name, BackupPlan plan, DataKeys keys, AwsRoles roles, AwsSite site) {
        super("phigate:components:Backup", name, site.child());
        this.site = site;
        this.name = name;
        Vault vault = vault("vault", plan, keys.arn(DataClass.WORKLOAD), site.childOf(this), site.childOf(this));
        Vault copies = vault(
                "copies",
                plan,
                keys.backupArn(DataClass.WORKLOAD),
                site.inBackupRegion(this),
                site.inBackupRegion(this));
        Role role = role(roles);
        Plan daily = daily(plan, vault, copies);
        select(daily, role);
        tryRestores(plan, vault, role);
        vaultArns = Output.all(vault.arn(), copies.arn());
        registerOutputs(Map.of("vaultArns", vaultArns));
    }

    /** The vaults, which outlive the environment. */
    public Output<List<String>> vaultArns() {
        return vaultArns;
    }

    /** Its physical name is the engine's, so that a rebuilt environment does not meet the vault that outlived it. */
    private Vault vault(
            String part,
            BackupPlan plan,
            Output<String> key,
            CustomResourceOptions.Builder options,
            CustomResourceOptions.Builder lockOptions) {
        Vault vault = new Vault(
                site.name(part),
                VaultArgs.builder()
                        .kmsKeyArn(key)
                        .forceDestroy(false)
                        .tags(site.tags(DataClass.WORKLOAD))
                        .build(),
                site.surviving(options));
        new VaultLockConfiguration(
                site.name(part),
                VaultLockConfigurationArgs.builder()
                        .backupVaultName(vault.name())
                        .minRetentionDays(plan.lock().leastDays())
                        .maxRetentionDays(plan.lock().mostDays())
                        .changeableForDays(plan.lock().graceDays())
                        .build(),
                site.surviving(lockOptions));
        return vault;
    }

    private Role role(AwsRoles roles) {
        Role role = new Role(
                name,
                RoleArgs.builder()
                        .name(site.name("backup"))
                        .description("Makes backups, copies them and tries to restore them")
                        .assumeRolePolicy(
                                PolicyDocument.trust("backup.amazonaws.com").json())
                        .permissionsBoundary(roles.boundary())
                        .tags(site.tags(DataClass.WORKLOAD))
                        .build(),
                site.childOf(this).build());
        for (String duty : List.of("Backup", "Restores")) {
            new RolePolicyAttachment(
                    name + "-" + duty.toLowerCase(Locale.ROOT),
                    RolePolicyAttachmentArgs.builder()
                            .role(role.name())
                            .policyArn("arn:" + site.place().partition() + ":iam::aws:policy/" + MANAGED + duty)
                            .build(),
                    site.childOf(this).build());
        }
        return role;
    }

    private Plan daily(BackupPlan plan, Vault vault, Vault copies) {
        return new Plan(
                name,
                PlanArgs.builder()
                        .name(site.name("daily"))
                        .rules(PlanRuleArgs.builder()
                                .ruleName("daily")
                                .targetVaultName(vault.name())
                                .schedule(plan.schedule())
                                .startWindow(60)
                                .completionWindow(480)
                                .lifecycle(PlanRuleLifecycleArgs.builder()
                                        .deleteAfter(plan.retentionDays())
                                        .build())
                                .copyActions(PlanRuleCopyActionArgs.builder()
                                        .destinationVaultArn(copies.arn())
                                        .lifecycle(PlanRuleCopyActionLifecycleArgs.builder()
                                                .deleteAfter(plan.copyRetentionDays())
                                                .build())
                                        .build())
                                .recoveryPointTags(site.tags(DataClass.WORKLOAD))
                                .build())
                        .tags(planTags(plan))
                        .build(),
                site.childOf(this).build());
    }

    /** The plan holds no ePHI itself, and says how long what it makes is kept: backups are no records. */
    private Map<String, String> planTags(BackupPlan plan) {
        Map<String, String> tags = new TreeMap<>(site.tags(DataClass.WORKLOAD));
        tags.put("dataClassification", "internal");
        tags.put("retentionDays", Integer.toString(plan.retentionDays()));
        return tags;
    }

    private void select(Plan plan, Role role) {
        new Selection(
                name,
                SelectionArgs.builder()
                        .name(site.name("workload"))
                        .planId(plan.id())
                        .iamRoleArn(role.arn())
                        .resources("*")
                        .conditions(SelectionConditionArgs.builder()
                                .stringEquals(selected().entrySet().stream()
                                        .map(tag -> SelectionConditionStringEqualArgs.builder()
                                                .key(RESOURCE_TAG + tag.getKey())
                                                .value(tag.getValue())
                                                .build())
                                        .toList())
                                .build())
                        .build(),
                site.childOf(this).build());
    }

    private void tryRestores(BackupPlan plan, Vault vault, Role role) {
        RestoreTestingPlan tests = new RestoreTestingPlan(
                name,
                RestoreTestingPlanArgs.builder()
                        .name(site.name("restores").replace('-', '_'))
                        .scheduleExpression(plan.restoreSchedule())
                        .startWindowHours(8)
                        .recoveryPointSelection(RestoreTestingPlanRecoveryPointSelectionArgs.builder()
                                .algorithm("LATEST_WITHIN_WINDOW")
                                .includeVaults(vault.arn().applyValue(List::of))
                                .recoveryPointTypes("SNAPSHOT")
                                .selectionWindowDays(7)
                                .build())
                        .tags(planTags(plan))
                        .build(),
                site.childOf(this).build());
        for (String type : BackupPlan.RESTORED) {
            String called = type.toLowerCase(Locale.ROOT);
            new RestoreTestingSelection(
                    name + "-" + called,
                    RestoreTestingSelectionArgs.builder()
                            .name(called)
                            .restoreTestingPlanName(tests.name())
                            .protectedResourceType(type)
                            .iamRoleArn(role.arn())
                            .protectedResourceArns("*")
                            .protectedResourceConditions(
                                    RestoreTestingSelectionProtectedResourceConditionsArgs.builder()
                                            .stringEquals(selected().entrySet().stream()
                                                    .map(tag ->
                                                            RestoreTestingSelectionProtectedResourceConditionsStringEqualArgs
                                                                    .builder()
                                                                    .key(RESOURCE_TAG + tag.getKey())
                                                                    .value(tag.getValue())
                                                                    .build())
                                                    .toList())
                                            .build())
                            .validationWindowHours(4)
                            .build(),
                    site.childOf(this).build());
        }
    }

    /** What is backed up: all that says it holds this environment's ePHI. */
    private Map<String, String> selected() {
        return new Tags(site.environment().name(), DataClass.WORKLOAD).values();
    }
}
