package dev.phigate.components.fleet;

import com.pulumi.asset.FileAsset;
import com.pulumi.aws.ebs.SnapshotImport;
import com.pulumi.aws.ebs.SnapshotImportArgs;
import com.pulumi.aws.ebs.inputs.SnapshotImportDiskContainerArgs;
import com.pulumi.aws.ebs.inputs.SnapshotImportDiskContainerUserBucketArgs;
import com.pulumi.aws.ec2.Ami;
import com.pulumi.aws.ec2.AmiArgs;
import com.pulumi.aws.ec2.inputs.AmiEbsBlockDeviceArgs;
import com.pulumi.aws.s3.BucketObjectv2;
import com.pulumi.aws.s3.BucketObjectv2Args;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsBucket;
import dev.phigate.components.aws.AwsServiceRole;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.BucketPlan;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The machine image in AWS: its disk in a bucket, imported as an encrypted snapshot and registered for UEFI boot with a TPM; or, when
 * somebody has registered it already, its name. Serves 45 CFR 164.312(c)(1) and (c)(2) (integrity) and 164.308(a)(5)(ii)(B).
 */
final class AwsImage extends ComponentResource {
    /** The tag that says of which disk an image was made. */
    static final String DIGEST_TAG = "phigate:image-digest";

    private static final String ROOT = "/dev/xvda";

    private final AwsSite site;
    private final ImageIntent image;
    private final Output<String> id;

    AwsImage(String name, ImageIntent image, AwsFleetSurroundings around, AwsSite site, Resource parent) {
        super(
                "phigate:components:Image",
                name,
                ComponentResourceOptions.builder().parent(parent).build());
        this.site = site;
        this.image = image;
        id = image.artefact()
                .map(artefact -> register(name, artefact, around))
                .orElseGet(() -> Output.of(image.registered().orElseThrow()));
        registerOutputs(Map.of("imageId", id));
    }

    /** What machines are launched from. */
    Output<String> id() {
        return id;
    }

    private Output<String> register(String name, String artefact, AwsFleetSurroundings around) {
        Output<String> key = around.keys().arn(DataClass.IMAGE);
        AwsBucket bucket = new AwsBucket(
                        new BucketPlan(
                                "images",
                                DataClass.IMAGE,
                                BucketPlan.Side.HOME,
                                new BucketPlan.Keeping.WithEnvironment()),
                        key,
                        _ -> List.of(),
                        site,
                        this)
                .logAccess(around.trail().access());
        BucketObjectv2 disk = new BucketObjectv2(
                name + "-disk",
                BucketObjectv2Args.builder()
                        .bucket(bucket.name())
                        .key(image.shortDigest() + ".raw")
                        .source(new FileAsset(artefact))
                        .sourceHash(image.digest())
                        .checksumAlgorithm("SHA256")
                        .serverSideEncryption("aws:kms")
                        .kmsKeyId(key)
                        .tags(tags())
                        .build(),
                site.childOf(this).dependsOn(bucket).build());
        AwsServiceRole importer = importer(bucket, key, around);
        SnapshotImport snapshot = new SnapshotImport(
                name + "-" + image.shortDigest(),
                SnapshotImportArgs.builder()
                        .description("phigate balancer " + image.digest())
                        .diskContainer(SnapshotImportDiskContainerArgs.builder()
                                .format("RAW")
                                .userBucket(SnapshotImportDiskContainerUserBucketArgs.builder()
                                        .s3Bucket(disk.bucket())
                                        .s3Key(disk.key())
                                        .build())
                                .build())
                        .encrypted(true)
                        .kmsKeyId(key)
                        .roleName(importer.name())
                        .tags(tags())
                        .build(),
                site.childOf(this).dependsOn(importer).build());
        return ami(name, snapshot).id();
    }

    private Ami ami(String name, SnapshotImport snapshot) {
        return new Ami(
                name,
                AmiArgs.builder()
                        .name(site.name("balancer-" + image.shortDigest()))
                        .description("phigate balancer " + image.digest())
                        .architecture("x86_64")
                        .virtualizationType("hvm")
                        .bootMode("uefi")
                        .tpmSupport("v2.0")
                        .imdsSupport("v2.0")
                        .enaSupport(true)
                        .rootDeviceName(ROOT)
                        .ebsBlockDevices(AmiEbsBlockDeviceArgs.builder()
                                .deviceName(ROOT)
                                .snapshotId(snapshot.id())
                                .volumeType("gp3")
                                .deleteOnTermination(true)
                                .encrypted(true)
                                .build())
                        .tags(tags())
                        .build(),
                site.childOf(this).build());
    }

    /** The role by which the service that imports disks reads this one. */
    private AwsServiceRole importer(AwsBucket bucket, Output<String> key, AwsFleetSurroundings around) {
        return new AwsServiceRole(
                "image-importer",
                PolicyDocument.of(Statement.allow("Trust", "sts:AssumeRole")
                        .toService("vmie.amazonaws.com")
                        .when("StringEquals", "sts:ExternalId", "vmimport")),
                Output.tuple(bucket.arn(), key).applyValue(both -> importing(both.t1, both.t2)),
                around.roles().boundary(),
                site,
                this);
    }

    private static PolicyDocument importing(String bucket, String key) {
        return PolicyDocument.of(
                Statement.allow("FindDisks", "s3:GetBucketLocation", "s3:ListBucket")
                        .on(bucket),
                Statement.allow("ReadDisks", "s3:GetObject").on(bucket + "/*"),
                Statement.allow(
                                "EncryptSnapshots",
                                "kms:CreateGrant",
                                "kms:Decrypt",
                                "kms:DescribeKey",
                                "kms:Encrypt",
                                "kms:GenerateDataKey*",
                                "kms:ReEncrypt*")
                        .on(key),
                // Descriptions of snapshots cannot be limited to some.
                Statement.allow(
                                "MakeSnapshots",
                                "ec2:CopySnapshot",
                                "ec2:DescribeSnapshots",
                                "ec2:ModifySnapshotAttribute",
                                "ec2:RegisterImage")
                        .on("*"));
    }

    private Map<String, String> tags() {
        Map<String, String> tags = new TreeMap<>(site.tags(DataClass.IMAGE));
        tags.put(DIGEST_TAG, image.digest());
        return tags;
    }
}
