package dev.phigate.components.aws;

import com.pulumi.aws.s3.BucketLoggingV2;
import com.pulumi.aws.s3.BucketLoggingV2Args;
import com.pulumi.aws.s3.BucketObjectLockConfigurationV2;
import com.pulumi.aws.s3.BucketObjectLockConfigurationV2Args;
import com.pulumi.aws.s3.BucketOwnershipControls;
import com.pulumi.aws.s3.BucketOwnershipControlsArgs;
import com.pulumi.aws.s3.BucketPolicy;
import com.pulumi.aws.s3.BucketPolicyArgs;
import com.pulumi.aws.s3.BucketPublicAccessBlock;
import com.pulumi.aws.s3.BucketPublicAccessBlockArgs;
import com.pulumi.aws.s3.BucketServerSideEncryptionConfigurationV2;
import com.pulumi.aws.s3.BucketServerSideEncryptionConfigurationV2Args;
import com.pulumi.aws.s3.BucketV2;
import com.pulumi.aws.s3.BucketV2Args;
import com.pulumi.aws.s3.BucketVersioningV2;
import com.pulumi.aws.s3.BucketVersioningV2Args;
import com.pulumi.aws.s3.inputs.BucketObjectLockConfigurationV2RuleArgs;
import com.pulumi.aws.s3.inputs.BucketObjectLockConfigurationV2RuleDefaultRetentionArgs;
import com.pulumi.aws.s3.inputs.BucketOwnershipControlsRuleArgs;
import com.pulumi.aws.s3.inputs.BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs;
import com.pulumi.aws.s3.inputs.BucketServerSideEncryptionConfigurationV2RuleArgs;
import com.pulumi.aws.s3.inputs.BucketVersioningV2VersioningConfigurationArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.aws.BucketPlan.Side;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An S3 bucket with everything that guards it. Serves 45 CFR 164.312(a)(1) and (a)(2)(iv) (access, encryption), 164.312(c)(1) (integrity)
 * and 164.312(e)(1) (transmission). Who depends on the component waits until the bucket is guarded.
 */
public final class AwsBucket extends ComponentResource {
    private final BucketPlan plan;
    private final AwsSite site;
    private final BucketV2 bucket;
    private final BucketVersioningV2 versioning;

    /**
     * Renders a plan.
     *
     * @param key the customer-managed key that encrypts it, in its region; not used where the plan says that it has none of its own
     * @param grants what its policy allows, given its ARN
     * @param parent the component that it is part of
     */
    public AwsBucket(
            BucketPlan plan,
            Output<String> key,
            Function<String, List<Statement>> grants,
            AwsSite site,
            Resource parent) {
        super(
                "phigate:components:Bucket",
                site.name(plan.part()),
                ComponentResourceOptions.builder().parent(parent).build());
        this.plan = plan;
        this.site = site;
        bucket = new BucketV2(
                name(""),
                BucketV2Args.builder()
                        .objectLockEnabled(plan.lockDays().isPresent())
                        .forceDestroy(!plan.survives())
                        .tags(site.tags(plan.dataClass()))
                        .build(),
                options());
        BucketPublicAccessBlock block = new BucketPublicAccessBlock(
                name("-private"),
                BucketPublicAccessBlockArgs.builder()
                        .bucket(bucket.id())
                        .blockPublicAcls(true)
                        .blockPublicPolicy(true)
                        .ignorePublicAcls(true)
                        .restrictPublicBuckets(true)
                        .build(),
                options());
        new BucketOwnershipControls(
                name("-owner"),
                BucketOwnershipControlsArgs.builder()
                        .bucket(bucket.id())
                        .rule(BucketOwnershipControlsRuleArgs.builder()
                                .objectOwnership("BucketOwnerEnforced")
                                .build())
                        .build(),
                options(block));
        versioning = new BucketVersioningV2(
                name("-versions"),
                BucketVersioningV2Args.builder()
                        .bucket(bucket.id())
                        .versioningConfiguration(BucketVersioningV2VersioningConfigurationArgs.builder()
                                .status("Enabled")
                                .build())
                        .build(),
                options());
        encrypt(key);
        lock();
        new BucketPolicy(
                name("-policy"),
                BucketPolicyArgs.builder()
                        .bucket(bucket.id())
                        .policy(arn().applyValue(arn ->
                                plan.policy(arn, grants.apply(arn)).json()))
                        .build(),
                options(block));
        registerOutputs(Map.of("bucket", bucket.bucket(), "arn", bucket.arn()));
    }

    private void encrypt(Output<String> key) {
        var byDefault = BucketServerSideEncryptionConfigurationV2RuleApplyServerSideEncryptionByDefaultArgs.builder();
        if (plan.hasOwnKey()) {
            byDefault.sseAlgorithm("aws:kms").kmsMasterKeyId(key);
        } else {
            byDefault.sseAlgorithm("AES256");
        }
        new BucketServerSideEncryptionConfigurationV2(
                name("-encryption"),
                BucketServerSideEncryptionConfigurationV2Args.builder()
                        .bucket(bucket.id())
                        .rules(BucketServerSideEncryptionConfigurationV2RuleArgs.builder()
                                .applyServerSideEncryptionByDefault(byDefault.build())
                                .bucketKeyEnabled(plan.hasOwnKey())
                                .build())
                        .build(),
                options());
    }

    private void lock() {
        plan.lockDays()
                .ifPresent(days -> new BucketObjectLockConfigurationV2(
                        name("-lock"),
                        BucketObjectLockConfigurationV2Args.builder()
                                .bucket(bucket.id())
                                .rule(BucketObjectLockConfigurationV2RuleArgs.builder()
                                        .defaultRetention(
                                                BucketObjectLockConfigurationV2RuleDefaultRetentionArgs.builder()
                                                        .mode("COMPLIANCE")
                                                        .days(days)
                                                        .build())
                                        .build())
                                .build(),
                        options(versioning)));
    }

    /** Its name. */
    public Output<String> name() {
        return bucket.bucket();
    }

    /** Its ARN, which is known as soon as its name is: in a preview already. */
    public Output<String> arn() {
        return bucket.bucket().applyValue(site.place()::bucketArn);
    }

    /** Has S3 tell who reaches it, in a folder of its own name. */
    public AwsBucket logAccess(AwsAccessLogs logs) {
        new BucketLoggingV2(
                name("-access"),
                BucketLoggingV2Args.builder()
                        .bucket(bucket.bucket())
                        .targetBucket(logs.bucket())
                        .targetPrefix(plan.part() + "/")
                        .build(),
                guard(logs.ready()));
        return this;
    }

    /**
     * Options of what replicates it or logs its access: one more of its guards, which stays as long as it.
     *
     * @param after what must be there first, beside its versions
     */
    CustomResourceOptions guard(Resource after) {
        return options(versioning, after);
    }

    private String name(String guard) {
        return site.name(plan.part()) + guard;
    }

    private CustomResourceOptions options(Resource... after) {
        CustomResourceOptions.Builder options =
                plan.side() == Side.HOME ? site.childOf(this) : site.inBackupRegion(this);
        options.dependsOn(after);
        return plan.survives() ? site.surviving(options) : options.build();
    }
}
