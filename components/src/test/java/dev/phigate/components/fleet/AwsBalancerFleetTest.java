package dev.phigate.components.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import dev.phigate.components.aws.AwsInventory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("N6")
final class AwsBalancerFleetTest {
    private static final String TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
    private static final String GROUP = "aws:autoscaling/group:Group";
    private static final String ENTRY = "aws:lb/loadBalancer:LoadBalancer";
    private static final String TARGETS = "aws:lb/targetGroup:TargetGroup";
    private static final String LISTENER = "aws:lb/listener:Listener";

    private static AwsInventory inventory(String image) {
        return AwsInventory.of(site -> new AwsBalancerFleet(
                "fleet",
                FleetPlanTest.plan("clinic", image),
                new AwsFleetSurroundings(
                        AwsInventory.network(),
                        AwsInventory.keys(),
                        AwsInventory.roles(),
                        AwsInventory.trail(site),
                        2192),
                site));
    }

    private static AwsInventory inventory() {
        return inventory("registered: ami-0123456789abcdef0");
    }

    @Test
    void aFleetOfARegisteredImageIsTheseResourcesAndNoOthers() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.types())
                    .containsEntry(TEMPLATE, 1)
                    .containsEntry(GROUP, 1)
                    .containsEntry("aws:autoscaling/policy:Policy", 1)
                    .containsEntry(ENTRY, 1)
                    .containsEntry(TARGETS, 2)
                    .containsEntry(LISTENER, 2)
                    .containsEntry("aws:route53/zone:Zone", 1)
                    .containsEntry("aws:route53/record:Record", 1)
                    .containsEntry("aws:iam/role:Role", 2)
                    .containsEntry("aws:iam/rolePolicy:RolePolicy", 2)
                    .containsEntry("aws:iam/instanceProfile:InstanceProfile", 1)
                    .containsEntry("aws:s3/bucketV2:BucketV2", 3)
                    .containsEntry("aws:s3/bucketLoggingV2:BucketLoggingV2", 3)
                    .containsEntry("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", 2)
                    .containsEntry("aws:s3/bucketReplicationConfig:BucketReplicationConfig", 1)
                    .containsEntry("aws:s3/bucketObjectv2:BucketObjectv2", 1)
                    .doesNotContainKeys("aws:ec2/ami:Ami", "aws:ec2/keyPair:KeyPair", "aws:ec2/eip:Eip");
        }
    }

    /** Whoever ruins a region does not ruin what the balancers recorded in it. */
    @Test
    @Tag("A7")
    @Tag("N8")
    void recordsAreCopiedToTheBackupRegionAndLockedThereForAsLong() {
        try (AwsInventory inventory = inventory()) {
            String lock = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2";
            assertThat(inventory.inputs(lock, "clinic-records-replica-lock").get("rule"))
                    .isEqualTo(inventory.inputs(lock, "clinic-records-lock").get("rule"))
                    .isEqualTo(Map.of("defaultRetention", Map.of("mode", "COMPLIANCE", "days", 2192.0)));
            Map<String, Object> replication = inventory.inputs(
                    "aws:s3/bucketReplicationConfig:BucketReplicationConfig", "clinic-records-replication");
            assertThat(AwsInventory.at(replication, "rules", 0))
                    .asInstanceOf(MAP)
                    .containsEntry("status", "Enabled")
                    .containsEntry("deleteMarkerReplication", Map.of("status", "Disabled"));
            assertThat(AwsInventory.at(replication, "rules", 0, "destination", "encryptionConfiguration"))
                    .isEqualTo(Map.of("replicaKmsKeyId", "key-backup-audit"));
            assertThat((String) inventory
                            .inputs("aws:s3/bucketPolicy:BucketPolicy", "clinic-records-replica-policy")
                            .get("policy"))
                    .contains("NobodyDeletesOrOverwrites");
        }
    }

    @Test
    @Tag("I3")
    void anArtefactIsUploadedEncryptedImportedEncryptedAndRegisteredForSecureBoot() {
        try (AwsInventory inventory = inventory("artefact: src/test/resources/disk.raw")) {
            assertThat(inventory.inputs("aws:s3/bucketObjectv2:BucketObjectv2", "fleet-image-disk"))
                    .containsEntry("kmsKeyId", "key-home-image")
                    .containsEntry("serverSideEncryption", "aws:kms")
                    .containsEntry("sourceHash", FleetPlanTest.DIGEST);
            assertThat(inventory.all("aws:ebs/snapshotImport:SnapshotImport").values())
                    .singleElement(MAP)
                    .containsEntry("encrypted", true)
                    .containsEntry("kmsKeyId", "key-home-image");
            assertThat(inventory.inputs("aws:ec2/ami:Ami", "fleet-image"))
                    .containsEntry("bootMode", "uefi")
                    .containsEntry("tpmSupport", "v2.0")
                    .containsEntry("imdsSupport", "v2.0")
                    .extractingByKey("tags", MAP)
                    .containsEntry("phigate:image-digest", FleetPlanTest.DIGEST);
            assertThat(inventory.inputs(TEMPLATE, "fleet")).containsEntry("imageId", "id-fleet-image");
            assertThat((String) inventory
                            .inputs("aws:iam/role:Role", "clinic-image-importer")
                            .get("assumeRolePolicy"))
                    .contains("vmie.amazonaws.com", "sts:ExternalId");
        }
    }

    @Test
    void aMachineHasNoKeyPairNoPublicAddressAndAnEncryptedDisk() {
        try (AwsInventory inventory = inventory()) {
            Map<String, Object> template = inventory.inputs(TEMPLATE, "fleet");
            assertThat(template)
                    .doesNotContainKeys("keyName", "vpcSecurityGroupIds")
                    .containsEntry("imageId", "ami-0123456789abcdef0")
                    .containsEntry("monitoring", Map.of("enabled", true))
                    .containsEntry(
                            "metadataOptions",
                            Map.of(
                                    "httpEndpoint", "enabled",
                                    "httpTokens", "required",
                                    "httpPutResponseHopLimit", 1.0,
                                    "httpProtocolIpv6", "disabled",
                                    "instanceMetadataTags", "disabled"));
            assertThat(AwsInventory.at(template, "networkInterfaces", 0))
                    .asInstanceOf(MAP)
                    .containsEntry("associatePublicIpAddress", "false")
                    .containsEntry("securityGroups", List.of("sg-balancer"));
            assertThat(AwsInventory.at(template, "blockDeviceMappings", 0, "ebs"))
                    .asInstanceOf(MAP)
                    .containsEntry("encrypted", "true")
                    .containsEntry("kmsKeyId", "key-home-workload");
        }
    }

    @Test
    void userDataNamesTheDocumentByItsDigest() {
        try (AwsInventory inventory = inventory()) {
            String userData = new String(
                    Base64.getDecoder()
                            .decode((String) inventory.inputs(TEMPLATE, "fleet").get("userData")),
                    StandardCharsets.UTF_8);
            Map<String, Object> document =
                    inventory.inputs("aws:s3/bucketObjectv2:BucketObjectv2", "fleet-configuration");
            JsonNode phigate = JsonMapper.shared().readTree(userData).path("phigate");
            assertThat(phigate.path("configuration").asString())
                    .isEqualTo("s3://" + document.get("bucket") + "/" + document.get("key"));
            assertThat((String) document.get("key"))
                    .contains(phigate.path("digest").asString().substring("sha256:".length()));
            assertThat(document).containsEntry("kmsKeyId", "key-home-secrets");
        }
    }

    @Test
    void machinesAreReplacedOneAfterAnotherANewOneBeingHealthyFirst() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs(GROUP, "fleet"))
                    .containsEntry("minSize", 2.0)
                    .containsEntry("maxSize", 4.0)
                    .containsEntry("healthCheckType", "ELB")
                    .containsEntry("vpcZoneIdentifiers", List.of("subnet-a", "subnet-b"))
                    .containsEntry(
                            "instanceRefresh",
                            Map.of(
                                    "strategy",
                                    "Rolling",
                                    "preferences",
                                    Map.of(
                                            "minHealthyPercentage",
                                            100.0,
                                            "maxHealthyPercentage",
                                            150.0,
                                            "instanceWarmup",
                                            "60",
                                            "autoRollback",
                                            true,
                                            "skipMatching",
                                            true)));
        }
    }

    @Test
    void theEntryIsInternalSpansTheZonesAndResistsDeletion() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs(ENTRY, "fleet-entry"))
                    .containsEntry("loadBalancerType", "network")
                    .containsEntry("internal", true)
                    .containsEntry("subnets", List.of("subnet-a", "subnet-b"))
                    .containsEntry("securityGroups", List.of("sg-entry"))
                    .containsEntry("enableCrossZoneLoadBalancing", true)
                    .containsEntry("enableDeletionProtection", true)
                    .containsEntry(
                            "accessLogs", Map.of("enabled", true, "bucket", "clinic-audit-1", "prefix", "balancer"));
        }
    }

    @Test
    @Tag("B2")
    void theEntryPassesTlsThroughAndChecksThatMachinesSpeakIt() {
        try (AwsInventory inventory = inventory()) {
            inventory
                    .all(LISTENER)
                    .values()
                    .forEach(listener -> assertThat(listener)
                            .containsEntry("protocol", "TCP")
                            .doesNotContainKeys("certificateArn", "sslPolicy"));
            inventory.all(TARGETS).values().forEach(group -> {
                assertThat(group).containsEntry("protocol", "TCP").containsEntry("deregistrationDelay", 60.0);
                assertThat(group.get("healthCheck"))
                        .asInstanceOf(MAP)
                        .containsEntry("protocol", "HTTPS")
                        .containsEntry("port", "traffic-port")
                        .containsEntry("path", FleetPlan.HEALTH_PATH);
            });
        }
    }

    @Test
    @Tag("N3")
    void aMachineReadsItsConfigurationAndItsSecretsAddsToItsRecordsAndNothingElse() {
        try (AwsInventory inventory = inventory()) {
            JsonNode statements = JsonMapper.shared()
                    .readTree((String) inventory
                            .inputs("aws:iam/rolePolicy:RolePolicy", "clinic-balancer")
                            .get("policy"))
                    .path("Statement");
            assertThat(statements.valueStream().map(each -> each.path("Sid").asString()))
                    .containsExactly(
                            "ReadItsConfiguration",
                            "ReadItsSecrets",
                            "DecryptBoth",
                            "AddToItsRecords",
                            "EncryptItsRecords");
            statements.valueStream().forEach(each -> {
                assertThat(each.path("Action").toString()).doesNotContain("*");
                assertThat(each.path("Resource").asString("")).isNotEqualTo("*").isNotEmpty();
            });
            assertThat(statements.get(1).path("Resource").asString())
                    .isEqualTo("arn:aws:secretsmanager:us-east-1:123456789012:secret:clinic/balancer/*");
        }
    }

    @Test
    @Tag("A3")
    void recordsAreLockedAndOnlyTheMachinesAddToThem() {
        try (AwsInventory inventory = inventory()) {
            assertThat(AwsInventory.at(
                            inventory.inputs(
                                    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
                                    "clinic-records-lock"),
                            "rule",
                            "defaultRetention"))
                    .isEqualTo(Map.of("mode", "COMPLIANCE", "days", 2192.0));
            JsonNode policy = JsonMapper.shared().readTree((String) inventory
                    .inputs("aws:s3/bucketPolicy:BucketPolicy", "clinic-records-policy")
                    .get("policy"));
            assertThat(policy.path("Statement").valueStream()).anySatisfy(each -> {
                assertThat(each.path("Effect").asString()).isEqualTo("Deny");
                assertThat(each.path("Action").asString("")).isEqualTo("s3:PutObject");
                assertThat(each.at("/Condition/ArnNotEquals/aws:PrincipalArn").asString(""))
                        .isEqualTo("arn:aws:iam::123456789012:role/clinic-balancer");
            });
        }
    }

    @Test
    void clientsFindTheEntryByItsPrivateName() {
        try (AwsInventory inventory = inventory()) {
            assertThat(AwsInventory.at(inventory.inputs("aws:route53/zone:Zone", "fleet-entry"), "vpcs", 0, "vpcId"))
                    .isEqualTo("vpc-1");
            assertThat(inventory.all("aws:route53/record:Record").values())
                    .singleElement(MAP)
                    .containsEntry("name", "ehr.clinic.example")
                    .containsEntry("type", "A");
        }
    }
}
