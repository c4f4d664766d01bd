package dev.phigate.components.fleet;

import com.pulumi.aws.s3.BucketLoggingV2;
import com.pulumi.aws.s3.BucketLoggingV2Args;
import com.pulumi.aws.s3.BucketObjectv2;
import com.pulumi.aws.s3.BucketObjectv2Args;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsBucket;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.BucketPlan;
import dev.phigate.components.aws.BucketPlan.Keeping;
import dev.phigate.components.aws.BucketPlan.Side;
import dev.phigate.components.fleet.AwsMachineIdentity.Rights;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * What a machine starts with and what it leaves: its configuration document in an encrypted bucket, named by its digest in the user data, and
 * a locked bucket for its records. Secrets are references in the document. Serves 45 CFR 164.312(a)(2)(iv) (encryption), 164.312(b)
 * (audit controls) and 164.312(c)(1) (integrity).
 */
final class AwsConfiguration extends ComponentResource {
    private final AwsSite site;
    private final AwsFleetSurroundings around;
    private final FleetPlan plan;
    private final BucketObjectv2 document;
    private final AwsBucket records;

    AwsConfiguration(String name, FleetPlan plan, AwsFleetSurroundings around, AwsSite site, Resource parent) {
        super(
                "phigate:components:Configuration",
                name,
                ComponentResourceOptions.builder().parent(parent).build());
        this.site = site;
        this.around = around;
        this.plan = plan;
        AwsBucket bucket = bucket("balancer", DataClass.SECRETS, new Keeping.WithEnvironment());
        records = bucket(
                "records",
                DataClass.AUDIT,
                new Keeping.AddedTo(around.retentionDays(), AwsMachineIdentity.roleArn(site)));
        document = new BucketObjectv2(
                name,
                BucketObjectv2Args.builder()
                        .bucket(bucket.name())
                        .key("configuration/" + plan.documentDigest() + ".json")
                        .content(plan.document())
                        .contentType("application/json")
                        .serverSideEncryption("aws:kms")
                        .kmsKeyId(around.keys().arn(DataClass.SECRETS))
                        .tags(site.tags(DataClass.SECRETS))
                        .build(),
                site.childOf(this).dependsOn(bucket).build());
        registerOutputs(Map.of("bucket", bucket.name(), "records", records.name()));
    }

    /** What a machine may do with it. */
    Output<Rights> rights() {
        Output<String> key = document.key();
        return Output.tuple(
                        document.bucket(),
                        key,
                        records.arn(),
                        around.keys().arn(DataClass.SECRETS),
                        around.keys().arn(DataClass.AUDIT))
                .applyValue(each -> new Rights(
                        site.place().bucketArn(each.t1) + "/" + each.t2,
                        site.place().arn("secretsmanager", "secret:" + SecretNames.folder(plan.environment()) + "*"),
                        each.t4,
                        each.t3 + "/" + plan.origin() + "/*",
                        each.t5));
    }

    /** The user data of a machine, in base64. The image reads it at boot, checks the document's digest, and fetches what it refers to. */
    Output<String> userData() {
        return Output.tuple(document.bucket(), document.key(), records.name())
                .applyValue(each -> Base64.getEncoder()
                        .encodeToString(plan.userData("s3://" + each.t1 + "/" + each.t2, "s3://" + each.t3 + "/")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    /** The bucket of records, which outlives the environment. */
    AwsBucket records() {
        return records;
    }

    private AwsBucket bucket(String part, DataClass dataClass, Keeping keeping) {
        AwsBucket bucket = new AwsBucket(
                new BucketPlan(part, dataClass, Side.HOME, keeping),
                around.keys().arn(dataClass),
                _ -> List.of(),
                site,
                this);
        new BucketLoggingV2(
                site.name(part) + "-access",
                BucketLoggingV2Args.builder()
                        .bucket(bucket.name())
                        .targetBucket(around.trail().accessLogBucket())
                        .targetPrefix(part + "/")
                        .build(),
                bucket.guard(around.trail().ready()));
        return bucket;
    }
}
