package dev.phigate.components.audittrail;

import com.pulumi.aws.cloudtrail.Trail;
import com.pulumi.aws.cloudtrail.TrailArgs;
import com.pulumi.aws.cloudtrail.inputs.TrailEventSelectorArgs;
import com.pulumi.aws.cloudtrail.inputs.TrailEventSelectorDataResourceArgs;
import com.pulumi.aws.cloudwatch.LogGroup;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsAccessLogs;
import dev.phigate.components.aws.AwsBucket;
import dev.phigate.components.aws.AwsLogGroup;
import dev.phigate.components.aws.AwsReplication;
import dev.phigate.components.aws.AwsServiceRole;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.BucketPlan;
import dev.phigate.components.aws.BucketPlan.Side;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import dev.phigate.components.keys.DataKeys;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The record of everything that happens in the account: CloudTrail in every region with its digests, AWS Config, and detection, kept where
 * nobody can change it for as long as the intent says, with a replica in the backup region. Serves 45 CFR 164.312(b) (audit controls),
 * 164.312(c)(1) and (c)(2) (integrity), 164.308(a)(1)(ii)(D) (review) and 164.308(a)(7)(ii)(A) (copies). What survives the environment is its
 * buckets, their log groups and their key.
 */
public final class AwsAuditTrail extends ComponentResource {
    private final AwsTrailPlan plan;
    private final DataKeys keys;
    private final Output<String> boundary;
    private final AwsSite site;
    private final AwsTrailOutputs outputs;

    /**
     * Renders a plan.
     *
     * @param boundary the most that the roles that write the record may do
     */
    public AwsAuditTrail(String name, AwsTrailPlan plan, DataKeys keys, Output<String> boundary, AwsSite site) {
        super("phigate:components:AuditTrail", name, site.child());
        this.plan = plan;
        this.keys = keys;
        this.boundary = boundary;
        this.site = site;
        AwsAccessLogs access = access(Side.HOME);
        AwsAccessLogs accessBackup = access(Side.BACKUP);
        AwsBucket replica = bucket(plan.replica(), _ -> List.of()).logAccess(accessBackup);
        AwsBucket audit = bucket(plan.audit(), plan::auditGrants).logAccess(access);
        AwsBucket config = bucket(plan.config(), plan::configGrants).logAccess(access);
        AwsReplication.Needs needs =
                new AwsReplication.Needs(keys.arn(DataClass.AUDIT), keys.backupArn(DataClass.AUDIT), boundary);
        AwsReplication.of("audit", audit, replica, needs, site, this);
        AwsReplication.of("config", config, replica, needs, site, this);

        LogGroup group = AwsLogGroup.of("trail", plan.intent().retentionDays(), keys.arn(DataClass.AUDIT), site, this);
        Trail trail = trail(audit, group);
        new AwsChangeRecord(plan, config, keys.arn(DataClass.AUDIT), site, this);
        new AwsDetection(site, this);
        outputs = new AwsTrailOutputs(
                trail.arn(), group.name(), group.arn(), audit.name(), replica.name(), audit, access, accessBackup);
        registerOutputs(Map.of("trail", trail.arn(), "auditBucket", audit.name(), "replicaBucket", replica.name()));
    }

    /** The trail as others use it. */
    public AwsTrailOutputs outputs() {
        return outputs;
    }

    private AwsBucket bucket(BucketPlan bucket, Function<String, List<Statement>> grants) {
        Output<String> key = bucket.side() == Side.HOME ? keys.arn(DataClass.AUDIT) : keys.backupArn(DataClass.AUDIT);
        return new AwsBucket(bucket, key, grants, site, this);
    }

    private AwsAccessLogs access(Side side) {
        AwsBucket bucket = bucket(plan.access(side), plan::accessGrants);
        return new AwsAccessLogs(bucket.name(), bucket);
    }

    /** The tag says that this stack owns the account's baseline, so that packs ask it for all of one. */
    private Trail trail(AwsBucket audit, LogGroup group) {
        AwsServiceRole role = new AwsServiceRole(
                "trail",
                PolicyDocument.trust("cloudtrail.amazonaws.com"),
                group.arn().applyValue(plan::logging),
                boundary,
                site,
                this);
        Map<String, String> tags = new TreeMap<>(site.tags(DataClass.AUDIT));
        tags.put("account-baseline", "true");
        return new Trail(
                site.name("trail"),
                TrailArgs.builder()
                        .name(plan.trailName())
                        .s3BucketName(audit.name())
                        .isMultiRegionTrail(true)
                        .includeGlobalServiceEvents(true)
                        .enableLogging(true)
                        .enableLogFileValidation(true)
                        .kmsKeyId(keys.arn(DataClass.AUDIT))
                        .cloudWatchLogsGroupArn(group.arn().applyValue(arn -> arn + ":*"))
                        .cloudWatchLogsRoleArn(role.arn())
                        .eventSelectors(TrailEventSelectorArgs.builder()
                                .readWriteType("All")
                                .includeManagementEvents(true)
                                .dataResources(TrailEventSelectorDataResourceArgs.builder()
                                        .type("AWS::S3::Object")
                                        .values("arn:" + site.place().partition() + ":s3")
                                        .build())
                                .build())
                        .tags(tags)
                        .build(),
                site.childOf(this).dependsOn(audit, role).build());
    }
}
