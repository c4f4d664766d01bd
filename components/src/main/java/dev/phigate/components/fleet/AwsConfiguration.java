package dev.phigate.components.fleet;

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
 * What a machine starts with, its configuration document in an encrypted bucket, named by its digest in the user data; and where it leaves its
 * records. Secrets are references in the document. Serves 45 CFR 164.312(a)(2)(iv) (encryption) and 164.312(b) (audit controls).
 */
final class AwsConfiguration extends ComponentResource {
    private final AwsSite site;
    private final AwsFleetSurroundings around;
    private final FleetPlan plan;
    private final BucketObjectv2 document;
    private final AwsRecords records;

    AwsConfiguration(String name, FleetPlan plan, AwsFleetSurroundings around, AwsSite site, Resource parent) {
        super(
                "phigate:components:Configuration",
                name,
                ComponentResourceOptions.builder().parent(parent).build());
        this.site = site;
        this.around = around;
        this.plan = plan;
        AwsBucket bucket = new AwsBucket(
                        new BucketPlan("balancer", DataClass.SECRETS, Side.HOME, new Keeping.WithEnvironment()),
                        around.keys().arn(DataClass.SECRETS),
                        _ -> List.of(),
                        site,
                        this)
                .logAccess(around.trail().access());
        records = new AwsRecords(name + "-records", around, site, this);
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
        registerOutputs(
                Map.of("bucket", bucket.name(), "records", records.bucket().name()));
    }

    /** What a machine may do with it. */
    Output<Rights> rights() {
        Output<String> key = document.key();
        return Output.tuple(
                        document.bucket(),
                        key,
                        records.bucket().arn(),
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
        return Output.tuple(document.bucket(), document.key(), records.bucket().name())
                .applyValue(each -> Base64.getEncoder()
                        .encodeToString(plan.userData("s3://" + each.t1 + "/" + each.t2, "s3://" + each.t3 + "/")
                                .getBytes(StandardCharsets.UTF_8)));
    }

    /** Where machines leave their records, which outlives the environment. */
    AwsRecords records() {
        return records;
    }
}
