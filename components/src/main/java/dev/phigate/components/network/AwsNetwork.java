package dev.phigate.components.network;

import com.pulumi.aws.cloudwatch.LogGroup;
import com.pulumi.aws.ec2.DefaultSecurityGroup;
import com.pulumi.aws.ec2.DefaultSecurityGroupArgs;
import com.pulumi.aws.ec2.FlowLog;
import com.pulumi.aws.ec2.FlowLogArgs;
import com.pulumi.aws.ec2.RouteTable;
import com.pulumi.aws.ec2.RouteTableArgs;
import com.pulumi.aws.ec2.RouteTableAssociation;
import com.pulumi.aws.ec2.RouteTableAssociationArgs;
import com.pulumi.aws.ec2.Subnet;
import com.pulumi.aws.ec2.SubnetArgs;
import com.pulumi.aws.ec2.Vpc;
import com.pulumi.aws.ec2.VpcArgs;
import com.pulumi.aws.ec2.VpcEndpoint;
import com.pulumi.aws.ec2.VpcEndpointArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.CustomResourceOptions;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsLogGroup;
import dev.phigate.components.aws.AwsServiceRole;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import dev.phigate.settings.Cidr;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A VPC without a way in or out but those that the plan names: no internet gateway, no NAT, AWS's services through private endpoints, a
 * default security group without rules, and a record of every flow. Serves 45 CFR 164.312(a)(1) (access), 164.312(e)(1) (transmission) and
 * 164.312(b) (audit controls).
 */
public final class AwsNetwork extends ComponentResource {
    private static final int AGGREGATION_SECONDS = 60;

    private final AwsSite site;
    private final Vpc vpc;
    private final AwsNetworkOutputs outputs;

    /**
     * How flows are recorded.
     *
     * @param key the key of the audit class in the home region
     * @param retentionDays how long the record is kept
     * @param boundary the most that the role that writes it may do
     */
    public record Recording(Output<String> key, int retentionDays, Output<String> boundary) {}

    /** Renders a plan. */
    public AwsNetwork(String name, NetworkPlan plan, Recording recording, AwsSite site) {
        super("phigate:components:Network", name, site.child());
        this.site = site;
        vpc = new Vpc(
                site.name("network"),
                VpcArgs.builder()
                        .cidrBlock(plan.space().toString())
                        .enableDnsSupport(true)
                        .enableDnsHostnames(true)
                        .tags(named("network"))
                        .build(),
                options());
        new DefaultSecurityGroup(
                site.name("nobody"),
                DefaultSecurityGroupArgs.builder()
                        .vpcId(vpc.id())
                        .tags(named("nobody"))
                        .build(),
                options());
        RouteTable privateTable = routeTable("private");
        RouteTable balancerTable = routeTable("balancer");
        Map<String, Output<String>> privates = subnets("private", plan.privateSubnets(), privateTable);
        Map<String, Output<String>> balancers = subnets("balancer", plan.balancerSubnets(), balancerTable);
        AwsSecurityGroups groups = new AwsSecurityGroups(plan, vpc.id(), site, this);
        VpcEndpoint storage = new VpcEndpoint(
                site.name("s3"),
                endpoint(AwsEndpointPlan.S3)
                        .vpcEndpointType("Gateway")
                        .routeTableIds(Output.all(privateTable.id(), balancerTable.id()))
                        .build(),
                options());
        groups.reachStorage(storage.prefixListId());
        outputs = new AwsNetworkOutputs(
                vpc.id(),
                plan.space().toString(),
                privates,
                balancers,
                privateTable.id(),
                balancerTable.id(),
                groups.ids());
        AwsEndpointPlan.INTERFACES.forEach(this::interfaceEndpoint);
        record(recording);
        registerOutputs(Map.of("vpcId", vpc.id()));
    }

    /** The network as others use it. */
    public AwsNetworkOutputs outputs() {
        return outputs;
    }

    private RouteTable routeTable(String part) {
        return new RouteTable(
                site.name(part),
                RouteTableArgs.builder().vpcId(vpc.id()).tags(named(part)).build(),
                options());
    }

    private Map<String, Output<String>> subnets(String tier, Map<String, Cidr> blocks, RouteTable table) {
        Map<String, Output<String>> ids = new LinkedHashMap<>();
        blocks.forEach((zone, block) -> {
            String part = tier + "-" + zone;
            Map<String, String> tags = named(part);
            tags.put("tier", tier);
            Subnet subnet = new Subnet(
                    site.name(part),
                    SubnetArgs.builder()
                            .vpcId(vpc.id())
                            .availabilityZone(zone)
                            .cidrBlock(block.toString())
                            .mapPublicIpOnLaunch(false)
                            .tags(tags)
                            .build(),
                    options());
            new RouteTableAssociation(
                    site.name(part),
                    RouteTableAssociationArgs.builder()
                            .subnetId(subnet.id())
                            .routeTableId(table.id())
                            .build(),
                    options());
            ids.put(zone, subnet.id());
        });
        return ids;
    }

    private void interfaceEndpoint(AwsEndpointPlan endpoint) {
        new VpcEndpoint(
                site.name(endpoint.service()),
                endpoint(endpoint)
                        .vpcEndpointType("Interface")
                        .privateDnsEnabled(true)
                        .subnetIds(outputs.privateSubnetIds())
                        .securityGroupIds(Output.all(outputs.group(Tier.ENDPOINTS)))
                        .build(),
                options());
    }

    private VpcEndpointArgs.Builder endpoint(AwsEndpointPlan endpoint) {
        return VpcEndpointArgs.builder()
                .vpcId(vpc.id())
                .serviceName(endpoint.serviceName(site.place()))
                .policy(endpoint.policy(site.place()).json())
                .tags(named(endpoint.service()));
    }

    private void record(Recording recording) {
        LogGroup group = AwsLogGroup.of("flows", recording.retentionDays(), recording.key(), site, this);
        AwsServiceRole role = new AwsServiceRole(
                "flows",
                PolicyDocument.trust("vpc-flow-logs.amazonaws.com", site.place()),
                group.arn()
                        .applyValue(arn -> PolicyDocument.of(
                                Statement.allow("Write", "logs:CreateLogStream", "logs:PutLogEvents")
                                        .on(arn + ":*"),
                                Statement.allow("Find", "logs:DescribeLogGroups", "logs:DescribeLogStreams")
                                        .on("*"))),
                recording.boundary(),
                site,
                this);
        new FlowLog(
                site.name("flows"),
                FlowLogArgs.builder()
                        .vpcId(vpc.id())
                        .trafficType("ALL")
                        .logDestinationType("cloud-watch-logs")
                        .logDestination(group.arn())
                        .iamRoleArn(role.arn())
                        .maxAggregationInterval(AGGREGATION_SECONDS)
                        .tags(site.tags(DataClass.AUDIT))
                        .build(),
                site.childOf(this).dependsOn(List.of(role)).build());
    }

    private Map<String, String> named(String part) {
        Map<String, String> tags = new TreeMap<>(site.tags(DataClass.WORKLOAD));
        tags.put("Name", site.name(part));
        return tags;
    }

    private CustomResourceOptions options() {
        return site.childOf(this).build();
    }
}
