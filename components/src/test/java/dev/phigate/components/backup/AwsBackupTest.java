package dev.phigate.components.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.phigate.components.aws.AwsInventory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N8")
final class AwsBackupTest {
    private static final String LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";

    private static AwsInventory inventory() {
        return AwsInventory.of(site -> new AwsBackup(
                "backup",
                BackupPlan.of(new BackupIntent(5, 35, 90, 7)),
                AwsInventory.keys(),
                AwsInventory.roles(),
                site));
    }

    @Test
    void backupIsTheseResourcesAndNoOthers() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.types())
                    .isEqualTo(Map.of(
                            "phigate:components:Backup",
                            1,
                            "aws:backup/vault:Vault",
                            2,
                            LOCK,
                            2,
                            "aws:backup/plan:Plan",
                            1,
                            "aws:backup/selection:Selection",
                            1,
                            "aws:backup/restoreTestingPlan:RestoreTestingPlan",
                            1,
                            "aws:backup/restoreTestingSelection:RestoreTestingSelection",
                            3,
                            "aws:iam/role:Role",
                            1,
                            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                            2));
        }
    }

    @Test
    void eachVaultHasTheKeyOfItsRegionAndALockThatNobodyCanTakeBack() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs("aws:backup/vault:Vault", "clinic-vault"))
                    .containsEntry("kmsKeyArn", "key-home-workload")
                    .containsEntry("forceDestroy", false);
            assertThat(inventory.inputs("aws:backup/vault:Vault", "clinic-copies"))
                    .containsEntry("kmsKeyArn", "key-backup-workload");
            inventory
                    .all(LOCK)
                    .values()
                    .forEach(lock -> assertThat(lock)
                            .containsEntry("minRetentionDays", 35.0)
                            .containsEntry("maxRetentionDays", 3653.0)
                            .containsEntry("changeableForDays", 7.0));
        }
    }

    @Test
    void backupsAreDailyAndCopiedToTheOtherRegion() {
        try (AwsInventory inventory = inventory()) {
            assertThat(AwsInventory.at(inventory.inputs("aws:backup/plan:Plan", "backup"), "rules", 0))
                    .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                    .containsEntry("schedule", "cron(0 5 * * ? *)")
                    .containsEntry("targetVaultName", "clinic-vault")
                    .containsEntry("lifecycle", Map.of("deleteAfter", 35.0))
                    .containsEntry(
                            "copyActions",
                            List.of(Map.of(
                                    "destinationVaultArn",
                                    "arn:clinic-copies",
                                    "lifecycle",
                                    Map.of("deleteAfter", 90.0))));
        }
    }

    @Test
    void whatHoldsEphiIsSelectedByItsTagsAndNothingElse() {
        try (AwsInventory inventory = inventory()) {
            assertThat(AwsInventory.at(
                            inventory.inputs("aws:backup/selection:Selection", "backup"),
                            "conditions",
                            0,
                            "stringEquals"))
                    .asInstanceOf(LIST)
                    .containsExactlyInAnyOrder(
                            Map.of("key", "aws:ResourceTag/phigate:environment", "value", "clinic"),
                            Map.of("key", "aws:ResourceTag/phigate:data-class", "value", "workload"));
        }
    }

    @Test
    void restoresAreTriedByTheRoleOfBackupsWithinTheBoundary() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs("aws:backup/restoreTestingPlan:RestoreTestingPlan", "backup"))
                    .extractingByKey("name")
                    .asInstanceOf(STRING)
                    .matches("[a-zA-Z0-9_]+");
            assertThat(inventory.inputs("aws:iam/role:Role", "backup"))
                    .containsEntry("permissionsBoundary", "arn:aws:iam::123456789012:policy/clinic-boundary")
                    .containsEntry("name", "clinic-backup");
        }
    }

    @Test
    void everySurvivorHasAReason() {
        for (Survivor survivor : Survivor.values()) {
            assertThat(survivor.reason()).isNotBlank();
            assertThat(survivor.written()).matches("[a-z-]+");
        }
    }
}
