package dev.phigate.components.fleet;

import com.pulumi.aws.ec2.LaunchTemplate;
import com.pulumi.aws.ec2.LaunchTemplateArgs;
import com.pulumi.aws.ec2.inputs.LaunchTemplateBlockDeviceMappingArgs;
import com.pulumi.aws.ec2.inputs.LaunchTemplateBlockDeviceMappingEbsArgs;
import com.pulumi.aws.ec2.inputs.LaunchTemplateIamInstanceProfileArgs;
import com.pulumi.aws.ec2.inputs.LaunchTemplateMetadataOptionsArgs;
import com.pulumi.aws.ec2.inputs.LaunchTemplateMonitoringArgs;
import com.pulumi.aws.ec2.inputs.LaunchTemplateNetworkInterfaceArgs;
import com.pulumi.aws.ec2.inputs.LaunchTemplateTagSpecificationArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.fleet.FleetIntent.Size;
import dev.phigate.components.network.Tier;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One machine of a fleet: no key pair and no public address, instance metadata only with a session token and only for the machine itself,
 * an encrypted disk (45 CFR 164.312(a)(1), 164.312(a)(2)(iv), 164.312(d)).
 *
 * @param plan the fleet
 * @param image what it is launched from
 * @param profile who it is
 * @param userData where it finds its configuration, base64
 */
record AwsMachine(FleetPlan plan, Output<String> image, Output<String> profile, Output<String> userData) {
    private static final String ROOT = "/dev/xvda";
    private static final int DISK_GIB = 20;

    static LaunchTemplate template(
            String name, AwsMachine machine, AwsFleetSurroundings around, AwsSite site, Resource parent) {
        return new LaunchTemplate(
                name,
                LaunchTemplateArgs.builder()
                        .name(site.name("balancer"))
                        .description(
                                "phigate balancer " + machine.plan().image().digest())
                        .updateDefaultVersion(true)
                        .imageId(machine.image())
                        .instanceType(type(machine.plan().machines().size()))
                        .ebsOptimized("true")
                        .instanceInitiatedShutdownBehavior("terminate")
                        .iamInstanceProfile(LaunchTemplateIamInstanceProfileArgs.builder()
                                .name(machine.profile())
                                .build())
                        .metadataOptions(LaunchTemplateMetadataOptionsArgs.builder()
                                .httpEndpoint("enabled")
                                .httpTokens("required")
                                .httpPutResponseHopLimit(1)
                                .httpProtocolIpv6("disabled")
                                .instanceMetadataTags("disabled")
                                .build())
                        .monitoring(LaunchTemplateMonitoringArgs.builder()
                                .enabled(true)
                                .build())
                        .networkInterfaces(LaunchTemplateNetworkInterfaceArgs.builder()
                                .deviceIndex(0)
                                .associatePublicIpAddress("false")
                                .deleteOnTermination("true")
                                .securityGroups(
                                        around.network().group(Tier.BALANCER).applyValue(List::of))
                                .build())
                        .blockDeviceMappings(LaunchTemplateBlockDeviceMappingArgs.builder()
                                .deviceName(ROOT)
                                .ebs(LaunchTemplateBlockDeviceMappingEbsArgs.builder()
                                        .volumeType("gp3")
                                        .volumeSize(DISK_GIB)
                                        .encrypted("true")
                                        .kmsKeyId(around.keys().arn(DataClass.WORKLOAD))
                                        .deleteOnTermination("true")
                                        .build())
                                .build())
                        .userData(machine.userData())
                        .tagSpecifications(tagSpecifications(machine.plan(), site))
                        .tags(tags(machine.plan(), site))
                        .build(),
                site.childOf(parent).build());
    }

    private static String type(Size size) {
        return switch (size) {
            case SMALL -> "c7i.large";
            case MEDIUM -> "c7i.xlarge";
            case LARGE -> "c7i.2xlarge";
        };
    }

    private static List<LaunchTemplateTagSpecificationArgs> tagSpecifications(FleetPlan plan, AwsSite site) {
        return Stream.of("instance", "volume", "network-interface")
                .map(type -> LaunchTemplateTagSpecificationArgs.builder()
                        .resourceType(type)
                        .tags(tags(plan, site))
                        .build())
                .toList();
    }

    private static Map<String, String> tags(FleetPlan plan, AwsSite site) {
        Map<String, String> tags = new TreeMap<>(site.tags(DataClass.WORKLOAD));
        tags.put("Name", site.name("balancer"));
        tags.put("role", "balancer");
        tags.put(AwsImage.DIGEST_TAG, plan.image().digest());
        return tags;
    }
}
