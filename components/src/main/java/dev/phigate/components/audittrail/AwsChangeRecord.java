package dev.phigate.components.audittrail;

import com.pulumi.aws.cfg.DeliveryChannel;
import com.pulumi.aws.cfg.DeliveryChannelArgs;
import com.pulumi.aws.cfg.Recorder;
import com.pulumi.aws.cfg.RecorderArgs;
import com.pulumi.aws.cfg.RecorderStatus;
import com.pulumi.aws.cfg.RecorderStatusArgs;
import com.pulumi.aws.cfg.inputs.DeliveryChannelSnapshotDeliveryPropertiesArgs;
import com.pulumi.aws.cfg.inputs.RecorderRecordingGroupArgs;
import com.pulumi.aws.iam.RolePolicyAttachment;
import com.pulumi.aws.iam.RolePolicyAttachmentArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.Resource;
import dev.phigate.components.aws.AwsBucket;
import dev.phigate.components.aws.AwsServiceRole;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;

/**
 * AWS Config: how every resource of the region, and every global one, was at any time. Its role reads more services than any other of the
 * environment, so the most that it may ever do is AWS's own policy for it.
 */
final class AwsChangeRecord {
    AwsChangeRecord(AwsTrailPlan plan, AwsBucket bucket, Output<String> key, AwsSite site, Resource parent) {
        String reading = "arn:" + site.place().partition() + ":iam::aws:policy/service-role/AWS_ConfigRole";
        AwsServiceRole role = new AwsServiceRole(
                "config",
                PolicyDocument.trust("config.amazonaws.com", site.place()),
                bucket.arn().applyValue(plan::recording),
                Output.of(reading),
                site,
                parent);
        RolePolicyAttachment reads = new RolePolicyAttachment(
                site.name("config-reads"),
                RolePolicyAttachmentArgs.builder()
                        .role(role.name())
                        .policyArn(reading)
                        .build(),
                site.childOf(parent).build());
        Recorder recorder = new Recorder(
                site.name("recorder"),
                RecorderArgs.builder()
                        .name(site.name("recorder"))
                        .roleArn(role.arn())
                        .recordingGroup(RecorderRecordingGroupArgs.builder()
                                .allSupported(true)
                                .includeGlobalResourceTypes(true)
                                .build())
                        .build(),
                site.childOf(parent).dependsOn(reads).build());
        DeliveryChannel channel = new DeliveryChannel(
                site.name("recorder"),
                DeliveryChannelArgs.builder()
                        .name(site.name("recorder"))
                        .s3BucketName(bucket.name())
                        .s3KmsKeyArn(key)
                        .snapshotDeliveryProperties(DeliveryChannelSnapshotDeliveryPropertiesArgs.builder()
                                .deliveryFrequency("TwentyFour_Hours")
                                .build())
                        .build(),
                site.childOf(parent).dependsOn(recorder, bucket).build());
        new RecorderStatus(
                site.name("recorder"),
                RecorderStatusArgs.builder()
                        .name(recorder.name())
                        .isEnabled(true)
                        .build(),
                site.childOf(parent).dependsOn(channel).build());
    }
}
