package dev.phigate.components.network;

import com.pulumi.aws.ec2.SecurityGroup;
import com.pulumi.aws.ec2.SecurityGroupArgs;
import com.pulumi.aws.vpc.SecurityGroupEgressRule;
import com.pulumi.aws.vpc.SecurityGroupEgressRuleArgs;
import com.pulumi.aws.vpc.SecurityGroupIngressRule;
import com.pulumi.aws.vpc.SecurityGroupIngressRuleArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A security group for each tier, and a rule on either side of everything that the plan allows, with its reason. */
final class AwsSecurityGroups {
    private static final int HTTPS = 443;

    private final AwsSite site;
    private final Resource parent;
    private final Map<Tier, Output<String>> ids = new EnumMap<>(Tier.class);

    AwsSecurityGroups(NetworkPlan plan, Output<String> vpcId, AwsSite site, Resource parent) {
        this.site = site;
        this.parent = parent;
        for (Tier tier : Tier.values()) {
            Map<String, String> tags = tags();
            tags.put("Name", site.name(tier.written()));
            SecurityGroup group = new SecurityGroup(
                    site.name(tier.written()),
                    SecurityGroupArgs.builder()
                            .vpcId(vpcId)
                            .description("phigate: " + tier.written() + " of "
                                    + site.environment().name())
                            .tags(tags)
                            .build(),
                    site.childOf(parent).build());
            ids.put(tier, group.id());
        }
        plan.named().forEach(this::render);
    }

    Map<Tier, Output<String>> ids() {
        return ids;
    }

    /** Balancers reach S3 by a route, whose addresses are AWS's list. */
    void reachStorage(Output<String> prefixList) {
        new SecurityGroupEgressRule(
                site.name("balancer-to-s3"),
                SecurityGroupEgressRuleArgs.builder()
                        .securityGroupId(id(Tier.BALANCER))
                        .prefixListId(prefixList)
                        .ipProtocol("tcp")
                        .fromPort(HTTPS)
                        .toPort(HTTPS)
                        .description("S3 through its private endpoint")
                        .tags(tags())
                        .build(),
                site.childOf(parent).build());
    }

    private void render(String name, Reach reach) {
        SecurityGroupIngressRuleArgs.Builder in = SecurityGroupIngressRuleArgs.builder()
                .securityGroupId(id(reach.to()))
                .ipProtocol("tcp")
                .fromPort(reach.port())
                .toPort(reach.port())
                .description(reach.reason())
                .tags(tags());
        reach.from().ifPresent(tier -> in.referencedSecurityGroupId(id(tier)));
        reach.outside().ifPresent(block -> in.cidrIpv4(block.toString()));
        new SecurityGroupIngressRule(
                site.name(name), in.build(), site.childOf(parent).build());
        reach.from()
                .ifPresent(tier -> new SecurityGroupEgressRule(
                        site.name(name),
                        SecurityGroupEgressRuleArgs.builder()
                                .securityGroupId(id(tier))
                                .referencedSecurityGroupId(id(reach.to()))
                                .ipProtocol("tcp")
                                .fromPort(reach.port())
                                .toPort(reach.port())
                                .description(reach.reason())
                                .tags(tags())
                                .build(),
                        site.childOf(parent).build()));
    }

    private Output<String> id(Tier tier) {
        return Objects.requireNonNull(ids.get(tier), tier.written());
    }

    private Map<String, String> tags() {
        return new TreeMap<>(site.tags(DataClass.WORKLOAD));
    }
}
