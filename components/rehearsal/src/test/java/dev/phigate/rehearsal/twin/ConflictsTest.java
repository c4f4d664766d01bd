package dev.phigate.rehearsal.twin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.protocol.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Properties that providers refuse beside each other, and those that they take. */
@Tag("N9")
class ConflictsTest {
    @TempDir
    private Path folder;

    private List<Problem> problems(String type, String inputs) throws IOException {
        return new Rehearsal("aws", folder)
                .check(type, "planted", inputs).problems().stream()
                        .filter(problem -> problem.reason().startsWith("beside"))
                        .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            aws:ec2/securityGroupRule:SecurityGroupRule | {'cidrBlocks': ['10.0.0.0/8'], 'sourceSecurityGroupId': 'sg-1'} | sourceSecurityGroupId | beside cidrBlocks
            aws:ec2/securityGroupRule:SecurityGroupRule | {'self': true, 'cidrBlocks': ['10.0.0.0/8']} | self | beside cidrBlocks
            aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule | {'cidrIpv4': '10.0.0.0/8', 'prefixListId': 'pl-1'} | prefixListId | expected: one of cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId
            aws:ec2/vpc:Vpc | {'cidrBlock': '10.0.0.0/16', 'ipv4NetmaskLength': 16} | ipv4NetmaskLength | beside cidrBlock
            aws:ec2/subnet:Subnet | {'availabilityZone': 'us-east-1a', 'availabilityZoneId': 'use1-az1'} | availabilityZoneId | beside availabilityZone
            aws:ec2/route:Route | {'gatewayId': 'igw-1', 'natGatewayId': 'nat-1'} | natGatewayId | beside gatewayId
            aws:ec2/instance:Instance | {'userData': 'a', 'userDataBase64': 'YQ=='} | userDataBase64 | beside userData
            aws:ec2/launchTemplate:LaunchTemplate | {'iamInstanceProfile': {'arn': 'a', 'name': 'b'}} | iamInstanceProfile.name | beside iamInstanceProfile.arn
            aws:autoscaling/group:Group | {'launchTemplate': {'id': 'lt-1'}, 'launchConfiguration': 'c'} | launchTemplate | beside launchConfiguration
            aws:lb/loadBalancer:LoadBalancer | {'subnets': ['subnet-1'], 'subnetMappings': [{'subnetId': 'subnet-1'}]} | subnetMappings | beside subnets
            aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2 | {'rule': {'defaultRetention': {'mode': 'COMPLIANCE', 'days': 1, 'years': 1}}} | rule.defaultRetention.years | beside rule.defaultRetention.days
            aws:route53/record:Record | {'records': ['1.2.3.4'], 'aliases': [{'name': 'a', 'zoneId': 'z'}]} | records | beside aliases
            aws:iam/role:Role | {'name': 'a', 'namePrefix': 'b'} | namePrefix | beside name
            aws:s3/bucketV2:BucketV2 | {'bucket': 'records', 'bucketPrefix': 'rec'} | bucketPrefix | beside bucket
            aws:rds/instance:Instance | {'password': 'x', 'manageMasterUserPassword': true} | password | beside manageMasterUserPassword
            aws:secretsmanager/secretVersion:SecretVersion | {'secretString': 'x', 'secretBinary': 'eA=='} | secretString | beside secretBinary
            """)
    void whatExcludesEachOtherIsRefusedTogether(String type, String inputs, String path, String says)
            throws IOException {
        assertThat(problems(type, inputs)).singleElement().satisfies(problem -> {
            assertThat(problem.path()).isEqualTo(path);
            assertThat(problem.reason()).contains(says);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            aws:ec2/securityGroupRule:SecurityGroupRule | {'cidrBlocks': [], 'sourceSecurityGroupId': 'sg-1'}
            aws:ec2/securityGroupRule:SecurityGroupRule | {'cidrBlocks': ['10.0.0.0/8'], 'ipv6CidrBlocks': ['fd00::/8']}
            aws:iam/role:Role                           | {'namePrefix': 'b'}
            aws:s3/bucketV2:BucketV2                    | {}
            """)
    void whatStandsTogetherIsTaken(String type, String inputs) throws IOException {
        assertThat(problems(type, inputs)).isEmpty();
    }
}
