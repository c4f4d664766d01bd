package dev.phigate.rehearsal.twin;

import static dev.phigate.rehearsal.twin.PlantedFaultsTest.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.protocol.Problem;
import dev.phigate.rehearsal.twin.PlantedFaultsTest.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same for what an environment on AWS is reached by, served by, watched by and copied by: VPNs, machines, alarms, backups. */
@Tag("N9")
class PlantedFaultsOfServicesTest {
    private static final String CONNECTION = "aws:ec2/vpnConnection:VpnConnection";
    private static final String TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
    private static final String SCALING = "aws:autoscaling/group:Group";
    private static final String TARGETS = "aws:lb/targetGroup:TargetGroup";
    private static final String ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
    private static final String LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
    private static final String BACKUPS = "aws:backup/plan:Plan";
    private static final String TESTS = "aws:backup/restoreTestingPlan:RestoreTestingPlan";

    @TempDir
    private Path folder;

    static Stream<Fault> faults() {
        return Stream.of(tunnels(), machines(), watching(), copies()).flatMap(List::stream);
    }

    private static List<Fault> tunnels() {
        return List.of(
                fault(
                        "aws:ec2/customerGateway:CustomerGateway",
                        "{'type': 'ipsec.1', 'ipAddress': '10.0.0.1'}",
                        "ipAddress",
                        "a public IPv4 address"),
                fault("aws:ec2/customerGateway:CustomerGateway", "{'type': 'ipsec.2'}", "type", "did you mean"),
                fault(
                        "aws:ec2/customerGateway:CustomerGateway",
                        "{'type': 'ipsec.1', 'bgpAsn': '0'}",
                        "bgpAsn",
                        "expected: 1 to 2147483647"),
                fault(
                        "aws:ec2/vpnGateway:VpnGateway",
                        "{'amazonSideAsn': '64511'}",
                        "amazonSideAsn",
                        "expected: 64512 to 65534"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0', 'tunnel1Phase1EncryptionAlgorithms': ['AES256-GCM-16', '3DES']}",
                        "tunnel1Phase1EncryptionAlgorithms[1]",
                        "AES256-GCM-16"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0', 'tunnel2Phase2DhGroupNumbers': [20, 13]}",
                        "tunnel2Phase2DhGroupNumbers[1]",
                        "expected: 2, 5, 14"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0', 'tunnel1IkeVersions': ['ikev3']}",
                        "tunnel1IkeVersions[0]",
                        "expected: ikev1, ikev2"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0', 'tunnel1StartupAction': 'begin'}",
                        "tunnel1StartupAction",
                        "expected: add, start"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0', 'presharedKeyStorage': 'secretsmanager'}",
                        "presharedKeyStorage",
                        "did you mean"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0', 'tunnel1LogOptions': {'cloudwatchLogOptions': {'logOutputFormat': 'xml'}}}",
                        "tunnel1LogOptions.cloudwatchLogOptions.logOutputFormat",
                        "expected: json, text"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0', 'tunnel1PresharedKey': '0short'}",
                        "tunnel1PresharedKey",
                        "8 to 64"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0'}",
                        "vpnGatewayId",
                        "expected: one of"),
                fault(
                        CONNECTION,
                        "{'type': 'ipsec.1', 'customerGatewayId': 'cgw-0', 'vpnGatewayId': 'vgw-0'}",
                        "customerGatewayId",
                        "names nothing"),
                fault(
                        "aws:ec2/vpnConnectionRoute:VpnConnectionRoute",
                        "{'vpnConnectionId': 'vpn-0', 'destinationCidrBlock': '192.168.1.7/24'}",
                        "destinationCidrBlock",
                        "did you mean"));
    }

    private static List<Fault> machines() {
        return List.of(
                fault(TEMPLATE, "{'imageId': 'debian-12'}", "imageId", "an image such as ami-"),
                fault(
                        TEMPLATE,
                        "{'metadataOptions': {'httpTokens': 'yes'}}",
                        "metadataOptions.httpTokens",
                        "expected: optional, required"),
                fault(
                        TEMPLATE,
                        "{'metadataOptions': {'httpPutResponseHopLimit': 65}}",
                        "metadataOptions.httpPutResponseHopLimit",
                        "expected: 1 to 64"),
                fault(
                        TEMPLATE,
                        "{'blockDeviceMappings': [{'ebs': {'volumeType': 'gp4'}}]}",
                        "blockDeviceMappings[0].ebs.volumeType",
                        "did you mean"),
                fault(
                        TEMPLATE,
                        "{'tagSpecifications': [{'resourceType': 'machine'}]}",
                        "tagSpecifications[0].resourceType",
                        "expected: instance"),
                fault(
                        SCALING,
                        "{'minSize': 1, 'maxSize': 2, 'instanceRefresh': {'strategy': 'BlueGreen'}}",
                        "instanceRefresh.strategy",
                        "expected: Rolling"),
                fault(
                        SCALING,
                        "{'minSize': 1, 'maxSize': 2, 'instanceRefresh': {'strategy': 'Rolling', 'preferences': {'maxHealthyPercentage': 250}}}",
                        "instanceRefresh.preferences.maxHealthyPercentage",
                        "expected: 100 to 200"),
                fault(
                        SCALING,
                        "{'minSize': 1, 'maxSize': 2, 'terminationPolicies': ['Oldest']}",
                        "terminationPolicies[0]",
                        "OldestInstance"),
                fault(
                        SCALING,
                        "{'minSize': 1, 'maxSize': 2, 'launchTemplate': {'id': 'lt-0'}}",
                        "launchTemplate.id",
                        "names nothing"),
                fault(SCALING, "{'maxSize': 2}", "minSize", "missing"),
                fault(
                        TARGETS,
                        "{'port': 443, 'protocol': 'TCP', 'healthCheck': {'interval': 4}}",
                        "healthCheck.interval",
                        "expected: 5 to 300"),
                fault(
                        TARGETS,
                        "{'port': 443, 'protocol': 'TCP', 'healthCheck': {'protocol': 'TLS'}}",
                        "healthCheck.protocol",
                        "expected: HTTP, HTTPS, TCP"),
                fault("aws:ec2/ami:Ami", "{'name': 'a!'}", "name", "3 to 128"),
                fault("aws:ec2/ami:Ami", "{'bootMode': 'bios'}", "bootMode", "expected: legacy-bios"),
                fault(
                        "aws:ec2/ami:Ami",
                        "{'ebsBlockDevices': [{'deviceName': '/dev/xvda', 'snapshotId': 'snap-0'}]}",
                        "ebsBlockDevices[0].snapshotId",
                        "names nothing"),
                fault(
                        "aws:ebs/snapshotImport:SnapshotImport",
                        "{'diskContainer': {'format': 'QCOW2'}}",
                        "diskContainer.format",
                        "expected: VHD, VMDK, RAW"),
                fault(
                        "aws:ebs/snapshotImport:SnapshotImport",
                        "{'diskContainer': {'format': 'RAW', 'userBucket': {'s3Bucket': 'none', 's3Key': 'k'}}}",
                        "diskContainer.userBucket.s3Bucket",
                        "names nothing"));
    }

    private static List<Fault> watching() {
        return List.of(
                fault(
                        "aws:cloudwatch/eventRule:EventRule",
                        "{'name': 'a rule', 'eventPattern': '{}'}",
                        "name",
                        "1 to 64"),
                fault("aws:cloudwatch/eventRule:EventRule", "{'name': 'r'}", "eventPattern", "expected: one of"),
                fault(
                        "aws:cloudwatch/eventRule:EventRule",
                        "{'eventPattern': 'guardduty'}",
                        "eventPattern",
                        "not JSON"),
                fault(
                        "aws:cloudwatch/eventTarget:EventTarget",
                        "{'rule': 'none', 'arn': 'arn:aws:sns:us-east-1:123456789012:none'}",
                        "rule",
                        "names nothing"),
                fault(
                        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
                        "{'logGroupName': 'none', 'pattern': 'x', 'metricTransformation': {'name': 'a', 'namespace': 'b c', 'value': '1'}}",
                        "metricTransformation.namespace",
                        "1 to 255"),
                fault(
                        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
                        "{'logGroupName': 'none', 'pattern': 'x', 'metricTransformation': {'name': 'a', 'namespace': 'b', 'value': '1'}}",
                        "logGroupName",
                        "names nothing"),
                fault(
                        ALARM,
                        "{'comparisonOperator': 'MoreThan', 'evaluationPeriods': 1}",
                        "comparisonOperator",
                        "expected: GreaterThan"),
                fault(
                        ALARM,
                        "{'comparisonOperator': 'GreaterThanThreshold', 'evaluationPeriods': 1, 'period': 45}",
                        "period",
                        "expected: 10, 30, 60"),
                fault(
                        ALARM,
                        "{'comparisonOperator': 'GreaterThanThreshold', 'evaluationPeriods': 1, 'alarmActions': ['arn:aws:sns:us-east-1:123456789012:none']}",
                        "alarmActions[0]",
                        "names nothing"),
                fault(
                        "aws:sns/topicSubscription:TopicSubscription",
                        "{'topic': 'arn:aws:sns:us-east-1:123456789012:none', 'protocol': 'mail', 'endpoint': 'a@b.example'}",
                        "protocol",
                        "did you mean"));
    }

    private static List<Fault> copies() {
        return List.of(
                fault(
                        LOCK,
                        "{'backupVaultName': 'v', 'changeableForDays': 2}",
                        "changeableForDays",
                        "expected: 3 to 36500"),
                fault(LOCK, "{'backupVaultName': 'none', 'changeableForDays': 3}", "backupVaultName", "names nothing"),
                fault(
                        BACKUPS,
                        "{'rules': [{'ruleName': 'daily', 'targetVaultName': 'v', 'schedule': 'daily'}]}",
                        "rules[0].schedule",
                        "cron(...)"),
                fault(
                        BACKUPS,
                        "{'rules': [{'ruleName': 'daily', 'targetVaultName': 'v', 'startWindow': 30}]}",
                        "rules[0].startWindow",
                        "expected: 60 to"),
                fault(
                        BACKUPS,
                        "{'rules': [{'ruleName': 'a rule', 'targetVaultName': 'v'}]}",
                        "rules[0].ruleName",
                        "1 to 50"),
                fault(
                        TESTS,
                        "{'name': 'restore-tests', 'scheduleExpression': 'cron(0 5 ? * SUN *)'}",
                        "name",
                        "letters, digits and underscore"),
                fault(
                        TESTS,
                        "{'name': 't', 'scheduleExpression': 'cron(0 5 ? * SUN *)', 'recoveryPointSelection': {'algorithm': 'LATEST', 'includeVaults': ['*'], 'recoveryPointTypes': ['SNAPSHOT']}}",
                        "recoveryPointSelection.algorithm",
                        "LATEST_WITHIN_WINDOW"),
                fault(
                        "aws:backup/restoreTestingSelection:RestoreTestingSelection",
                        "{'iamRoleArn': 'arn:aws:iam::aws:role/x', 'restoreTestingPlanName': 'none', 'protectedResourceType': 'EBS'}",
                        "restoreTestingPlanName",
                        "names nothing"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aPlantedFaultIsNamedWithWhereItStandsAndWhatWasExpected(Fault fault) throws IOException {
        List<Problem> problems = new Rehearsal("aws", folder)
                .check(fault.type(), "planted", fault.inputs())
                .problems();
        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.path()).isEqualTo(fault.path());
            assertThat(problem.reason()).contains(fault.says());
        });
    }
}
