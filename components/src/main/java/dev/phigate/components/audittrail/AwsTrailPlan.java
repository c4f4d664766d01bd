package dev.phigate.components.audittrail;

import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.BucketPlan;
import dev.phigate.components.aws.BucketPlan.Keeping;
import dev.phigate.components.aws.BucketPlan.Side;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import dev.phigate.components.keys.AwsKeyPolicies;
import java.util.List;

/**
 * The record of an environment on AWS before it exists: which buckets it has, and who may write into each.
 *
 * @param intent how long it is kept
 * @param place account and regions
 * @param environment the environment's name
 */
public record AwsTrailPlan(AuditTrailIntent intent, AwsPlace place, String environment) {
    private static final String WHOLE = "bucket-owner-full-control";

    /** What CloudTrail and the entry write: locked. */
    BucketPlan audit() {
        return new BucketPlan("audit", DataClass.AUDIT, Side.HOME, new Keeping.Locked(intent.retentionDays()));
    }

    /** What AWS Config writes, which it does not into a locked bucket; its replica is locked. */
    BucketPlan config() {
        return new BucketPlan("config", DataClass.AUDIT, Side.HOME, new Keeping.Surviving());
    }

    /** The replica of both in the backup region: locked. */
    BucketPlan replica() {
        return new BucketPlan(
                "audit-replica", DataClass.AUDIT, Side.BACKUP, new Keeping.Locked(intent.retentionDays()));
    }

    /** S3's own log of who reached the others. */
    BucketPlan access(Side side) {
        return new BucketPlan(
                side == Side.HOME ? "audit-access" : "audit-access-backup",
                DataClass.AUDIT,
                side,
                new Keeping.AccessLogs());
    }

    String trailName() {
        return AwsKeyPolicies.trailName(environment);
    }

    List<Statement> auditGrants(String bucket) {
        String trail = place.arn("cloudtrail", "trail/" + trailName());
        return List.of(
                Statement.allow("TheTrailLooks", "s3:GetBucketAcl")
                        .toService("cloudtrail.amazonaws.com")
                        .on(bucket)
                        .when("StringEquals", "aws:SourceArn", trail),
                Statement.allow("TheTrailWrites", "s3:PutObject")
                        .toService("cloudtrail.amazonaws.com")
                        .on(bucket + "/AWSLogs/" + place.account() + "/*")
                        .when("StringEquals", "aws:SourceArn", trail)
                        .when("StringEquals", "s3:x-amz-acl", WHOLE),
                Statement.allow("TheEntrysLogLooks", "s3:GetBucketAcl")
                        .toService("delivery.logs.amazonaws.com")
                        .on(bucket)
                        .when("StringEquals", "aws:SourceAccount", place.account()),
                Statement.allow("TheEntrysLogIsWritten", "s3:PutObject")
                        .toService("delivery.logs.amazonaws.com")
                        .on(bucket + "/balancer/AWSLogs/" + place.account() + "/*")
                        .when("StringEquals", "aws:SourceAccount", place.account())
                        .when("StringEquals", "s3:x-amz-acl", WHOLE));
    }

    List<Statement> configGrants(String bucket) {
        return List.of(
                Statement.allow("ConfigLooks", "s3:GetBucketAcl", "s3:ListBucket")
                        .toService("config.amazonaws.com")
                        .on(bucket)
                        .when("StringEquals", "aws:SourceAccount", place.account()),
                Statement.allow("ConfigWrites", "s3:PutObject")
                        .toService("config.amazonaws.com")
                        .on(bucket + "/AWSLogs/" + place.account() + "/Config/*")
                        .when("StringEquals", "aws:SourceAccount", place.account())
                        .when("StringEquals", "s3:x-amz-acl", WHOLE));
    }

    List<Statement> accessGrants(String bucket) {
        return List.of(Statement.allow("S3WritesItsLog", "s3:PutObject")
                .toService("logging.s3.amazonaws.com")
                .on(bucket + "/*")
                .when("StringEquals", "aws:SourceAccount", place.account()));
    }

    /** What CloudTrail may do in its log group: write the streams of this account. */
    PolicyDocument logging(String group) {
        return PolicyDocument.of(Statement.allow("Write", "logs:CreateLogStream", "logs:PutLogEvents")
                .on(group + ":log-stream:" + place.account() + "_CloudTrail_" + place.region() + "*"));
    }

    /** AWS Config reads by AWS's own policy; of its own it needs no more than to see its bucket. */
    PolicyDocument recording(String bucket) {
        return PolicyDocument.of(Statement.allow("SeeTheBucket", "s3:GetBucketAcl", "s3:ListBucket")
                .on(bucket));
    }
}
