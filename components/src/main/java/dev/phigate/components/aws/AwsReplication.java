package dev.phigate.components.aws;

import com.pulumi.aws.s3.BucketReplicationConfig;
import com.pulumi.aws.s3.BucketReplicationConfigArgs;
import com.pulumi.aws.s3.inputs.BucketReplicationConfigRuleArgs;
import com.pulumi.aws.s3.inputs.BucketReplicationConfigRuleDeleteMarkerReplicationArgs;
import com.pulumi.aws.s3.inputs.BucketReplicationConfigRuleDestinationArgs;
import com.pulumi.aws.s3.inputs.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs;
import com.pulumi.aws.s3.inputs.BucketReplicationConfigRuleFilterArgs;
import com.pulumi.aws.s3.inputs.BucketReplicationConfigRuleSourceSelectionCriteriaArgs;
import com.pulumi.aws.s3.inputs.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.Resource;

/**
 * The copying of one bucket into a replica in the backup region, encrypted anew with that region's key. Deletions are not copied, and what
 * copies cannot delete. Serves 45 CFR 164.308(a)(7)(ii)(A) (copies) and 164.312(c)(1) (integrity).
 */
public final class AwsReplication {
    /**
     * What the copying needs of others.
     *
     * @param here the key of what is copied
     * @param there the key of the copies, in the backup region
     * @param boundary the most that its role may do
     */
    public record Needs(Output<String> here, Output<String> there, Output<String> boundary) {}

    private AwsReplication() {}

    /**
     * Makes it.
     *
     * @param part the name of what is copied within the environment
     * @param parent the component that it is part of
     */
    public static void of(
            String part, AwsBucket source, AwsBucket replica, Needs needs, AwsSite site, Resource parent) {
        Output<PolicyDocument> policy = Output.all(source.arn(), replica.arn(), needs.here(), needs.there())
                .applyValue(arns -> policy(site.place(), arns.get(0), arns.get(1), arns.get(2), arns.get(3)));
        AwsServiceRole role = new AwsServiceRole(
                part + "-replication",
                PolicyDocument.trust("s3.amazonaws.com"),
                policy,
                needs.boundary(),
                site,
                parent);
        new BucketReplicationConfig(
                site.name(part) + "-replication",
                BucketReplicationConfigArgs.builder()
                        .bucket(source.name())
                        .role(role.arn())
                        .rules(rule(replica, needs.there()))
                        .build(),
                source.guard(replica));
    }

    /** What the role may do that copies: never delete. */
    static PolicyDocument policy(AwsPlace place, String source, String replica, String key, String replicaKey) {
        return PolicyDocument.of(
                Statement.allow("LookAtTheSource", "s3:GetReplicationConfiguration", "s3:ListBucket")
                        .on(source),
                Statement.allow(
                                "ReadVersions",
                                "s3:GetObjectLegalHold",
                                "s3:GetObjectRetention",
                                "s3:GetObjectVersionAcl",
                                "s3:GetObjectVersionForReplication",
                                "s3:GetObjectVersionTagging")
                        .on(source + "/*"),
                Statement.allow("WriteReplicas", "s3:ReplicateObject", "s3:ReplicateTags")
                        .on(replica + "/*"),
                Statement.allow("DecryptHere", "kms:Decrypt")
                        .on(key)
                        .when("StringEquals", "kms:ViaService", "s3." + place.region() + ".amazonaws.com"),
                Statement.allow("EncryptThere", "kms:Encrypt", "kms:GenerateDataKey")
                        .on(replicaKey)
                        .when("StringEquals", "kms:ViaService", "s3." + place.backupRegion() + ".amazonaws.com"));
    }

    private static BucketReplicationConfigRuleArgs rule(AwsBucket replica, Output<String> key) {
        return BucketReplicationConfigRuleArgs.builder()
                .id("everything")
                .priority(1)
                .status("Enabled")
                .filter(BucketReplicationConfigRuleFilterArgs.builder()
                        .prefix("")
                        .build())
                .deleteMarkerReplication(BucketReplicationConfigRuleDeleteMarkerReplicationArgs.builder()
                        .status("Disabled")
                        .build())
                .sourceSelectionCriteria(BucketReplicationConfigRuleSourceSelectionCriteriaArgs.builder()
                        .sseKmsEncryptedObjects(
                                BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs.builder()
                                        .status("Enabled")
                                        .build())
                        .build())
                .destination(BucketReplicationConfigRuleDestinationArgs.builder()
                        .bucket(replica.arn())
                        .storageClass("STANDARD_IA")
                        .encryptionConfiguration(
                                BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs.builder()
                                        .replicaKmsKeyId(key)
                                        .build())
                        .build())
                .build();
    }
}
