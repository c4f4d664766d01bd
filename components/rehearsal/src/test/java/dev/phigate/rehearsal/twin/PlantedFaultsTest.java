package dev.phigate.rehearsal.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.protocol.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that a cloud would refuse, one each, found before anything is made. */
@Tag("N9")
class PlantedFaultsTest {
    private static final String VPC = "aws:ec2/vpc:Vpc";
    private static final String SUBNET = "aws:ec2/subnet:Subnet";
    private static final String GROUP = "aws:ec2/securityGroup:SecurityGroup";
    private static final String RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    private static final String KEY = "aws:kms/key:Key";
    private static final String BUCKET = "aws:s3/bucketV2:BucketV2";
    private static final String LOGS = "aws:cloudwatch/logGroup:LogGroup";
    private static final String BALANCER = "aws:lb/loadBalancer:LoadBalancer";
    private static final String TARGETS = "aws:lb/targetGroup:TargetGroup";
    private static final String ROLE = "aws:iam/role:Role";

    @TempDir
    private Path folder;

    /** What is wrong, where the problem must stand, and what it must say. */
    record Fault(String type, String inputs, String path, String says) {
        @Override
        public String toString() {
            return type + " " + inputs;
        }
    }

    static Fault fault(String type, String inputs, String path, String says) {
        return new Fault(type, inputs, path, says);
    }

    static Stream<Fault> faults() {
        return Stream.of(types(), addresses(), names(), values(), otherClouds()).flatMap(List::stream);
    }

    private static List<Fault> types() {
        return List.of(
                fault(VPC, "{'cidrBlok': '10.0.0.0/16'}", "cidrBlok", "did you mean \"cidrBlock\"?"),
                fault(
                        VPC,
                        "{'cidrBlock': '10.0.0.0/16', 'enableDnsSupport': 'yes'}",
                        "enableDnsSupport",
                        "expected: bool"),
                fault(VPC, "{'cidrBlock': '10.0.0.0/16', 'tags': ['a']}", "tags", "expected: map of string"),
                fault(VPC, "{'cidrBlock': ['10.0.0.0/16']}", "cidrBlock", "expected: string"),
                fault(SUBNET, "{'cidrBlock': '10.0.0.0/24'}", "vpcId", "missing"),
                fault(KEY, "{'deletionWindowInDays': 'a month'}", "deletionWindowInDays", "expected: int"),
                fault(RULE, "{'ipProtocol': 'tcp', 'cidrIpv4': '10.0.0.0/8'}", "securityGroupId", "missing"),
                fault(BALANCER, "{'accessLogs': {'enabled': true}}", "accessLogs.bucket", "missing"),
                fault(BALANCER, "{'accessLogs': {'bukket': 'x'}}", "accessLogs.bukket", "did you mean \"bucket\"?"),
                fault(BALANCER, "{'accessLogs': 'logs'}", "accessLogs", "expected: LoadBalancerAccessLogs"),
                fault(TARGETS, "{'healthCheck': {'interval': 'often'}}", "healthCheck.interval", "expected: int"),
                fault(GROUP, "{'ingress': [{'fromPort': 1, 'toPort': 2}]}", "ingress[0].protocol", "missing"),
                fault(ROLE, "{}", "assumeRolePolicy", "missing"),
                fault("aws:ec2/vpcc:Vpcc", "{}", "", "did you mean \"aws:ec2/vpc:Vpc\"?"),
                fault("aws:nothing/at:All", "{}", "", "has no resource type"));
    }

    private static List<Fault> addresses() {
        return List.of(
                fault(VPC, "{'cidrBlock': '10.0.0.0/8'}", "cidrBlock", "expected: a prefix of /16 to /28"),
                fault(VPC, "{'cidrBlock': '10.0.0.0/29'}", "cidrBlock", "expected: a prefix of /16 to /28"),
                fault(VPC, "{'cidrBlock': '10.0.0.1/16'}", "cidrBlock", "did you mean \"10.0.0.0/16\"?"),
                fault(VPC, "{'cidrBlock': '10.0.0.256/16'}", "cidrBlock", "expected: a block like"),
                fault(VPC, "{'cidrBlock': 'ten'}", "cidrBlock", "expected: a block like"),
                fault(VPC, "{}", "cidrBlock", "expected: one of cidrBlock, ipv4IpamPoolId"),
                fault(
                        VPC,
                        "{'cidrBlock': '10.0.0.0/16', 'instanceTenancy': 'dedicatd'}",
                        "instanceTenancy",
                        "did you mean \"dedicated\"?"),
                fault(SUBNET, "{'vpcId': 'vpc-0', 'cidrBlock': '10.0.0.0/24'}", "vpcId", "names nothing that is there"),
                fault(
                        SUBNET,
                        "{'vpcId': 'vpc-0', 'availabilityZone': 'eu-west-1a', 'cidrBlock': '10.0.0.0/24'}",
                        "availabilityZone",
                        "expected: a zone of region us-east-1"),
                fault(
                        RULE,
                        "{'securityGroupId': 'sg-0', 'ipProtocol': 'tcp', 'cidrIpv4': '10.1.2.3/8'}",
                        "cidrIpv4",
                        "did you mean \"10.0.0.0/8\"?"),
                fault(
                        RULE,
                        "{'securityGroupId': 'sg-0', 'ipProtocol': 'tcp', 'fromPort': 70000, 'cidrIpv4': '10.0.0.0/8'}",
                        "fromPort",
                        "expected: -1 to 65535"),
                fault(RULE, "{'securityGroupId': 'sg-0', 'ipProtocol': 'tcp'}", "cidrIpv4", "expected: one of"),
                fault(
                        "aws:ec2/route:Route",
                        "{'routeTableId': 'rtb-0', 'destinationCidrBlock': '0.0.0.0/0'}",
                        "routeTableId",
                        "names nothing"));
    }

    private static List<Fault> names() {
        return List.of(
                fault(BUCKET, "{'bucket': 'Records'}", "bucket", "expected: 3 to 63 of a-z"),
                fault(BUCKET, "{'bucket': 'ab'}", "bucket", "expected: 3 to 63"),
                fault(BUCKET, "{'bucket': '192.168.5.4'}", "bucket", "expected: 3 to 63"),
                fault(BUCKET, "{'bucket': 'xn--records'}", "bucket", "expected: 3 to 63"),
                fault(GROUP, "{'name': 'sg-mine', 'description': 'x'}", "name", "not starting with sg-"),
                fault(ROLE, "{'name': 'a role', 'assumeRolePolicy': '{}'}", "name", "expected: 1 to 64"),
                fault(BALANCER, "{'name': 'internal-ehr'}", "name", "not starting with internal-"),
                fault(BALANCER, "{'name': 'a-name-of-more-than-thirty-two-letters'}", "name", "expected: 1 to 32"),
                fault(
                        "aws:kms/alias:Alias",
                        "{'name': 'alias/aws/s3', 'targetKeyId': 'k'}",
                        "name",
                        "does not start with aws/"),
                fault(LOGS, "{'name': 'aws/lambda'}", "name", "not starting with aws/"),
                fault("aws:sns/topic:Topic", "{'name': 'a topic'}", "name", "expected: 1 to 256"),
                fault("aws:backup/vault:Vault", "{'name': 'v'}", "name", "expected: 2 to 50"));
    }

    private static List<Fault> values() {
        return List.of(
                fault(KEY, "{'deletionWindowInDays': 3}", "deletionWindowInDays", "expected: 7 to 30"),
                fault(KEY, "{'rotationPeriodInDays': 30}", "rotationPeriodInDays", "expected: 90 to 2560"),
                fault(KEY, "{'keyUsage': 'ENCRYPT'}", "keyUsage", "expected: ENCRYPT_DECRYPT"),
                fault(KEY, "{'policy': 'not json'}", "policy", "not JSON"),
                fault(
                        KEY,
                        "{'policy': '{\\\"Statement\\\": [{\\\"Effect\\\": \\\"allow\\\"}]}'}",
                        "policy",
                        "expected: Allow or Deny"),
                fault(LOGS, "{'retentionInDays': 2190}", "retentionInDays", "2192"),
                fault(LOGS, "{'kmsKeyId': 'arn:aws:kms:us-east-1:123456789012:key/none'}", "kmsKeyId", "names nothing"),
                fault(
                        ROLE,
                        "{'assumeRolePolicy': '{}', 'maxSessionDuration': 60}",
                        "maxSessionDuration",
                        "expected: 3600 to 43200"),
                fault(BALANCER, "{'loadBalancerType': 'netwrk'}", "loadBalancerType", "did you mean \"network\"?"),
                fault(BALANCER, "{'subnets': ['subnet-0']}", "subnets[0]", "names nothing"),
                fault(TARGETS, "{'port': 0, 'protocol': 'TLS'}", "port", "expected: 1 to 65535"),
                fault(TARGETS, "{'protocol': 'SSL'}", "protocol", "expected: GENEVE"),
                fault("aws:ec2/flowLog:FlowLog", "{'trafficType': 'ALL'}", "vpcId", "expected: one of"));
    }

    private static List<Fault> otherClouds() {
        return List.of(
                fault(
                        "azure-native:storage:StorageAccount",
                        "{'resourceGroupName': 'g', 'kind': 'StorageV3', 'sku': {'name': 'Standard_LRS'}}",
                        "kind",
                        "did you mean \"StorageV2\"?"),
                fault(
                        "azure-native:storage:StorageAccount",
                        "{'kind': 'StorageV2', 'sku': {'name': 'Standard_LRS'}}",
                        "resourceGroupName",
                        "missing"),
                fault(
                        "azure-native:storage:StorageAccount",
                        "{'accountName': 'My-Records', 'resourceGroupName': 'g', 'kind': 'StorageV2', 'sku': {'name': 'Standard_LRS'}}",
                        "accountName",
                        "expected: 3 to 24"),
                fault(
                        "gcp:storage/bucket:Bucket",
                        "{'name': 'google-records', 'location': 'US'}",
                        "name",
                        "without google"),
                fault("gcp:compute/network:Network", "{'name': 'Main'}", "name", "starting with a letter"),
                fault(
                        "gcp:compute/network:Network",
                        "{'autoCreateSubnetwork': false}",
                        "autoCreateSubnetwork",
                        "did you mean \"autoCreateSubnetworks\"?"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aPlantedFaultIsNamedWithWhereItStandsAndWhatWasExpected(Fault fault) throws IOException {
        String packageName = fault.type().substring(0, fault.type().indexOf(':'));
        List<Problem> problems = new Rehearsal(packageName, folder)
                .check(fault.type(), "planted", fault.inputs())
                .problems();
        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.path()).isEqualTo(fault.path());
            assertThat(problem.reason()).contains(fault.says());
        });
    }
}
