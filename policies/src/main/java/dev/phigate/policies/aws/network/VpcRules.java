package dev.phigate.policies.aws.network;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_2;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.Value;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
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
            "aws:eks/cluster:Cluster", "vpcConfig.subnetIds",
            "aws:rds/subnetGroup:SubnetGroup", "subnetIds",
            "aws:elasticache/subnetGroup:SubnetGroup", "subnetIds",
            "aws:efs/mountTarget:MountTarget", "subnetId",
            "aws:batch/computeEnvironment:ComputeEnvironment", "computeResources.subnets");

    /** What places workloads in subnets. */
    static final Relation PLACED =
            Relation.by(VpcRules::placements, WORKLOADS.keySet().toArray(String[]::new));

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
                stackRule("aws-ec2-no-public-ip", VpcRules::hasNoPublicAddress)
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
                                () -> log.either("logDestination", "logGroupName")
                                        .mustBePresent("a bucket, log group or delivery stream")));
    }

    private static Finding assignsNoPublicAddress(Resource subnet, Stack stack) {
        Finding closed = subnet.at("mapPublicIpOnLaunch").orWhenAbsent(false).mustBe(false);
        if (closed instanceof Finding.Compliant || !Tags.is(subnet, "tier", "public")) {
            return closed;
        }
        Finding empty = stack.referring(subnet, PLACED)
                .mustBeNone("nothing but load balancers and NAT gateways in a subnet with tier: public");
        return empty instanceof Finding.Violation && closed instanceof Finding.Undecidable ? closed : empty;
    }

    private static Stream<Property> placements(Resource workload) {
        Property list = workload.at(WORKLOADS.getOrDefault(workload.kind(), ""));
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
        Stack.Referrers endpoints = stack.referring(vpc, ENDPOINT, "vpcId");
        return Finding.each(
                services.stream(),
                service -> endpoints
                        .where(endpoint -> serves(endpoint, service))
                        .one(
                                "a VpcEndpoint for " + service + " that is private and has a policy",
                                endpoint -> isPrivate(endpoint, service, stack)));
    }

    private static boolean serves(Resource endpoint, String service) {
        Property name = endpoint.at("serviceName");
        return name.isUnknown()
                || name.text()
                        .filter(text -> text.matches(
                                "(?:cn\\.)?com\\.amazonaws\\.[a-z0-9-]+\\." + Pattern.quote(service) + "(?:-fips)?"))
                        .isPresent();
    }

    private static Finding isPrivate(Resource endpoint, String service, Stack stack) {
        if (endpoint.at("serviceName").isUnknown()) {
            return Finding.undecidable("serviceName", "the service is not known yet");
        }
        Property type = endpoint.at("vpcEndpointType").orWhenAbsent("Gateway");
        Property policy = endpoint.at("policy");
        return Finding.all(
                () -> type.mustBeOneOf(service.equals("s3") ? List.of("Gateway", "Interface") : List.of("Interface")),
                () -> type.mustBe("Interface") instanceof Finding.Violation
                        ? Finding.compliant()
                        : endpoint.at("privateDnsEnabled").mustBe(true),
                () -> policy.isAbsent()
                        ? stack.referring(endpoint, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "vpcEndpointId")
                                .all(
                                        "a policy: without one everybody may do everything through it",
                                        own -> PolicyDocument.ofResource(own.at("policy"))
                                                .eachAllowing(VpcRules::isBounded))
                        : PolicyDocument.ofResource(policy).eachAllowing(VpcRules::isBounded));
    }

    private static Finding isBounded(Statement statement) {
        return statement.coversEveryone() && statement.coversEveryAction() && !statement.isNarrowedTo(NARROWING)
                ? statement.violates(
                        "Principal", "named principals, named actions, or a condition on the organization or account")
                : Finding.compliant();
    }

    private static Finding hasNoPublicAddress(Resource resource, Stack stack) {
        return switch (resource.kind()) {
            case "aws:ecs/service:Service" ->
                resource.at("networkConfiguration.assignPublicIp")
                        .orWhenAbsent(false)
                        .mustBe(false);
            case "aws:ec2/eip:Eip" -> isBoundToNoInstance(resource, "instance", stack);
            case "aws:ec2/eipAssociation:EipAssociation" -> isBoundToNoInstance(resource, "instanceId", stack);
            case "aws:ec2/launchTemplate:LaunchTemplate" ->
                resource.at("networkInterfaces").each(VpcRules::hasNoPublicIp);
            default -> hasNoPublicIp(resource.input());
        };
    }

    /** Bound to an instance, or to a network interface that comes from one or is attached to one. */
    private static Finding isBoundToNoInstance(Resource address, String instance, Stack stack) {
        String wanted = "no instance bound to a public address";
        Property card = address.either("networkInterface", "networkInterfaceId");
        if (card.isUnknown() && stack.sources(card).isEmpty()) {
            return Finding.undecidable(card.path(), "whether it is an instance's is not known yet")
                    .and(address.at(instance).mustBeAbsent(wanted));
        }
        boolean ofInstance = stack.sources(card).stream()
                .flatMap(urn -> stack.resource(urn).stream())
                .anyMatch(source -> source.kind().equals("aws:ec2/instance:Instance"));
        return address.at(instance)
                .mustBeAbsent(wanted)
                .and(ofInstance ? card.violates("the network interface of an instance", wanted) : Finding.compliant())
                .and(stack.referred(card, "aws:ec2/networkInterface:NetworkInterface")
                        .each(own -> own.at("attachments")
                                .each(attachment -> attachment.at("instance").mustBeAbsent(wanted))
                                .and(stack.referring(
                                                own,
                                                "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment",
                                                "networkInterfaceId")
                                        .mustBeNone(wanted))));
    }

    private static Finding hasNoPublicIp(Property network) {
        return network.at("associatePublicIpAddress").orWhenAbsent(false).mustBe(false);
    }
}
