package dev.phigate.components.audittrail;

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
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsBucket;
import dev.phigate.components.aws.AwsServiceRole;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.keys.DataKeys;

/** The copying of one bucket into a replica in the backup region, encrypted anew with that region's key. Deletions are not copied. */
final class AwsReplica {
    /**
     * What the copying needs of others.
     *
     * @param keys the keys of both regions
     * @param boundary the most that its role may do
     */
    record Keys(DataKeys keys, Output<String> boundary) {
        Output<String> here() {
            return keys.arn(DataClass.AUDIT);
        }

        Output<String> there() {
            return keys.backupArn(DataClass.AUDIT);
        }
    }

    AwsReplica(
            String part,
            AwsTrailPlan plan,
            AwsBucket source,
            AwsBucket replica,
            Keys keys,
            AwsSite site,
            Resource parent) {
        Output<PolicyDocument> policy = Output.all(source.arn(), replica.arn(), keys.here(), keys.there())
                .applyValue(arns -> plan.replication(arns.get(0), arns.get(1), arns.get(2), arns.get(3)));
        AwsServiceRole role = new AwsServiceRole(
                part + "-replication", PolicyDocument.trust("s3.amazonaws.com"), policy, keys.boundary(), site, parent);
        new BucketReplicationConfig(
                site.name(part) + "-replication",
                BucketReplicationConfigArgs.builder()
                        .bucket(source.name())
                        .role(role.arn())
                        .rules(rule(replica, keys.there()))
                        .build(),
                source.guard(replica));
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
