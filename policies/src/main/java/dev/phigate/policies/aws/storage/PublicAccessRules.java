package dev.phigate.policies.aws.storage;

import static dev.phigate.policies.aws.AuditBuckets.BUCKET;
import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_3_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.pack.Rule;
import java.util.List;

/** Rules that keep S3 buckets, snapshots and images from being public. */
public final class PublicAccessRules {
    private static final String BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    private static final List<String> FLAGS =
            List.of("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets");

    private static final String OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";
    private static final String ACL = "aws:s3/bucketAcl:BucketAcl";
    private static final List<String> PRIVATE_ACLS =
            List.of("private", "aws-exec-read", "bucket-owner-read", "bucket-owner-full-control", "log-delivery-write");
    private static final String LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";
    private static final String SNAPSHOTS = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess";
    private static final String IMAGES = "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess";
    private static final String LAUNCH = "aws:ec2/amiLaunchPermission:AmiLaunchPermission";

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
                        .fix("a BucketPublicAccessBlock with bucket: ${bucket.id} and all four flags true"),
                rule("aws-s3-acl-disabled", PublicAccessRules::grantsByPolicyOnly)
                        .on(OWNERSHIP, ACL, BUCKET)
                        .cites(S164_312_A_1, S164_308_A_4_I)
                        .fix("no acl: a bucket policy that names principals")
                        .fix(OWNERSHIP, "rule: {objectOwnership: BucketOwnerEnforced}"),
                rule("aws-snapshots-not-public", PublicAccessRules::sharesWithNamedAccounts)
                        .on(SNAPSHOTS, IMAGES, LAUNCH)
                        .cites(S164_312_A_1, S164_308_A_4_I)
                        .fix(SNAPSHOTS, "state: block-all-sharing")
                        .fix(IMAGES, "state: block-new-sharing")
                        .fix(LAUNCH, "accountId: \"123456789012\", and no group"));
    }

    private static Finding setsAllFlags(Resource block) {
        return Finding.each(FLAGS.stream(), flag -> block.at(flag).mustBe(true));
    }

    private static Finding hasBlock(Resource bucket, Stack stack) {
        return stack.referring(bucket, BLOCK, "bucket").exist("a BucketPublicAccessBlock of this bucket");
    }

    private static Finding grantsByPolicyOnly(Resource resource) {
        return switch (resource.kind()) {
            case OWNERSHIP -> resource.at("rule.objectOwnership").mustBe("BucketOwnerEnforced");
            case ACL -> isPrivate(resource.at("acl"), resource.at("accessControlPolicy.grants"));
            default -> isPrivate(resource.at("acl"), resource.at("grants"));
        };
    }

    private static Finding isPrivate(Property acl, Property grants) {
        return Finding.all(
                () -> acl.orWhenAbsent("private").mustBeOneOf(PRIVATE_ACLS),
                () -> grants.each(grant -> isNoGroup(grant.at("uri")).and(isNoGroup(grant.at("grantee.uri")))));
    }

    private static Finding isNoGroup(Property group) {
        return group.isAbsent() ? Finding.compliant() : group.mustBe(LOG_DELIVERY);
    }

    private static Finding sharesWithNamedAccounts(Resource resource) {
        return switch (resource.kind()) {
            case SNAPSHOTS -> resource.at("state").mustBe("block-all-sharing");
            case IMAGES -> resource.at("state").mustBe("block-new-sharing");
            default -> resource.at("group").mustBeAbsent("no group: accounts that are named");
        };
    }
}
