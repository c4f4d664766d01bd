package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Program;
import dev.phigate.policies.Stack;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Tuning;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Previews of programs in Java, whose SDK forgets where unknown outputs come from, ids apart: what it tells of an input with several parts is
 * not said of another part, and what it does not tell is not taken for nothing. The same programs are judged as another SDK tells them.
 */
@Tag("P3")
class JavaPreviewsTest {
    private static final Pack PACK =
            HipaaPack.of(new Tuning(Profile.HIPAA, LocalDate.of(2026, 11, 22), RuleCasesTest.settings()));

    private static final YAMLMapper YAML = YAMLMapper.builder().build();

    private static String verdict(String rule, String subject, Stack stack) {
        Pack alone =
                new Pack(PACK.name(), PACK.version(), List.of(PACK.rule(rule).orElseThrow()));
        List<Judgement> judgements = alone.judgeAll(stack).stream()
                .filter(judgement -> judgement.resource().name().equals(subject))
                .toList();
        assertThat(judgements).as(rule).hasSize(1);
        return judgements.getFirst().finding().getClass().getSimpleName();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            # which of two gateways is not told: they may be two
            aws-vpn-two-tunnels | v | Undecidable | Compliant | {v: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${a.arn}", tunnel1StartupAction: start, tunnel2StartupAction: start, tunnel1DpdTimeoutAction: restart, tunnel2DpdTimeoutAction: restart, tags: {critical: "true"}}}, w: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${b.arn}"}}, a: "aws:ec2/customerGateway:CustomerGateway", b: "aws:ec2/customerGateway:CustomerGateway"}
            aws-vpn-two-tunnels | v | Compliant | Compliant | {v: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${a.id}", tunnel1StartupAction: start, tunnel2StartupAction: start, tunnel1DpdTimeoutAction: restart, tunnel2DpdTimeoutAction: restart, tags: {critical: "true"}}}, w: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${b.id}"}}, a: "aws:ec2/customerGateway:CustomerGateway", b: "aws:ec2/customerGateway:CustomerGateway"}
            aws-vpn-two-tunnels | v | Violation | Violation | {v: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${a.id}", tunnel1StartupAction: start, tunnel2StartupAction: start, tunnel1DpdTimeoutAction: restart, tunnel2DpdTimeoutAction: restart, tags: {critical: "true"}}}, w: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${a.id}"}}, a: "aws:ec2/customerGateway:CustomerGateway"}
            # two outputs of one lookup are two gateways, or one
            aws-vpn-two-tunnels | v | Undecidable | Undecidable | {v: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${s.arn}", tunnel1StartupAction: start, tunnel2StartupAction: start, tunnel1DpdTimeoutAction: restart, tunnel2DpdTimeoutAction: restart, tags: {critical: "true"}}}, w: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${s.name}"}}, s: "pulumi:pulumi:StackReference"}
            aws-vpn-two-tunnels | v | Undecidable | Compliant | {v: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "cgw-1", tunnel1StartupAction: start, tunnel2StartupAction: start, tunnel1DpdTimeoutAction: restart, tunnel2DpdTimeoutAction: restart, tags: {critical: "true"}}}, w: {"aws:ec2/vpnConnection:VpnConnection": {customerGatewayId: "${b.arn}"}}, b: "aws:ec2/customerGateway:CustomerGateway"}
            # the second subnet is anybody's guess
            aws-lb-availability | l | Undecidable | Compliant | {l: {"aws:lb/loadBalancer:LoadBalancer": {loadBalancerType: network, enableDeletionProtection: true, enableCrossZoneLoadBalancing: true, subnets: ["${a.id!}", "${b.arn}"]}}, a: "aws:ec2/subnet:Subnet", b: "aws:ec2/subnet:Subnet"}
            aws-lb-availability | l | Undecidable | Undecidable | {l: {"aws:lb/loadBalancer:LoadBalancer": {loadBalancerType: network, enableDeletionProtection: true, enableCrossZoneLoadBalancing: true, subnets: ["${a.id}", "${a.id}"]}}, a: "aws:ec2/subnet:Subnet"}
            aws-lb-availability | l | Compliant | Compliant | {l: {"aws:lb/loadBalancer:LoadBalancer": {loadBalancerType: network, enableDeletionProtection: true, enableCrossZoneLoadBalancing: true, subnets: ["${a.id}", "${b.id}"]}}, a: "aws:ec2/subnet:Subnet", b: "aws:ec2/subnet:Subnet"}
            # what is not told may be the network interface of an instance
            aws-ec2-no-public-ip | e | Undecidable | Violation | {e: {"aws:ec2/eip:Eip": {networkInterface: "${i.primaryNetworkInterfaceId}"}}, i: "aws:ec2/instance:Instance", x: {"aws:ec2/subnet:Subnet": {vpcId: "${i.arn}"}}}
            aws-ec2-no-public-ip | e | Compliant | Compliant | {e: {"aws:ec2/eip:Eip": {networkInterface: "${n.id}"}}, n: "aws:ec2/networkInterface:NetworkInterface", i: "aws:ec2/instance:Instance"}
            # a policy that is told does not vouch for the one beside it
            aws-iam-session-duration | r | Undecidable | Compliant | {r: {"aws:iam/role:Role": {maxSessionDuration: 14400, managedPolicyArns: ["${p.arn!}", "${q.arn}"]}}, p: "aws:iam/policy:Policy", q: "aws:iam/policy:Policy", x: {"aws:ec2/subnet:Subnet": {vpcId: "${q.arn}"}}}
            any-audit-store-separated | b | Undecidable | Compliant | {b: {"aws:s3/bucketV2:BucketV2": {bucket: logs}}, t: {"aws:cloudtrail/trail:Trail": {s3BucketName: "${b.id}"}}, r: {"aws:iam/role:Role": {name: app, assumeRolePolicy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}', managedPolicyArns: ["${p.arn!}", "${q.arn}"]}}, p: "aws:iam/policy:Policy", q: "aws:iam/policy:Policy", x: {"aws:ec2/subnet:Subnet": {vpcId: "${q.arn}"}}}
            # the key of either is not told; what else they name in common is no key
            any-encryption-key-per-classification | d | Undecidable | Compliant | {d: {"aws:s3/bucketV2:BucketV2": {tags: {dataClassification: phi}, rules: {kmsKeyId: "${k.arn}", place: "${v.id}"}}}, o: {"aws:s3/bucketV2:BucketV2": {tags: {dataClassification: internal}, rules: {kmsKeyId: "${j.arn}", place: "${v.id}"}}}, v: "aws:ec2/vpc:Vpc", k: "aws:kms/key:Key", j: "aws:kms/key:Key", x: {"aws:ec2/subnet:Subnet": {vpcId: "${k.arn}"}}}
            # a vault that is not told may be at home, and one that is told has a region
            any-cross-region-backup-present | d | Undecidable | Violation | {d: {"aws:rds/instance:Instance": {tags: {dataClassification: phi}}}, p: {"aws:backup/plan:Plan": {rules: [{targetVaultName: "${v.name}", copyActions: [{destinationVaultArn: "${v.arn}"}]}], $provider: {region: us-east-1}}}, v: {"aws:backup/vault:Vault": {$provider: {region: us-east-1}}}, s: {"aws:backup/selection:Selection": {planId: "${p.id}", resources: ["*"]}}}
            any-cross-region-backup-present | d | Undecidable | Compliant | {d: {"aws:rds/instance:Instance": {tags: {dataClassification: phi}}}, p: {"aws:backup/plan:Plan": {rules: [{copyActions: [{destinationVaultArn: "${v.arn}"}]}], $provider: {region: us-east-1}}}, v: {"aws:backup/vault:Vault": {$provider: {region: us-west-2}}}, s: {"aws:backup/selection:Selection": {planId: "${p.id}", resources: ["*"]}}}
            # of two vaults in one rule, which is the copy's is not told
            aws-backup-plan-cross-region | p | Undecidable | Undecidable | {p: {"aws:backup/plan:Plan": {rules: [{schedule: "cron(0 5 * * ? *)", lifecycle: {deleteAfter: 35}, targetVaultName: "${v.id}", copyActions: [{destinationVaultArn: "${w.arn}"}]}], $provider: {region: us-east-1}}}, v: {"aws:backup/vault:Vault": {$provider: {region: us-east-1}}}, w: {"aws:backup/vault:Vault": {$provider: {region: us-west-2}}}, s: {"aws:backup/selection:Selection": {planId: "${p.id}", resources: ["*"]}}, t: "aws:backup/restoreTestingPlan:RestoreTestingPlan", x: {"aws:ec2/subnet:Subnet": {vpcId: "${w.arn}"}}}
            # a pattern that names another role is not about this one, whatever it comes from
            aws-iam-break-glass-role | stack | Violation | Violation | {vpc: {"aws:ec2/vpc:Vpc": {tags: {account-baseline: "true"}}}, r: {"aws:iam/role:Role": {tags: {breakGlass: "true"}, assumeRolePolicy: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}, "Action": "sts:AssumeRole", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}]}'}}, e: {"aws:cloudwatch/eventRule:EventRule": {eventPattern: '{"source": ["aws.sts"], "account": ["${r.id!}"], "detail": {"eventName": ["AssumeRole"], "requestParameters": {"roleArn": ["arn:aws:iam::123456789012:role/other"]}}}'}}, t: {"aws:cloudwatch/eventTarget:EventTarget": {rule: "${e.id}", arn: "arn:aws:sns:us-east-1:1:t"}}}
            """)
    void whatIsNotToldIsNotTakenForSomethingElse(
            String rule, String subject, String inJava, String elsewhere, String program) {
        JsonNode resources = YAML.readTree(program);
        assertThat(verdict(rule, subject, Program.previewedByJava(resources)))
                .as("in Java")
                .isEqualTo(inJava);
        assertThat(verdict(rule, subject, Program.previewed(resources)))
                .as("elsewhere")
                .isEqualTo(elsewhere);
    }
}
