package dev.phigate.policies.aws.storage;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_B;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_C_2;
import static dev.phigate.policies.pack.Citation.S164_316_B_1_II;
import static dev.phigate.policies.pack.Citation.S164_316_B_2_I;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.AuditBuckets;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;

/** Rules on how S3 buckets keep what is in them: versions, locks, lifecycles, logs and replicas. */
public final class BucketKeepingRules {
    private static final String BUCKET = AuditBuckets.BUCKET;
    private static final String VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
    private static final String LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration";
    private static final String LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    private static final String LOGGING = "aws:s3/bucketLogging:BucketLogging";
    private static final String REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

    private BucketKeepingRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        String meaning = "how long audit logs are kept, in days; six years is a safe default, not a figure of the rule";
        int lockDays = tuning.number("aws-s3-audit-object-lock-6y", "retentionDays", 2190, meaning);
        int lifeDays = tuning.number("aws-s3-audit-lifecycle-6y", "retentionDays", 2190, meaning);
        return List.of(
                stackRule("aws-s3-versioning-enabled", BucketKeepingRules::keepsVersions)
                        .on(BUCKET)
                        .cites(S164_312_C_1, S164_312_C_2, S164_308_A_7_II_A, S164_308_A_7_II_B)
                        .fix(
                                "a BucketVersioningV2 with bucket: ${bucket.id}, versioningConfiguration: {status: Enabled}"),
                stackRule("aws-s3-audit-object-lock-6y", (bucket, stack) -> locksAuditLogs(bucket, stack, lockDays))
                        .on(BUCKET)
                        .cites(S164_312_B, S164_312_C_1, S164_312_C_2, S164_316_B_2_I, S164_316_B_1_II)
                        .fix(
                                "objectLockEnabled: true, and a BucketObjectLockConfigurationV2 with rule: {defaultRetention: {mode: COMPLIANCE, years: 6}}"),
                stackRule("aws-s3-access-logging", BucketKeepingRules::logsAccess)
                        .on(BUCKET)
                        .cites(S164_312_B, S164_308_A_1_II_D)
                        .fix(
                                "a BucketLoggingV2 with bucket: ${bucket.id}, targetBucket: ${logs.id}, targetPrefix: s3/"),
                stackRule("aws-s3-audit-lifecycle-6y", (bucket, stack) -> expiresLate(bucket, stack, lifeDays))
                        .on(BUCKET)
                        .cites(S164_316_B_2_I, S164_316_B_1_II, S164_312_B)
                        .fix("rules: [{expiration: {days: 2192}}], and no forceDestroy"),
                stackRule("aws-s3-replication-cross-region", BucketKeepingRules::isReplicated)
                        .on(BUCKET)
                        .cites(S164_308_A_7_II_A, S164_308_A_7_II_B, S164_308_A_7_I)
                        .fix(
                                "a BucketReplicationConfig with rules: [{status: Enabled, sourceSelectionCriteria: {sseKmsEncryptedObjects: {status: Enabled}}, destination: {bucket: ${replica.arn}, encryptionConfiguration: {replicaKmsKeyId: ${replicaKey.arn}}}}]"));
    }

    private static Finding keepsVersions(Resource bucket, Stack stack) {
        Property inline = bucket.input().either("versioning", "versionings");
        if (!inline.isAbsent() && inline.at("enabled").mustBe(true) instanceof Finding.Compliant) {
            return Finding.compliant();
        }
        return stack.referring(bucket, VERSIONING, "bucket")
                .one(
                        "versioning of this bucket, Enabled",
                        versioning ->
                                versioning.at("versioningConfiguration.status").mustBe("Enabled"));
    }

    private static Finding locksAuditLogs(Resource bucket, Stack stack, int days) {
        Stack.Referrers writers = AuditBuckets.writers(bucket, stack);
        if (!AuditBuckets.unlockableWriters(bucket, stack).certain().isEmpty()) {
            return Finding.notApplicable(
                    "S3 access logs and AWS Config are not delivered to a bucket with object lock; keep versions and a replica in a locked one");
        }
        if (writers.isEmpty()) {
            return Finding.notApplicable("nothing in this stack writes audit logs to the bucket");
        }
        if (writers.certain().isEmpty()) {
            return Finding.undecidable("", writers.possible().getFirst().urn() + " may write audit logs to it");
        }
        return Finding.all(
                () -> isLockable(bucket),
                () -> stack.referring(bucket, LOCK, "bucket")
                        .one(
                                "an object lock of this bucket in mode COMPLIANCE for six years",
                                lock -> locksFor(lock.at("rule.defaultRetention"), days)));
    }

    private static Finding isLockable(Resource bucket) {
        Property inline = bucket.at("objectLockConfiguration.objectLockEnabled");
        return inline.isAbsent() ? bucket.at("objectLockEnabled").mustBe(true) : inline.mustBe("Enabled");
    }

    private static Finding locksFor(Property retention, int days) {
        return Finding.all(
                () -> retention.at("mode").mustBe("COMPLIANCE"),
                () -> retention.at("years").isAbsent()
                        ? retention.at("days").mustBeAtLeast(days)
                        : retention.at("years").mustBeAtLeast((days + 364) / 365),
                () -> retention.at("years").isAbsent()
                        ? Finding.compliant()
                        : retention.at("days").mustBeAbsent("days or years, not both"));
    }

    private static Finding logsAccess(Resource bucket, Stack stack) {
        if (!AuditBuckets.unlockableWriters(bucket, stack).certain().isEmpty()
                || !AuditBuckets.writers(bucket, stack).certain().isEmpty()) {
            return Finding.notApplicable("the bucket is a log target itself");
        }
        Property inline = bucket.input().either("logging", "loggings");
        if (!inline.isAbsent()) {
            return isElsewhere(inline.at("targetBucket"), bucket, stack);
        }
        return stack.referring(bucket, LOGGING, "bucket")
                .one(
                        "access logging of this bucket to another",
                        logging -> isElsewhere(logging.at("targetBucket"), bucket, stack));
    }

    private static Finding isElsewhere(Property target, Resource bucket, Stack stack) {
        return target.mustBePresent("a bucket for the logs")
                .and(
                        stack.refers(target, bucket) == Stack.Reference.YES
                                ? target.violates("another bucket than the one that is logged")
                                : Finding.compliant());
    }

    private static Finding expiresLate(Resource bucket, Stack stack, int days) {
        boolean audit = !AuditBuckets.writers(bucket, stack).certain().isEmpty();
        if (!audit && !Tags.isPhi(bucket)) {
            return Finding.notApplicable("the bucket holds neither audit logs nor ePHI");
        }
        Finding kept = bucket.at("forceDestroy").orWhenAbsent(false).mustBe(false);
        if (!audit) {
            return kept;
        }
        Property inline = bucket.input().either("lifecycleRules", "lifecycleRule");
        Finding own = inline.isAbsent() ? Finding.compliant() : inline.each(rule -> keepsFor(rule, days));
        return Finding.each(
                        stack.referring(bucket, LIFECYCLE, "bucket").certain().stream(),
                        lifecycle -> lifecycle.at("rules").each(rule -> keepsFor(rule, days)))
                .and(own)
                .and(kept);
    }

    private static Finding keepsFor(Property rule, int days) {
        if (rule.at("status").text().orElse("Enabled").equals("Disabled")) {
            return Finding.compliant();
        }
        Property noncurrent = rule.at("noncurrentVersionExpiration").either("noncurrentDays", "days");
        return Finding.all(
                () -> rule.at("expiration.days").isAbsent()
                        ? Finding.compliant()
                        : rule.at("expiration.days").mustBeAtLeast(days),
                () -> rule.at("expiration.date").mustBeAbsent("a number of days: a date expires what was just written"),
                () -> noncurrent.isAbsent() ? Finding.compliant() : noncurrent.mustBeAtLeast(days));
    }

    private static Finding isReplicated(Resource bucket, Stack stack) {
        if (!Tags.isPhi(bucket)) {
            return Finding.notApplicable("the bucket is not tagged dataClassification: phi");
        }
        return stack.referring(bucket, REPLICATION, "bucket")
                .one(
                        "a BucketReplicationConfig of this bucket",
                        replication -> Finding.all(
                                () -> replication.at("rules").mustBePresent("a replication rule"),
                                () -> replication.at("rules").each(BucketKeepingRules::copiesEncrypted)));
    }

    private static Finding copiesEncrypted(Property rule) {
        return Finding.all(
                () -> rule.at("status").mustBe("Enabled"),
                () -> rule.at("destination.bucket").mustBePresent("the bucket of the copies"),
                () -> rule.at("destination.encryptionConfiguration.replicaKmsKeyId")
                        .mustBePresent("the key of the copies"),
                () -> rule.at("sourceSelectionCriteria.sseKmsEncryptedObjects.status")
                        .mustBe("Enabled"));
    }
}
