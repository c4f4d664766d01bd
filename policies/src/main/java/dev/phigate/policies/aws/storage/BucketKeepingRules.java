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
import dev.phigate.policies.Regions;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.AuditBuckets;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Optional;

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
        Property inline = bucket.either("versioning", "versionings");
        Stack.Referrers versionings = stack.referring(bucket, VERSIONING, "bucket");
        return !inline.isAbsent() && versionings.certain().isEmpty()
                ? inline.at("enabled").mustBe(true)
                : versionings.all(
                        "versioning of this bucket, Enabled",
                        versioning ->
                                versioning.at("versioningConfiguration.status").mustBe("Enabled"));
    }

    private static Finding locksAuditLogs(Resource bucket, Stack stack, int days) {
        Stack.Referrers writers = AuditBuckets.writers(bucket, stack);
        if (!AuditBuckets.unlockableWriters(bucket, stack).certain().isEmpty()) {
            return writers.certain().isEmpty()
                    ? Finding.notApplicable(
                            "S3 access logs and AWS Config are not delivered to a bucket with object lock; keep versions and a replica in a locked one")
                    : keepsVersions(bucket, stack)
                            .and(
                                    stack.referring(bucket, REPLICATION, "bucket")
                                            .exist(
                                                    "a replica in a locked bucket, for S3 access logs and AWS Config rule out an object lock of this one"));
        }
        if (writers.isEmpty()) {
            return Finding.notApplicable("nothing in this stack writes audit logs to the bucket");
        }
        if (writers.isOpen()) {
            return Finding.undecidable("", writers.possible().getFirst().urn() + " may write audit logs to it");
        }
        Property inline = bucket.at("objectLockConfiguration.rule.defaultRetention");
        return Finding.all(
                () -> isLockable(bucket),
                () -> inline.isAbsent()
                        ? stack.referring(bucket, LOCK, "bucket")
                                .all(
                                        "an object lock of this bucket in mode COMPLIANCE for six years",
                                        lock -> lock.at("objectLockEnabled")
                                                .orWhenAbsent("Enabled")
                                                .mustBe("Enabled")
                                                .and(locksFor(lock.at("rule.defaultRetention"), days)))
                        : locksFor(inline, days));
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
        if (AuditBuckets.isWritten(bucket, stack)) {
            return Finding.notApplicable("the bucket is a log target itself");
        }
        Property inline = bucket.either("logging", "loggings");
        Stack.Referrers loggings = stack.referring(bucket, LOGGING, "bucket");
        return !inline.isAbsent() && loggings.certain().isEmpty()
                ? isElsewhere(inline.at("targetBucket"), bucket, stack)
                : loggings.all(
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
        boolean audit = AuditBuckets.isWritten(bucket, stack);
        Finding kept = bucket.at("forceDestroy").orWhenAbsent(false).mustBe(false);
        if (audit) {
            return kept.and(lifecycle(bucket, stack, days));
        }
        Optional<Resource> writer = AuditBuckets.possibleWriter(bucket, stack);
        if (Tags.isPhi(bucket)) {
            return kept;
        }
        return writer.isPresent() && !(kept.and(lifecycle(bucket, stack, days)) instanceof Finding.Compliant)
                ? Finding.undecidable("", writer.orElseThrow().urn() + " may write audit logs to it")
                : Finding.notApplicable("the bucket holds neither audit logs nor ePHI");
    }

    private static Finding lifecycle(Resource bucket, Stack stack, int days) {
        Property inline = bucket.either("lifecycleRules", "lifecycleRule");
        return inline.each(rule -> keepsFor(rule, days))
                .and(stack.referring(bucket, LIFECYCLE, "bucket")
                        .each(lifecycle -> lifecycle.at("rules").each(rule -> keepsFor(rule, days))));
    }

    private static Finding keepsFor(Property rule, int days) {
        if (rule.at("status").mustBe("Disabled") instanceof Finding.Compliant
                || rule.at("enabled").mustBe(false) instanceof Finding.Compliant) {
            return Finding.compliant();
        }
        return Finding.all(
                () -> rule.either("expiration", "expirations").each(expiration -> expires(expiration, days)),
                () -> rule.either("noncurrentVersionExpiration", "noncurrentVersionExpirations")
                        .each(old -> old.either("noncurrentDays", "days").isAbsent()
                                ? Finding.compliant()
                                : old.either("noncurrentDays", "days").mustBeAtLeast(days)));
    }

    /** Zero days beside the removal of delete markers is how a provider reads back that no days are set. */
    private static Finding expires(Property expiration, int days) {
        boolean markersOnly = expiration.at("expiredObjectDeleteMarker").mustBe(true) instanceof Finding.Compliant
                && expiration.at("days").orWhenAbsent(0).mustBeAtMost(0) instanceof Finding.Compliant;
        return Finding.all(
                () -> markersOnly || expiration.at("days").isAbsent()
                        ? Finding.compliant()
                        : expiration.at("days").mustBeAtLeast(days),
                () -> expiration.at("date").mustBeAbsent("a number of days: a date expires what was just written"));
    }

    private static Finding isReplicated(Resource bucket, Stack stack) {
        if (!Tags.isPhi(bucket)) {
            return Finding.notApplicable("the bucket is not tagged dataClassification: phi");
        }
        Property inline = bucket.either("replicationConfiguration", "replicationConfigurations");
        Stack.Referrers replications = stack.referring(bucket, REPLICATION, "bucket");
        return !inline.isAbsent() && replications.certain().isEmpty()
                ? copies(inline.at("rules"), bucket, stack)
                : replications.all(
                        "a BucketReplicationConfig of this bucket",
                        replication -> copies(replication.at("rules"), bucket, stack));
    }

    private static Finding copies(Property rules, Resource bucket, Stack stack) {
        return Finding.all(
                () -> rules.mustBePresent("a replication rule"),
                () -> rules.each(rule -> Finding.all(
                        () -> rule.at("status").mustBe("Enabled"),
                        () -> isEncryptedCopy(rule.either("destination", "destinations")),
                        () -> copiesEncrypted(rule.either("sourceSelectionCriteria", "sourceSelectionCriterias")),
                        () -> isInAnotherRegion(
                                rule.either("destination", "destinations").at("bucket"), bucket, stack))));
    }

    private static Finding isEncryptedCopy(Property destination) {
        Property own = destination.at("replicaKmsKeyId");
        return Finding.all(
                () -> destination.at("bucket").mustBePresent("the bucket of the copies"),
                () -> Keys.isCustomerManaged(
                        own.isAbsent() ? destination.at("encryptionConfiguration.replicaKmsKeyId") : own));
    }

    private static Finding copiesEncrypted(Property criteria) {
        Property objects = criteria.at("sseKmsEncryptedObjects");
        return objects.at("enabled").isAbsent()
                ? objects.at("status").mustBe("Enabled")
                : objects.at("enabled").mustBe(true);
    }

    /** Buckets' ARNs name no region, so of a bucket of another stack it is not known where it is. */
    private static Finding isInAnotherRegion(Property destination, Resource bucket, Stack stack) {
        boolean here = stack.referred(destination, BUCKET).certain().stream()
                .anyMatch(replica -> replica.urn().equals(bucket.urn())
                        || Regions.same(bucket, replica).orElse(false));
        return here ? destination.violates("in the same region", "a bucket in another region") : Finding.compliant();
    }
}
