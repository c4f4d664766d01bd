package dev.phigate.policies.aws.storage;

import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.AuditBuckets;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.Set;

/** Rules on the policies of S3 buckets. */
public final class BucketPolicyRules {
    private static final String POLICY = "aws:s3/bucketPolicy:BucketPolicy";
    private static final Set<String> NARROWING = Set.of(
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:principalaccount",
            "aws:principalarn",
            "aws:sourceaccount",
            "aws:sourcearn",
            "aws:sourceorgid",
            "aws:sourceowner",
            "aws:sourcevpce",
            "aws:sourcevpc",
            "s3:dataaccesspointaccount",
            "s3:dataaccesspointarn");

    private BucketPolicyRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                stackRule("aws-s3-tls-only-policy", BucketPolicyRules::deniesPlaintext)
                        .on(AuditBuckets.BUCKET)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_E_2_I, S164_312_C_1)
                        .fix(
                                "a BucketPolicy with {\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": [\"${bucket.arn}\", \"${bucket.arn}/*\"], \"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"false\"}}}"),
                rule("aws-s3-policy-no-public-principal", BucketPolicyRules::namesItsPrincipals)
                        .on(POLICY, AuditBuckets.BUCKET)
                        .cites(S164_312_A_1, S164_308_A_4_I)
                        .fix("\"Principal\": {\"AWS\": \"arn:aws:iam::ACCOUNT:role/NAME\"}"));
    }

    private static Finding deniesPlaintext(Resource bucket, Stack stack) {
        String wanted = "a Deny of s3:* for everyone, on the bucket and its objects, when aws:SecureTransport is false";
        Property inline = bucket.at("policy");
        Stack.Referrers policies = stack.referring(bucket, POLICY, "bucket");
        return !inline.isAbsent() && policies.certain().isEmpty()
                ? denies(inline, bucket, wanted)
                : policies.all(
                        "a BucketPolicy of this bucket with " + wanted,
                        policy -> denies(policy.at("policy"), bucket, wanted));
    }

    private static Finding denies(Property policy, Resource bucket, String wanted) {
        return Finding.of(() -> {
            PolicyDocument document = PolicyDocument.ofResource(policy);
            String arn = arn(bucket);
            return document.mustDeny(
                    BucketPolicyRules::isOfPlaintext,
                    List.of(false, true),
                    (statement, within) ->
                            within ? statement.coversAllWithin(arn + "/") : statement.coversResource(arn),
                    wanted);
        });
    }

    private static boolean isOfPlaintext(Statement statement) {
        return statement.isOfEveryone()
                && statement.coversService("s3")
                && !statement.hasNotAction()
                && statement.hasOnlyCondition(condition -> condition.is("aws:securetransport", false));
    }

    /** The ARN of a bucket follows from its name; the partition of an ARN in a policy is that of the bucket. */
    private static String arn(Resource bucket) {
        Property arn = bucket.output("arn");
        if (!arn.isUnknown()
                && arn.text().filter(text -> text.contains(":s3:::")).isPresent()) {
            return arn.text().orElseThrow();
        }
        Property name = bucket.at("bucket").isAbsent() ? bucket.output("id") : bucket.at("bucket");
        return "arn:aws:s3:::" + name.text().orElse("");
    }

    private static Finding namesItsPrincipals(Resource resource) {
        Property policy = resource.at("policy");
        if (resource.kind().equals(AuditBuckets.BUCKET) && policy.isAbsent()) {
            return Finding.notApplicable("the bucket's policy, if any, is a resource of its own");
        }
        return PolicyDocument.ofResource(policy)
                .eachAllowing(statement -> statement.coversEveryone() && !statement.isNarrowedTo(NARROWING)
                        ? statement.violates(
                                "Principal",
                                "named principals, or a condition on the organization, account, VPC endpoint or CloudFront source ARN")
                        : Finding.compliant());
    }
}
