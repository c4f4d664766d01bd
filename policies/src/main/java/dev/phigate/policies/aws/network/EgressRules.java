package dev.phigate.policies.aws.network;

import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Rules on the ways out of a network: what security groups let out, and routes to the internet. */
public final class EgressRules {
    private static final String EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    private static final String ROUTE = "aws:ec2/route:Route";
    private static final String TABLE = "aws:ec2/routeTable:RouteTable";
    private static final String MAIN_TABLE = "aws:ec2/defaultRouteTable:DefaultRouteTable";
    private static final String SUBNET = "aws:ec2/subnet:Subnet";
    private static final String INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
    private static final String VPN_GATEWAY = "aws:ec2/vpnGateway:VpnGateway";
    private static final Relation BALANCER_SUBNETS = Relation.by(
            balancer -> Stream.concat(
                    balancer.at("subnets").items().stream(),
                    balancer.at("subnetMappings").items().stream().map(mapping -> mapping.at("subnetId"))),
            "aws:lb/loadBalancer:LoadBalancer",
            "aws:elb/loadBalancer:LoadBalancer");
    private static final String FOR_PUBLIC_SUBNETS =
            "no route from private subnets to an internet gateway: a table of its own for the subnets of load balancers and NAT gateways";

    private EgressRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                rule("aws-sg-egress-restricted", EgressRules::namesWhatGoesOut)
                        .on(TrafficRule.GROUP, TrafficRule.RULE, EGRESS_RULE)
                        .cites(S164_312_E_1, S164_308_A_4_II_A)
                        .fix("protocol: tcp, fromPort: 443, toPort: 443, cidrBlocks: [10.0.0.0/16]")
                        .fix(EGRESS_RULE, "ipProtocol: tcp, fromPort: 443, toPort: 443, cidrIpv4: 10.0.0.0/16"),
                stackRule("aws-route-no-unrestricted-igw", EgressRules::leadsPublicSubnetsOnlyToTheInternet)
                        .on(ROUTE, TABLE, MAIN_TABLE)
                        .cites(S164_312_E_1, S164_308_A_4_II_A)
                        .fix(
                                "natGatewayId: ${nat.id}   # or a RouteTable that only subnets with tags: {tier: public} are associated with"));
    }

    private static Finding namesWhatGoesOut(Resource resource) {
        return Finding.each(
                TrafficRule.egress(resource).stream(),
                egress -> Finding.all(
                        () -> egress.mustNotBeOpen("named destinations, not the internet"),
                        () -> egress.isEveryPort()
                                ? egress.protocol().violates("every port", "a protocol and its ports")
                                : Finding.compliant()));
    }

    private static Finding leadsPublicSubnetsOnlyToTheInternet(Resource resource, Stack stack) {
        if (resource.kind().equals(ROUTE)) {
            return staysInside(resource::at, "destinationCidrBlock", "destinationIpv6CidrBlock", stack)
                    .unless(() -> stack.referred(resource.at("routeTableId"), TABLE, MAIN_TABLE)
                            .all(FOR_PUBLIC_SUBNETS, table -> isOfPublicSubnets(table, stack)));
        }
        return resource.at("routes")
                .each(route -> staysInside(route::at, "cidrBlock", "ipv6CidrBlock", stack))
                .unless(() -> isOfPublicSubnets(resource, stack));
    }

    private static Finding staysInside(Function<String, Property> route, String block, String ipv6Block, Stack stack) {
        return Finding.all(() -> isNarrow(route.apply(block)), () -> isNarrow(route.apply(ipv6Block)))
                .unless(() -> isNoInternetGateway(route.apply("gatewayId"), stack));
    }

    private static Finding isNarrow(Property block) {
        return block.isAbsent()
                ? Finding.compliant()
                : block.mustMatch(written -> !Cidr.isOpen(written), FOR_PUBLIC_SUBNETS);
    }

    private static Finding isNoInternetGateway(Property gateway, Stack stack) {
        if (gateway.isAbsent()
                || !stack.referred(gateway, VPN_GATEWAY).certain().isEmpty()) {
            return Finding.compliant();
        }
        return stack.referred(gateway, INTERNET_GATEWAY).certain().isEmpty()
                ? gateway.mustMatch(id -> !id.startsWith("igw-"), FOR_PUBLIC_SUBNETS)
                : gateway.violates(FOR_PUBLIC_SUBNETS);
    }

    /** A main table is that of every subnet without a table of its own. */
    private static Finding isOfPublicSubnets(Resource table, Stack stack) {
        if (table.kind().equals(MAIN_TABLE)) {
            return Finding.violation("", "the main route table of the VPC", FOR_PUBLIC_SUBNETS);
        }
        return Finding.all(
                () -> stack.referring(
                                table, "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "routeTableId")
                        .mustBeNone("not the main route table of the VPC"),
                () -> stack.referring(table, "aws:ec2/routeTableAssociation:RouteTableAssociation", "routeTableId")
                        .all(
                                FOR_PUBLIC_SUBNETS,
                                association -> stack.referred(association.at("subnetId"), SUBNET)
                                        .all(FOR_PUBLIC_SUBNETS, subnet -> isPublic(subnet, stack))));
    }

    /** By its tag, or because a load balancer or a NAT gateway is in it; never with workloads in it. */
    private static Finding isPublic(Resource subnet, Stack stack) {
        Finding named = Tags.is(subnet, "tier", "public")
                ? Finding.compliant()
                : Finding.any(
                        () -> stack.referring(subnet, "aws:ec2/natGateway:NatGateway", "subnetId")
                                .exist(FOR_PUBLIC_SUBNETS),
                        () -> stack.referring(subnet, BALANCER_SUBNETS).exist(FOR_PUBLIC_SUBNETS));
        return named.and(stack.referring(subnet, VpcRules.PLACED).mustBeNone(FOR_PUBLIC_SUBNETS));
    }
}
