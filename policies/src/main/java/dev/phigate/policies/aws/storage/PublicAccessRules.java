package dev.phigate.policies.aws.storage;

import static dev.phigate.policies.aws.AuditBuckets.BUCKET;
import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_3_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.pack.Rule;
import java.util.List;

/** Rules that keep S3 buckets from being public. */
public final class PublicAccessRules {
    private static final String BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    private static final List<String> FLAGS =
            List.of("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets");

    private PublicAccessRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                rule("aws-s3-block-public-access", PublicAccessRules::setsAllFlags)
                        .on(BLOCK, "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock")
                        .cites(S164_312_A_1, S164_308_A_3_I, S164_308_A_1_II_B)
                        .fix(
                                "blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true"),
                stackRule("aws-s3-bucket-has-public-access-block", PublicAccessRules::hasBlock)
                        .on(BUCKET)
                        .cites(S164_312_A_1, S164_308_A_3_I, S164_308_A_1_II_B)
                        .fix("a BucketPublicAccessBlock with bucket: ${bucket.id} and all four flags true"));
    }

    private static Finding setsAllFlags(Resource block) {
        return Finding.each(FLAGS.stream(), flag -> block.at(flag).mustBe(true));
    }

    private static Finding hasBlock(Resource bucket, Stack stack) {
        return stack.referring(bucket, BLOCK, "bucket").exist("a BucketPublicAccessBlock of this bucket");
    }
}
