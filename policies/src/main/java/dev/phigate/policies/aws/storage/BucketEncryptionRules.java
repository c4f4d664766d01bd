package dev.phigate.policies.aws.storage;

import static dev.phigate.policies.aws.AuditBuckets.BUCKET;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.AuditBuckets;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.pack.Rule;
import java.util.List;

/** Rules on the encryption of S3 buckets at rest. */
public final class BucketEncryptionRules {
    private static final String LOGGING = "aws:s3/bucketLogging:BucketLogging";
    private static final String CONFIGURATION =
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

    private BucketEncryptionRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                stackRule("aws-s3-encryption-kms", BucketEncryptionRules::usesCustomerKey)
                        .on(BUCKET)
                        .cites(S164_312_A_2_IV, S164_312_C_1, S164_312_E_2_II)
                        .fix(
                                "rules: [{applyServerSideEncryptionByDefault: {sseAlgorithm: aws:kms, kmsMasterKeyId: ${key.arn}}, bucketKeyEnabled: true}]"));
    }

    private static Finding usesCustomerKey(Resource bucket, Stack stack) {
        boolean withoutKms = !AuditBuckets.balancersWithoutKms(bucket, stack)
                        .certain()
                        .isEmpty()
                || !stack.referring(bucket, LOGGING, "targetBucket").certain().isEmpty();
        Property inline = bucket.either("serverSideEncryptionConfiguration", "serverSideEncryptionConfigurations");
        Stack.Referrers configurations = stack.referring(bucket, CONFIGURATION, "bucket");
        if (!inline.isAbsent() && configurations.certain().isEmpty()) {
            return encrypts(inline.either("rule", "rules"), withoutKms);
        }
        return configurations.all(
                "default encryption of this bucket with a customer-managed KMS key",
                configuration -> encrypts(configuration.at("rules"), withoutKms));
    }

    private static Finding encrypts(Property rules, boolean withoutKms) {
        return rules.mustBePresent("a default encryption rule")
                .and(rules.each(rule -> encryptsByRule(rule, withoutKms)));
    }

    /**
     * Application and classic load balancers, and S3 its own access logs, can write to buckets with SSE-S3 only; double encryption (DSSE)
     * knows no bucket keys.
     */
    private static Finding encryptsByRule(Property rule, boolean withoutKms) {
        Property byDefault = rule.either("applyServerSideEncryptionByDefault", "applyServerSideEncryptionByDefaults");
        Property algorithm = byDefault.at("sseAlgorithm");
        if (withoutKms && algorithm.mustBe("AES256") instanceof Finding.Compliant) {
            return Finding.compliant();
        }
        return Finding.all(
                () -> algorithm.mustBeOneOf(List.of("aws:kms", "aws:kms:dsse")),
                () -> Keys.isCustomerManaged(byDefault.at("kmsMasterKeyId")),
                () -> algorithm.mustBe("aws:kms:dsse") instanceof Finding.Compliant
                        ? Finding.compliant()
                        : rule.at("bucketKeyEnabled").mustBe(true));
    }
}
