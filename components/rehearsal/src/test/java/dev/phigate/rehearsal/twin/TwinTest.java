package dev.phigate.rehearsal.twin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.provider.protocol.Difference;
import dev.phigate.provider.protocol.Difference.Change;
import dev.phigate.provider.protocol.Difference.Effect;
import dev.phigate.provider.protocol.Problem;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a twin invents, remembers, and refuses because of what else is there. */
@Tag("N9")
class TwinTest {
    private static final String VPC = "aws:ec2/vpc:Vpc";
    private static final String SUBNET = "aws:ec2/subnet:Subnet";
    private static final String KEY = "aws:kms/key:Key";
    private static final String REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
    private static final String BUCKET = "aws:s3/bucketV2:BucketV2";

    @TempDir
    private Path folder;

    private Rehearsal aws;

    @BeforeEach
    void start() throws IOException {
        aws = new Rehearsal("aws", folder);
    }

    private State vpc() throws IOException {
        return aws.make(VPC, "main", "{'cidrBlock': '10.0.0.0/16'}");
    }

    @Test
    void idsAndArnsAreWellFormedAndTheSameEachTime(@TempDir Path other) throws IOException {
        State here = vpc();
        State there = new Rehearsal("aws", other).make(VPC, "main", "{'cidrBlock': '10.0.0.0/16'}");
        assertThat(here.id()).matches("vpc-[0-9a-f]{17}").isEqualTo(there.id());
        assertThat(here.outputs().path("arn").asString())
                .isEqualTo("arn:aws:ec2:us-east-1:123456789012:vpc/" + here.id());
        assertThat(here.outputs()).isEqualTo(there.outputs());
    }

    @Test
    void theAccountIsTheOneThatTheProviderAllowsAndOthersAreForeign() throws IOException {
        aws.twin().configure(Rehearsal.json("{'region': 'us-east-1', 'allowedAccountIds': ['345678901234']}"));
        assertThat(vpc().outputs().path("arn").asString()).startsWith("arn:aws:ec2:us-east-1:345678901234:vpc/");
        ObjectNode role = Rehearsal.json("{'permissionsBoundary': 'arn:aws:iam::345678901234:policy/none'}");
        role.put("assumeRolePolicy", "{}");
        assertThat(aws.twin()
                        .check(
                                Rehearsal.urn("aws:iam/role:Role", "r"),
                                Properties.plain(Rehearsal.json("{}")),
                                Properties.plain(role),
                                "seed")
                        .problems())
                .anyMatch(problem -> problem.path().equals("permissionsBoundary")
                        && problem.reason().contains("names nothing that is there"));
        role.put("permissionsBoundary", "arn:aws:iam::123456789012:policy/none");
        assertThat(aws.twin()
                        .check(
                                Rehearsal.urn("aws:iam/role:Role", "r"),
                                Properties.plain(Rehearsal.json("{}")),
                                Properties.plain(role),
                                "seed")
                        .problems())
                .noneMatch(problem -> problem.path().equals("permissionsBoundary"));
    }

    @Test
    void everyOutputThatIsAlwaysThereIsThere() throws IOException {
        State made = vpc();
        aws.twin().sdk().resource(VPC).orElseThrow().outputs().values().stream()
                .filter(field -> field.required())
                .forEach(field -> assertThat(made.outputs().hasNonNull(field.name()))
                        .as(field.name())
                        .isTrue());
    }

    @Test
    void aResourceWithoutANameGetsOneAndKeepsIt() throws IOException {
        ObjectNode first = aws.check(BUCKET, "Records", "{}").inputs().values();
        assertThat(first.path("bucket").asString()).matches("records-[0-9a-f]{7}");
        var second = aws.twin()
                .check(
                        Rehearsal.urn(BUCKET, "Records"),
                        Properties.plain(first),
                        Properties.plain(Rehearsal.json("{}")),
                        "other");
        assertThat(second.inputs().values()).isEqualTo(first);
    }

    @Test
    void aSubnetOutsideItsNetworkIsRefused() throws IOException {
        String id = vpc().id();
        assertThat(aws.check(SUBNET, "a", "{'vpcId': '" + id + "', 'cidrBlock': '10.1.0.0/24'}")
                        .problems())
                .extracting(Problem::reason)
                .containsExactly("\"10.1.0.0/24\" (expected: a block inside 10.0.0.0/16 of " + id + ")");
    }

    @Test
    void subnetsThatOverlapAreRefused() throws IOException {
        String id = vpc().id();
        State first = aws.make(SUBNET, "a", "{'vpcId': '" + id + "', 'cidrBlock': '10.0.0.0/23'}");
        assertThat(aws.check(SUBNET, "b", "{'vpcId': '" + id + "', 'cidrBlock': '10.0.1.0/24'}")
                        .problems())
                .extracting(Problem::reason)
                .containsExactly("\"10.0.1.0/24\" overlaps 10.0.0.0/23 of " + first.id());
    }

    @Test
    void aNameThatIsTakenIsRefused() throws IOException {
        aws.make(BUCKET, "one", "{'bucket': 'phigate-records'}");
        assertThat(aws.check(BUCKET, "other", "{'bucket': 'phigate-records'}").problems())
                .containsExactly(new Problem("bucket", "taken already: phigate-records (expected: a name of its own)"));
        assertThat(aws.check(BUCKET, "one", "{'bucket': 'phigate-records'}").problems())
                .isEmpty();
    }

    @Test
    void aNetworkThatHasSubnetsCannotBeDeleted() throws IOException {
        State vpc = vpc();
        State subnet = aws.make(SUBNET, "a", "{'vpcId': '" + vpc.id() + "', 'cidrBlock': '10.0.0.0/24'}");
        assertThatThrownBy(() -> aws.delete(VPC, "main", vpc))
                .hasMessage("rehearsal: " + vpc.id() + " cannot be deleted: " + subnet.id() + " (" + SUBNET
                        + ") depends on it; delete that first");
        aws.delete(SUBNET, "a", subnet);
        aws.delete(VPC, "main", vpc);
        assertThat(aws.twin().read(Rehearsal.urn(VPC, "main"), vpc)).isEmpty();
    }

    @Test
    void aDeletedKeyIsPendingAndNobodyCanUseIt() throws IOException {
        State key = aws.make(KEY, "phi", "{'deletionWindowInDays': 30}");
        aws.delete(KEY, "phi", key);
        assertThat(aws.check(
                                "aws:cloudwatch/logGroup:LogGroup",
                                "logs",
                                "{'kmsKeyId': '" + key.outputs().path("arn").asString() + "'}")
                        .problems())
                .extracting(Problem::reason)
                .singleElement()
                .asString()
                .contains("is pending deletion");
        assertThat(aws.make(KEY, "phi", "{}").id()).isNotEqualTo(key.id());
    }

    @Test
    void theNameOfADeletedSecretIsTakenUntilItsRecoveryWindowEnds() throws IOException {
        String type = "aws:secretsmanager/secret:Secret";
        aws.delete(type, "psk", aws.make(type, "psk", "{'name': 'vpn'}"));
        assertThat(aws.check(type, "psk2", "{'name': 'vpn'}").problems())
                .extracting(Problem::reason)
                .singleElement()
                .asString()
                .contains("which is pending deletion");
    }

    @Test
    void aBucketThatATrailWroteIntoIsNotEmpty() throws IOException {
        State bucket = aws.make(BUCKET, "trail", "{'bucket': 'phigate-trail'}");
        State trail = aws.make("aws:cloudtrail/trail:Trail", "trail", "{'s3BucketName': 'phigate-trail'}");
        aws.delete("aws:cloudtrail/trail:Trail", "trail", trail);
        assertThatThrownBy(() -> aws.delete(BUCKET, "trail", bucket)).hasMessageContaining("not empty");
    }

    @Test
    void aLockedBucketCannotBeEmptiedByForce() throws IOException {
        State bucket = aws.make(
                BUCKET, "trail", "{'bucket': 'phigate-trail', 'forceDestroy': true, 'objectLockEnabled': true}");
        aws.make(
                "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
                "lock",
                "{'bucket': 'phigate-trail'}");
        aws.make("aws:cloudtrail/trail:Trail", "trail", "{'s3BucketName': 'phigate-trail'}");
        assertThatThrownBy(() -> aws.delete(BUCKET, "trail", bucket))
                .hasMessageContaining("locked until its retention ends");
    }

    @Test
    void deletionProtectionProtects() throws IOException {
        State balancer = aws.make("aws:lb/loadBalancer:LoadBalancer", "edge", "{'enableDeletionProtection': true}");
        assertThatThrownBy(() -> aws.delete("aws:lb/loadBalancer:LoadBalancer", "edge", balancer))
                .hasMessageContaining("enableDeletionProtection is true");
    }

    @Test
    void aChangeThatTheCloudCannotMakeInPlaceReplaces() throws IOException {
        State vpc = vpc();
        String urn = Rehearsal.urn(VPC, "main");
        Difference block = aws.twin().diff(urn, vpc, Properties.plain(Rehearsal.json("{'cidrBlock': '10.1.0.0/16'}")));
        Difference tags = aws.twin()
                .diff(urn, vpc, Properties.plain(Rehearsal.json("{'cidrBlock': '10.0.0.0/16', 'tags': {'a': 'b'}}")));
        assertThat(block.changes()).containsEntry("cidrBlock", new Change(Effect.UPDATE, true, true));
        assertThat(tags.changes()).containsEntry("tags", new Change(Effect.ADD, false, true));
    }

    @Test
    void anUpdateKeepsWhatWasInvented() throws IOException {
        State vpc = vpc();
        State updated = aws.twin()
                .update(
                        Rehearsal.urn(VPC, "main"),
                        vpc,
                        Rehearsal.json("{'cidrBlock': '10.0.0.0/16', 'tags': {'a': 'b'}}"));
        assertThat(updated.id()).isEqualTo(vpc.id());
        assertThat(updated.outputs().path("defaultSecurityGroupId"))
                .isEqualTo(vpc.outputs().path("defaultSecurityGroupId"));
        assertThat(updated.outputs().path("tagsAll").path("a").asString()).isEqualTo("b");
    }

    @Test
    void whatASecondProcessMadeIsThere() throws IOException {
        State vpc = vpc();
        Rehearsal second = new Rehearsal("aws", folder);
        assertThat(second.twin()
                        .read(
                                Rehearsal.urn(VPC, "main"),
                                new State(
                                        vpc.id(),
                                        JsonNodeFactory.instance.objectNode(),
                                        JsonNodeFactory.instance.objectNode())))
                .map(State::outputs)
                .contains(vpc.outputs());
    }

    @Test
    void aLineThatAKilledProcessDidNotFinishNeverHappened() throws IOException {
        vpc();
        Files.writeString(folder.resolve("aws.jsonl"), "{\"urn\": \"urn", StandardOpenOption.APPEND);
        Rehearsal next = new Rehearsal("aws", folder);
        State key = next.make(KEY, "k", "{}");
        assertThat(new Rehearsal("aws", folder).twin().read(Rehearsal.urn(KEY, "k"), key))
                .isPresent();
    }

    @Test
    void anUnknownValueIsNoProblemAndNothingIsInventedInAPreview() throws IOException {
        ObjectNode inputs = Rehearsal.json("{'cidrBlock': '10.0.0.0/24'}").put("vpcId", Properties.UNKNOWN);
        Properties news = new Properties(inputs, Set.of("vpcId"), Set.of());
        String urn = Rehearsal.urn(SUBNET, "a");
        assertThat(aws.twin()
                        .check(urn, Properties.plain(Rehearsal.json("{}")), news, "s")
                        .problems())
                .isEmpty();
        assertThat(aws.twin().preview(urn, null, news).path("arn").asString()).isEqualTo(Properties.UNKNOWN);
    }

    @Test
    void whatAPreviewPlansMayBeNamedInItAndIsNotThere(@TempDir Path empty) throws IOException {
        String replica = "{'role': 'arn:aws:iam::123456789012:role/copies', 'rules': [], 'bucket': 'b'}";
        aws.twin()
                .preview(
                        Rehearsal.urn("aws:iam/role:Role", "copies"),
                        null,
                        Properties.plain(Rehearsal.json("{'name': 'copies', 'assumeRolePolicy': '{}'}")));
        Rehearsal ofAnotherRegion = new Rehearsal("aws", folder);
        assertThat(dangling(ofAnotherRegion, replica)).containsExactly("bucket");
        assertThat(dangling(new Rehearsal("aws", empty), replica)).containsExactly("role", "bucket");
        assertThatThrownBy(() -> aws.twin().create(Rehearsal.urn(REPLICATION, "r"), Rehearsal.json(replica)))
                .hasMessageContaining("role/copies\" names nothing that is there");
    }

    private static List<String> dangling(Rehearsal twin, String inputs) throws IOException {
        return twin.check(REPLICATION, "r", inputs).problems().stream()
                .filter(problem -> problem.reason().contains("names nothing that is there"))
                .map(Problem::path)
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    @Test
    void whatAnEndedRunOfTheEnginePlannedIsForgotten() throws IOException {
        Path left = Files.writeString(folder.resolve("aws-plan-1-1.jsonl"), "");
        new Rehearsal("aws", folder);
        assertThat(left).doesNotExist();
        assertThat(folder).isDirectoryContaining("glob:**/aws.jsonl").isDirectoryContaining("glob:**/aws-plan-*.jsonl");
    }

    @Test
    void aFolderThatIsNamedLikeAPlanIsNotTakenForOne() throws IOException {
        Path named = folder.resolve("clinic-plan-b");
        State key = new Rehearsal("aws", named).make(KEY, "k", "{}");
        assertThat(new Rehearsal("aws", named)
                        .twin()
                        .read(Rehearsal.urn(KEY, "k"), new State(key.id(), key.inputs(), Rehearsal.json("{}"))))
                .as("what was made before")
                .isPresent();
    }

    @Test
    void aSecretIsNotShownInAProblem() throws IOException {
        Properties news = new Properties(Rehearsal.json("{'keyUsage': 'hunter2'}"), Set.of(), Set.of("keyUsage"));
        assertThat(aws.twin()
                        .check(Rehearsal.urn(KEY, "k"), Properties.plain(Rehearsal.json("{}")), news, "s")
                        .problems())
                .extracting(Problem::reason)
                .noneMatch(reason -> reason.contains("hunter2"))
                .isNotEmpty();
    }

    @Test
    void aLookedUpThingCanBeReferredTo() throws IOException {
        ObjectNode found = aws.twin()
                .invoke("aws:ec2/getVpc:getVpc", Properties.plain(Rehearsal.json("{'default': true}")))
                .inputs()
                .values();
        assertThat(aws.check(
                                SUBNET,
                                "a",
                                "{'vpcId': '" + found.path("id").asString() + "', 'cidrBlock': '172.31.0.0/20'}")
                        .problems())
                .isEmpty();
    }

    @Test
    void theRegionOfTheProviderIsTheRegionOfWhatItMakes() throws IOException {
        aws.twin().configure(Rehearsal.json("{'region': 'us-gov-west-1', 'defaultTags': {'tags': {'owner': 'x'}}}"));
        State vpc = vpc();
        assertThat(vpc.outputs().path("arn").asString()).startsWith("arn:aws-us-gov:ec2:us-gov-west-1:");
        assertThat(vpc.outputs().path("tagsAll").path("owner").asString()).isEqualTo("x");
    }

    @Test
    void aPolicyDocumentIsWrittenAsAwsTakesIt() throws IOException {
        ObjectNode answer = aws.twin()
                .invoke(
                        "aws:iam/getPolicyDocument:getPolicyDocument",
                        Properties.plain(
                                Rehearsal.json(
                                        "{'statements': [{'actions': ['s3:Get*'], 'resources': ['*'], 'effect': 'Deny',"
                                                + " 'principals': [{'type': 'AWS', 'identifiers': ['*']}],"
                                                + " 'conditions': [{'test': 'Bool', 'variable': 'aws:SecureTransport', 'values': ['false']}]}]}")))
                .inputs()
                .values();
        assertThat(Rehearsal.json(answer.path("json").asString()))
                .isEqualTo(
                        Rehearsal.json(
                                "{'Version': '2012-10-17', 'Statement': [{'Effect': 'Deny', 'Action': 's3:Get*', 'Resource': '*',"
                                        + " 'Principal': {'AWS': '*'}, 'Condition': {'Bool': {'aws:SecureTransport': 'false'}}}]}"));
    }
}
