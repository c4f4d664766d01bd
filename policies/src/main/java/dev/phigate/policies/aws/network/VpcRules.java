package dev.phigate.policies.aws.network;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_2;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Rules on VPCs, their subnets, and what has a public address in them. */
public final class VpcRules {
    private static final String VPC = "aws:ec2/vpc:Vpc";
    private static final String SUBNET = "aws:ec2/subnet:Subnet";
    private static final String ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
    private static final String FLOW_LOG = "aws:ec2/flowLog:FlowLog";
    private static final Set<String> NARROWING = Set.of(
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:principalaccount",
            "aws:principalarn",
            "aws:resourceorgid",
            "aws:resourceaccount");

    /** What holds workloads, and the property that places it in subnets. */
    private static final Map<String, String> WORKLOADS = Map.of(
            "aws:ec2/instance:Instance", "subnetId",
            "aws:autoscaling/group:Group", "vpcZoneIdentifiers",
            "aws:ecs/service:Service", "networkConfiguration.subnets",
            "aws:lambda/function:Function", "vpcConfig.subnetIds",
            "aws:eks/nodeGroup:NodeGroup", "subnetIds",
            "aws:rds/subnetGroup:SubnetGroup", "subnetIds");

    private VpcRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                stackRule("aws-vpc-flow-logs-enabled", VpcRules::flowIsLogged)
                        .on(VPC)
                        .cites(S164_312_B, S164_308_A_1_II_D, S164_312_C_2, S164_312_E_1)
                        .fix("a FlowLog with vpcId: ${vpc.id}, trafficType: ALL, logDestination: ${logs.arn}"),
                stackRule("aws-subnet-no-auto-public-ip", VpcRules::assignsNoPublicAddress)
                        .on(SUBNET)
                        .cites(S164_312_A_1, S164_312_E_1, S164_308_A_4_II_A)
                        .fix("mapPublicIpOnLaunch: false"),
                stackRule("aws-vpc-private-endpoints", VpcRules::reachesServicesPrivately)
                        .on(VPC)
                        .cites(S164_312_E_1, S164_308_A_4_II_A)
                        .fix(
                                "a VpcEndpoint with vpcId: ${vpc.id}, serviceName: com.amazonaws.REGION.kms, vpcEndpointType: Interface, privateDnsEnabled: true, policy: ..."),
                rule("aws-ec2-no-public-ip", VpcRules::hasNoPublicAddress)
                        .on(
                                "aws:ec2/instance:Instance",
                                "aws:ec2/launchTemplate:LaunchTemplate",
                                "aws:ec2/launchConfiguration:LaunchConfiguration",
                                "aws:ecs/service:Service",
                                "aws:ec2/eip:Eip",
                                "aws:ec2/eipAssociation:EipAssociation")
                        .cites(S164_312_A_1, S164_312_E_1, S164_308_A_4_II_A)
                        .fix("associatePublicIpAddress: false")
                        .fix("aws:ecs/service:Service", "networkConfiguration: {assignPublicIp: false}")
                        .fix("aws:ec2/eip:Eip", "no instance: reach it through a load balancer")
                        .fix(
                                "aws:ec2/eipAssociation:EipAssociation",
                                "no instanceId: reach it through a load balancer"));
    }

    private static Finding flowIsLogged(Resource vpc, Stack stack) {
        return stack.referring(vpc, FLOW_LOG, "vpcId")
                .one(
                        "a FlowLog of this VPC with trafficType ALL and a destination",
                        log -> Finding.all(
                                () -> log.at("trafficType").mustBe("ALL"),
                                () -> log.input()
                                                .either("logDestination", "logGroupName")
                                                .isAbsent()
                                        ? log.at("logDestination").violates("a bucket, log group or delivery stream")
                                        : Finding.compliant()));
    }

    private static Finding assignsNoPublicAddress(Resource subnet, Stack stack) {
        Finding closed = subnet.at("mapPublicIpOnLaunch").orWhenAbsent(false).mustBe(false);
        if (!(closed instanceof Finding.Violation)
                || !subnet.at("tags").field("tier").text().orElse("").equals("public")) {
            return closed;
        }
        for (Map.Entry<String, String> workload : WORKLOADS.entrySet()) {
            Stack.Referrers inside = stack.referring(
                    subnet, stack.ofType(workload.getKey()), resource -> entries(resource.at(workload.getValue())));
            if (!inside.certain().isEmpty()) {
                return Finding.violation(
                        "mapPublicIpOnLaunch",
                        "true, with " + inside.certain().getFirst().urn() + " inside",
                        "nothing but load balancers and NAT gateways in a subnet with tier: public");
            }
        }
        return Finding.compliant();
    }

    private static Stream<Property> entries(Property list) {
        return list.isUnknown() || list.value() instanceof Value.Text ? Stream.of(list) : list.items().stream();
    }

    private static Finding reachesServicesPrivately(Resource vpc, Stack stack) {
        if (stack.referring(vpc, SUBNET, "vpcId").isEmpty()) {
            return Finding.notApplicable("no subnet of this stack is in the VPC");
        }
        boolean containers = stack.ofType(
                        "aws:ecs/service:Service", "aws:ecs/cluster:Cluster", "aws:eks/cluster:Cluster")
                .findAny()
                .isPresent();
        List<String> services = containers
                ? List.of("s3", "kms", "logs", "secretsmanager", "ecr.api", "ecr.dkr")
                : List.of("s3", "kms", "logs", "secretsmanager");
        return Finding.each(
                services.stream(),
                service -> stack.referring(
                                vpc,
                                stack.ofType(ENDPOINT).filter(endpoint -> serves(endpoint, service)),
                                endpoint -> Stream.of(endpoint.at("vpcId")))
                        .one(
                                "a VpcEndpoint for " + service + " that is private and has a policy",
                                VpcRules::isPrivate));
    }

    private static boolean serves(Resource endpoint, String service) {
        Property name = endpoint.at("serviceName");
        return name.isUnknown() || name.text().orElse("").endsWith("." + service);
    }

    private static Finding isPrivate(Resource endpoint) {
        boolean isInterface =
                endpoint.at("vpcEndpointType").text().orElse("Gateway").equals("Interface");
        return Finding.all(
                () -> endpoint.at("serviceName").mustBePresent("the service"),
                () -> isInterface ? endpoint.at("privateDnsEnabled").mustBe(true) : Finding.compliant(),
                () -> endpoint.at("policy")
                        .mustBePresent("a policy: without one everybody may do everything through it"),
                () -> endpoint.at("policy").isAbsent()
                        ? Finding.compliant()
                        : PolicyDocument.of(endpoint.at("policy")).eachAllowing(VpcRules::isBounded));
    }

    private static Finding isBounded(Statement statement) {
        return statement.coversEveryone() && statement.coversEveryAction() && !statement.isNarrowedTo(NARROWING)
                ? statement.violates(
                        "Principal", "named principals, named actions, or a condition on the organization or account")
                : Finding.compliant();
    }

    private static Finding hasNoPublicAddress(Resource resource) {
        return switch (resource.kind()) {
            case "aws:ecs/service:Service" ->
                resource.at("networkConfiguration.assignPublicIp")
                        .orWhenAbsent(false)
                        .mustBe(false);
            case "aws:ec2/eip:Eip" -> resource.at("instance").mustBeAbsent("no instance bound to a public address");
            case "aws:ec2/eipAssociation:EipAssociation" ->
                resource.at("instanceId").mustBeAbsent("no instance bound to a public address");
            case "aws:ec2/launchTemplate:LaunchTemplate" ->
                resource.at("networkInterfaces").each(VpcRules::hasNoPublicIp);
            default -> hasNoPublicIp(resource.input());
        };
    }

    private static Finding hasNoPublicIp(Property network) {
        return network.at("associatePublicIpAddress").orWhenAbsent(false).mustBe(false);
    }
}
