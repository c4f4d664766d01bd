package dev.phigate.components.fleet;

import com.pulumi.aws.autoscaling.Group;
import com.pulumi.aws.autoscaling.GroupArgs;
import com.pulumi.aws.autoscaling.Policy;
import com.pulumi.aws.autoscaling.PolicyArgs;
import com.pulumi.aws.autoscaling.inputs.GroupInstanceMaintenancePolicyArgs;
import com.pulumi.aws.autoscaling.inputs.GroupInstanceRefreshArgs;
import com.pulumi.aws.autoscaling.inputs.GroupInstanceRefreshPreferencesArgs;
import com.pulumi.aws.autoscaling.inputs.GroupLaunchTemplateArgs;
import com.pulumi.aws.autoscaling.inputs.GroupTagArgs;
import com.pulumi.aws.autoscaling.inputs.PolicyTargetTrackingConfigurationArgs;
import com.pulumi.aws.autoscaling.inputs.PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs;
import com.pulumi.aws.ec2.LaunchTemplate;
import com.pulumi.aws.lb.TargetGroup;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Balancers on machines of an auto-scaling group behind a layer-4 entry, over all zones of the network. A new image or configuration replaces
 * them one after another, a new one being healthy before an old one goes. Serves 45 CFR 164.312(e)(1) and (e)(2)(ii) (transmission
 * security), 164.312(a)(1) (access control) and 164.308(a)(7)(ii)(C) (emergency mode).
 */
public final class AwsBalancerFleet extends ComponentResource {
    private static final int WARM_SECONDS = 60;
    private static final int MONTH_SECONDS = 2_592_000;
    private static final int ALL = 100;
    private static final int HALF_AS_MANY_AGAIN = 150;
    private static final double BUSY_PERCENT = 60;

    private final AwsSite site;
    private final AwsFleetOutputs outputs;

    /** Renders a plan. */
    public AwsBalancerFleet(String name, FleetPlan plan, AwsFleetSurroundings around, AwsSite site) {
        super("phigate:components:BalancerFleet", name, site.child());
        this.site = site;
        AwsImage image = new AwsImage(name + "-image", plan.image(), around, site, this);
        AwsConfiguration configuration = new AwsConfiguration(name + "-configuration", plan, around, site, this);
        AwsMachineIdentity identity = new AwsMachineIdentity(
                name + "-identity", configuration.rights(), around.roles().boundary(), site, this);
        AwsEntry entry = new AwsEntry(name + "-entry", plan, around, site, this);
        LaunchTemplate template = AwsMachine.template(
                name,
                new AwsMachine(plan, image.id(), identity.profileName(), configuration.userData()),
                around,
                site,
                this);
        List<Resource> first = new ArrayList<>(entry.listeners());
        first.add(identity.rights());
        Group group = group(name, plan, around, template, entry, first);
        scale(name, group);
        outputs = new AwsFleetOutputs(
                Output.of(url(plan)),
                entry.balancer().dnsName(),
                entry.balancer().arnSuffix(),
                suffixes(entry),
                group.name(),
                image.id(),
                configuration.records().bucket().name(),
                configuration.records().replica().name());
        registerOutputs(Map.of("url", outputs.url(), "entryDnsName", outputs.entryDnsName()));
    }

    /** How it is reached and watched. */
    public AwsFleetOutputs outputs() {
        return outputs;
    }

    private Group group(
            String name,
            FleetPlan plan,
            AwsFleetSurroundings around,
            LaunchTemplate template,
            AwsEntry entry,
            List<Resource> first) {
        return new Group(
                name,
                GroupArgs.builder()
                        .name(site.name("balancers"))
                        .minSize(plan.machines().least())
                        .maxSize(plan.machines().most())
                        .vpcZoneIdentifiers(around.network().balancerSubnetIds())
                        .launchTemplate(GroupLaunchTemplateArgs.builder()
                                .id(template.id())
                                .version(template.latestVersion().applyValue(String::valueOf))
                                .build())
                        .targetGroupArns(Output.all(entry.groups().values().stream()
                                .map(TargetGroup::arn)
                                .toList()))
                        .healthCheckType("ELB")
                        .healthCheckGracePeriod(WARM_SECONDS)
                        .defaultInstanceWarmup(WARM_SECONDS)
                        .maxInstanceLifetime(MONTH_SECONDS)
                        .terminationPolicies("OldestLaunchTemplate", "OldestInstance")
                        .instanceMaintenancePolicy(GroupInstanceMaintenancePolicyArgs.builder()
                                .minHealthyPercentage(ALL)
                                .maxHealthyPercentage(HALF_AS_MANY_AGAIN)
                                .build())
                        .instanceRefresh(GroupInstanceRefreshArgs.builder()
                                .strategy("Rolling")
                                .preferences(GroupInstanceRefreshPreferencesArgs.builder()
                                        .minHealthyPercentage(ALL)
                                        .maxHealthyPercentage(HALF_AS_MANY_AGAIN)
                                        .instanceWarmup(Integer.toString(WARM_SECONDS))
                                        .autoRollback(true)
                                        .skipMatching(true)
                                        .build())
                                .build())
                        .metricsGranularity("1Minute")
                        .enabledMetrics("GroupInServiceInstances", "GroupDesiredCapacity", "GroupTotalInstances")
                        .serviceLinkedRoleArn(around.roles().autoScaling())
                        .tags(tags())
                        .build(),
                site.childOf(this).dependsOn(first).build());
    }

    private void scale(String name, Group group) {
        new Policy(
                name,
                PolicyArgs.builder()
                        .name(site.name("balancers-busy"))
                        .autoscalingGroupName(group.name())
                        .policyType("TargetTrackingScaling")
                        .targetTrackingConfiguration(PolicyTargetTrackingConfigurationArgs.builder()
                                .predefinedMetricSpecification(
                                        PolicyTargetTrackingConfigurationPredefinedMetricSpecificationArgs.builder()
                                                .predefinedMetricType("ASGAverageCPUUtilization")
                                                .build())
                                .targetValue(BUSY_PERCENT)
                                .build())
                        .build(),
                site.childOf(this).build());
    }

    /** Groups take their tags one by one. Those of machines, disks and network interfaces are the launch template's. */
    private List<GroupTagArgs> tags() {
        return site.tags(DataClass.WORKLOAD).entrySet().stream()
                .map(tag -> GroupTagArgs.builder()
                        .key(tag.getKey())
                        .value(tag.getValue())
                        .propagateAtLaunch(false)
                        .build())
                .toList();
    }

    private static Map<String, Output<String>> suffixes(AwsEntry entry) {
        Map<String, Output<String>> suffixes = new LinkedHashMap<>();
        entry.groups().forEach((listener, group) -> suffixes.put(listener, group.arnSuffix()));
        return suffixes;
    }

    private static String url(FleetPlan plan) {
        int port = plan.doors().getFirst().port();
        String host = plan.serverNames().getFirst();
        return "https://" + host + (port == 443 ? "" : ":" + port) + "/";
    }
}
