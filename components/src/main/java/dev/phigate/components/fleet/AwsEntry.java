package dev.phigate.components.fleet;

import com.pulumi.aws.lb.Listener;
import com.pulumi.aws.lb.ListenerArgs;
import com.pulumi.aws.lb.LoadBalancer;
import com.pulumi.aws.lb.LoadBalancerArgs;
import com.pulumi.aws.lb.TargetGroup;
import com.pulumi.aws.lb.TargetGroupArgs;
import com.pulumi.aws.lb.inputs.ListenerDefaultActionArgs;
import com.pulumi.aws.lb.inputs.LoadBalancerAccessLogsArgs;
import com.pulumi.aws.lb.inputs.TargetGroupHealthCheckArgs;
import com.pulumi.aws.route53.Record;
import com.pulumi.aws.route53.RecordArgs;
import com.pulumi.aws.route53.Zone;
import com.pulumi.aws.route53.ZoneArgs;
import com.pulumi.aws.route53.inputs.RecordAliasArgs;
import com.pulumi.aws.route53.inputs.ZoneVpcArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.fleet.FleetPlan.Door;
import dev.phigate.components.network.Tier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The entry of a fleet: a network load balancer that passes TLS through, since the balancers are where it ends, and private names for it.
 * Serves 45 CFR 164.312(e)(1) (transmission security) and 164.308(a)(7)(ii)(C) (emergency mode: no zone is needed alone).
 */
final class AwsEntry extends ComponentResource {
    /** Longer than a stopping balancer waits for open requests. */
    private static final int DRAIN_SECONDS = 60;

    private static final int IDLE_SECONDS = 350;

    private final AwsSite site;
    private final FleetPlan plan;
    private final LoadBalancer entry;
    private final Map<String, TargetGroup> groups = new LinkedHashMap<>();
    private final List<Resource> listeners = new ArrayList<>();

    AwsEntry(String name, FleetPlan plan, AwsFleetSurroundings around, AwsSite site, Resource parent) {
        super(
                "phigate:components:Entry",
                name,
                ComponentResourceOptions.builder().parent(parent).build());
        this.site = site;
        this.plan = plan;
        entry = new LoadBalancer(
                name,
                LoadBalancerArgs.builder()
                        .name(plan.shortName("entry"))
                        .loadBalancerType("network")
                        .internal(true)
                        .ipAddressType("ipv4")
                        .subnets(around.network().balancerSubnetIds())
                        .securityGroups(around.network().group(Tier.ENTRY).applyValue(List::of))
                        .enableCrossZoneLoadBalancing(true)
                        .enableDeletionProtection(!site.goingDown())
                        .enforceSecurityGroupInboundRulesOnPrivateLinkTraffic("on")
                        .accessLogs(LoadBalancerAccessLogsArgs.builder()
                                .enabled(true)
                                .bucket(around.trail().auditBucket())
                                .prefix("balancer")
                                .build())
                        .tags(site.tags(DataClass.WORKLOAD))
                        .build(),
                // A load balancer whose log may not be written yet is refused.
                site.childOf(this).dependsOn(around.trail().auditReady()).build());
        for (Door door : plan.doors()) {
            groups.put(
                    door.name(),
                    open(name + "-" + door.name(), door, around.network().vpcId()));
        }
        makeKnown(name, around.network().vpcId());
        registerOutputs(Map.of("dnsName", entry.dnsName()));
    }

    LoadBalancer balancer() {
        return entry;
    }

    /** The machines behind each listener, by its name. */
    Map<String, TargetGroup> groups() {
        return groups;
    }

    /** What machines wait for: a group without a listener checks nothing. */
    List<Resource> listeners() {
        return listeners;
    }

    private TargetGroup open(String name, Door door, Output<String> vpcId) {
        TargetGroup group = new TargetGroup(
                name,
                TargetGroupArgs.builder()
                        .name(plan.shortName(door.name() + "-" + door.port()))
                        .vpcId(vpcId)
                        .targetType("instance")
                        .protocol("TCP")
                        .port(door.port())
                        .preserveClientIp("true")
                        .proxyProtocolV2(false)
                        .deregistrationDelay(DRAIN_SECONDS)
                        .connectionTermination(false)
                        .healthCheck(TargetGroupHealthCheckArgs.builder()
                                .enabled(true)
                                .protocol("HTTPS")
                                .port("traffic-port")
                                .path(FleetPlan.HEALTH_PATH)
                                .matcher("200-399")
                                .interval(10)
                                .timeout(6)
                                .healthyThreshold(2)
                                .unhealthyThreshold(2)
                                .build())
                        .tags(site.tags(DataClass.WORKLOAD))
                        .build(),
                site.childOf(this).build());
        listeners.add(new Listener(
                name,
                ListenerArgs.builder()
                        .loadBalancerArn(entry.arn())
                        .protocol("TCP")
                        .port(door.port())
                        .tcpIdleTimeoutSeconds(IDLE_SECONDS)
                        .defaultActions(ListenerDefaultActionArgs.builder()
                                .type("forward")
                                .targetGroupArn(group.arn())
                                .build())
                        .tags(site.tags(DataClass.WORKLOAD))
                        .build(),
                site.childOf(this).build()));
        return group;
    }

    private void makeKnown(String name, Output<String> vpcId) {
        Zone zone = new Zone(
                name,
                ZoneArgs.builder()
                        .name(plan.machines().domain())
                        .comment("phigate " + site.environment().name())
                        .vpcs(ZoneVpcArgs.builder().vpcId(vpcId).build())
                        .tags(site.tags(DataClass.WORKLOAD))
                        .build(),
                site.childOf(this).build());
        for (String serverName : plan.serverNames()) {
            new Record(
                    name + "-" + serverName,
                    RecordArgs.builder()
                            .zoneId(zone.zoneId())
                            .name(serverName)
                            .type("A")
                            .aliases(RecordAliasArgs.builder()
                                    .name(entry.dnsName())
                                    .zoneId(entry.zoneId())
                                    .evaluateTargetHealth(true)
                                    .build())
                            .build(),
                    site.childOf(this).build());
        }
    }
}
