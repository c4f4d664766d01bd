package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the stack aws holds: exact types and counts of each component, and the inputs that security rests on. */
final class AwsStackTest {
    private static AwsInventory inventory;

    @BeforeAll
    static void runTheProgram() throws IOException {
        inventory = AwsInventory.of(StackFile.shipped("aws"), "aws");
    }

    private static String policy(String type, String name) {
        return String.valueOf(inventory.inputs(type, name).get("policy"));
    }

    @Test
    @Tag("N1")
    void theNetworkHasTheseResourcesAndNoWayOut() {
        assertThat(inventory.of("Network"))
                .containsOnly(
                        entry("aws:cloudwatch/logGroup:LogGroup", 1),
                        entry("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", 1),
                        entry("aws:ec2/flowLog:FlowLog", 1),
                        entry("aws:ec2/routeTable:RouteTable", 2),
                        entry("aws:ec2/routeTableAssociation:RouteTableAssociation", 6),
                        entry("aws:ec2/securityGroup:SecurityGroup", 4),
                        entry("aws:ec2/subnet:Subnet", 6),
                        entry("aws:ec2/vpc:Vpc", 1),
                        entry("aws:ec2/vpcEndpoint:VpcEndpoint", 7),
                        entry("aws:iam/role:Role", 1),
                        entry("aws:iam/rolePolicy:RolePolicy", 1),
                        entry("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", 4),
                        entry("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", 5));
    }

    @Test
    @Tag("N1")
    void noSubnetGivesPublicAddressesAndNoRuleIsOpen() {
        assertThat(inventory.inputs("aws:ec2/subnet:Subnet"))
                .hasSize(6)
                .allMatch(subnet -> Boolean.FALSE.equals(subnet.get("mapPublicIpOnLaunch")));
        assertThat(inventory.inputs("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"))
                .singleElement()
                .satisfies(group -> assertThat(group).doesNotContainKeys("ingress", "egress"));
        assertThat(inventory.inputs("aws:ec2/securityGroup:SecurityGroup"))
                .allSatisfy(group -> assertThat(group).doesNotContainKeys("ingress", "egress"));
        assertThat(inventory.inputs("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"))
                .allSatisfy(rule -> {
                    assertThat(rule).containsKey("description").containsEntry("ipProtocol", "tcp");
                    assertThat(String.valueOf(rule.get("cidrIpv4"))).isNotEqualTo("0.0.0.0/0");
                });
    }

    @Test
    @Tag("N1")
    void endpointsServeIdentitiesOfThisAccountOnly() {
        assertThat(inventory.inputs("aws:ec2/vpcEndpoint:VpcEndpoint"))
                .allSatisfy(endpoint -> assertThat(String.valueOf(endpoint.get("policy")))
                        .contains("\"aws:PrincipalAccount\":\"123456789012\""));
        assertThat(inventory.inputs("aws:ec2/flowLog:FlowLog"))
                .singleElement()
                .satisfies(log -> assertThat(log).containsEntry("trafficType", "ALL"));
    }

    @Test
    @Tag("N2")
    void thereIsAKeyForEachClassInEachRegionThatRotatesAndIsNotDeletedSoon() {
        assertThat(inventory.of("KeyRing"))
                .containsOnly(
                        entry("aws:ebs/encryptionByDefault:EncryptionByDefault", 1),
                        entry("aws:kms/alias:Alias", 8),
                        entry("aws:kms/key:Key", 8));
        assertThat(inventory.inputs("aws:kms/key:Key"))
                .allSatisfy(key -> assertThat(key)
                        .containsEntry("enableKeyRotation", true)
                        .containsEntry("rotationPeriodInDays", 365.0)
                        .containsEntry("deletionWindowInDays", 30.0)
                        .containsKey("policy"));
    }

    @Test
    @Tag("N3")
    void theIdentitiesAreTheseAndNoUsers() {
        assertThat(inventory.of("Identities"))
                .containsOnly(
                        entry("aws:accessanalyzer/analyzer:Analyzer", 2),
                        entry("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", 1),
                        entry("aws:iam/policy:Policy", 5),
                        entry("aws:iam/role:Role", 4),
                        entry("aws:iam/rolePolicyAttachment:RolePolicyAttachment", 7),
                        entry("aws:iam/serviceLinkedRole:ServiceLinkedRole", 1),
                        entry("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", 1));
        assertThat(inventory.inputs("aws:iam/accountPasswordPolicy:AccountPasswordPolicy"))
                .containsExactly(Map.of(
                        "minimumPasswordLength", 14.0,
                        "requireLowercaseCharacters", true,
                        "requireUppercaseCharacters", true,
                        "requireNumbers", true,
                        "requireSymbols", true,
                        "passwordReusePrevention", 24.0,
                        "maxPasswordAge", 90.0,
                        "allowUsersToChangePassword", true));
    }

    @Test
    @Tag("N3")
    void everyRoleOfTheStackIsBoundedAndNoneLastsLongerThanAnHour() {
        assertThat(inventory.inputs("aws:iam/role:Role"))
                .hasSizeGreaterThanOrEqualTo(9)
                .allSatisfy(role -> {
                    assertThat(role).containsKey("permissionsBoundary");
                    assertThat(role.getOrDefault("maxSessionDuration", 3600.0)).isEqualTo(3600.0);
                });
        assertThat(String.valueOf(inventory
                        .inputs("aws:iam/role:Role", "clinic-break-glass")
                        .get("assumeRolePolicy")))
                .contains("\"aws:MultiFactorAuthPresent\":\"true\"")
                .contains("\"aws:MultiFactorAuthAge\":\"900\"");
    }

    @Test
    @Tag("N4")
    void theRecordHasTheseResources() {
        assertThat(inventory.of("AuditTrail"))
                .containsOnly(
                        entry("aws:cfg/deliveryChannel:DeliveryChannel", 1),
                        entry("aws:cfg/recorder:Recorder", 1),
                        entry("aws:cfg/recorderStatus:RecorderStatus", 1),
                        entry("aws:cloudtrail/trail:Trail", 1),
                        entry("aws:cloudwatch/logGroup:LogGroup", 1),
                        entry("aws:guardduty/detector:Detector", 1),
                        entry("aws:guardduty/detectorFeature:DetectorFeature", 5),
                        entry("aws:iam/role:Role", 4),
                        entry("aws:iam/rolePolicy:RolePolicy", 4),
                        entry("aws:iam/rolePolicyAttachment:RolePolicyAttachment", 1),
                        entry("aws:inspector2/enabler:Enabler", 1),
                        entry("aws:macie2/account:Account", 1),
                        entry("aws:s3/bucketLoggingV2:BucketLoggingV2", 3),
                        entry("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", 2),
                        entry("aws:s3/bucketOwnershipControls:BucketOwnershipControls", 5),
                        entry("aws:s3/bucketPolicy:BucketPolicy", 5),
                        entry("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", 5),
                        entry("aws:s3/bucketReplicationConfig:BucketReplicationConfig", 2),
                        entry(
                                "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
                                5),
                        entry("aws:s3/bucketV2:BucketV2", 5),
                        entry("aws:s3/bucketVersioningV2:BucketVersioningV2", 5),
                        entry("aws:securityhub/account:Account", 1),
                        entry("aws:securityhub/standardsSubscription:StandardsSubscription", 2));
    }

    @Test
    @Tag("N4")
    @Tag("A7")
    void whatIsRecordedIsLockedForSixYearsHereAndThere() {
        assertThat(inventory.inputs("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2"))
                .hasSize(4)
                .allSatisfy(lock -> assertThat(lock.get("rule"))
                        .isEqualTo(Map.of("defaultRetention", Map.of("mode", "COMPLIANCE", "days", 2192.0))));
        for (String bucket :
                List.of("clinic-audit", "clinic-audit-replica", "clinic-records", "clinic-records-replica")) {
            assertThat(inventory.inputs("aws:s3/bucketV2:BucketV2", bucket)).containsEntry("objectLockEnabled", true);
        }
        assertThat(inventory.inputs("aws:cloudwatch/logGroup:LogGroup"))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(group -> assertThat(group).containsKey("kmsKeyId"));
        assertThat(inventory.inputs("aws:cloudwatch/logGroup:LogGroup", "clinic-trail"))
                .containsEntry("retentionInDays", 2192.0);
    }

    @Test
    @Tag("N4")
    void theTrailRecordsEveryRegionWithDigestsAndWhoReadsObjects() {
        assertThat(inventory.inputs("aws:cloudtrail/trail:Trail", "clinic-trail"))
                .containsEntry("isMultiRegionTrail", true)
                .containsEntry("enableLogFileValidation", true)
                .containsEntry("includeGlobalServiceEvents", true)
                .containsKeys("kmsKeyId", "cloudWatchLogsGroupArn", "cloudWatchLogsRoleArn")
                .containsEntry(
                        "eventSelectors",
                        List.of(Map.of(
                                "readWriteType",
                                "All",
                                "includeManagementEvents",
                                true,
                                "dataResources",
                                List.of(Map.of("type", "AWS::S3::Object", "values", List.of("arn:aws:s3"))))));
    }

    @Test
    @Tag("N4")
    void everyBucketIsPrivateVersionedAndAnswersOverTlsOnly() {
        assertThat(inventory.inputs("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"))
                .allSatisfy(block -> assertThat(block)
                        .containsEntry("blockPublicAcls", true)
                        .containsEntry("blockPublicPolicy", true)
                        .containsEntry("ignorePublicAcls", true)
                        .containsEntry("restrictPublicBuckets", true));
        assertThat(inventory.inputs("aws:s3/bucketVersioningV2:BucketVersioningV2"))
                .allSatisfy(versions ->
                        assertThat(versions).containsEntry("versioningConfiguration", Map.of("status", "Enabled")));
        assertThat(inventory.inputs("aws:s3/bucketPolicy:BucketPolicy"))
                .allSatisfy(each -> assertThat(String.valueOf(each.get("policy")))
                        .contains("\"aws:SecureTransport\":\"false\"", "\"s3:TlsVersion\":\"1.2\""));
        assertThat(policy("aws:s3/bucketPolicy:BucketPolicy", "clinic-audit-policy"))
                .contains("NobodyDeletesOrOverwrites", "\"aws:PrincipalIsAWSService\":\"false\"");
    }

    @Test
    @Tag("N9")
    void theStackIsMadeOfTheseComponents() {
        assertThat(inventory.components())
                .containsExactlyInAnyOrder(
                        "AuditTrail",
                        "Backup",
                        "BalancerFleet",
                        "Identities",
                        "KeyRing",
                        "Monitoring",
                        "Network",
                        "VpnGateway");
    }

    @Test
    @Tag("N6")
    void theFleetHasTheseResources() {
        assertThat(inventory.of("BalancerFleet"))
                .containsOnly(
                        entry("aws:autoscaling/group:Group", 1),
                        entry("aws:autoscaling/policy:Policy", 1),
                        entry("aws:ec2/launchTemplate:LaunchTemplate", 1),
                        entry("aws:iam/instanceProfile:InstanceProfile", 1),
                        entry("aws:iam/role:Role", 2),
                        entry("aws:iam/rolePolicy:RolePolicy", 2),
                        entry("aws:lb/listener:Listener", 1),
                        entry("aws:lb/loadBalancer:LoadBalancer", 1),
                        entry("aws:lb/targetGroup:TargetGroup", 1),
                        entry("aws:route53/record:Record", 1),
                        entry("aws:route53/zone:Zone", 1),
                        entry("aws:s3/bucketLoggingV2:BucketLoggingV2", 3),
                        entry("aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2", 2),
                        entry("aws:s3/bucketObjectv2:BucketObjectv2", 1),
                        entry("aws:s3/bucketOwnershipControls:BucketOwnershipControls", 3),
                        entry("aws:s3/bucketPolicy:BucketPolicy", 3),
                        entry("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", 3),
                        entry("aws:s3/bucketReplicationConfig:BucketReplicationConfig", 1),
                        entry(
                                "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
                                3),
                        entry("aws:s3/bucketV2:BucketV2", 3),
                        entry("aws:s3/bucketVersioningV2:BucketVersioningV2", 3));
    }

    @Test
    @Tag("N9")
    void everyProviderRefusesAllAccountsButTheIntendedOne() {
        assertThat(inventory.inputs("pulumi:providers:aws"))
                .hasSize(2)
                .allSatisfy(provider -> assertThat(String.valueOf(provider.get("allowedAccountIds")))
                        .contains("123456789012"))
                .extracting(provider -> provider.get("region"))
                .containsExactlyInAnyOrder("us-east-1", "us-west-2");
    }
}
