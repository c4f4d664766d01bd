package dev.phigate.components.network;

import com.pulumi.core.Output;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network as others use it. Maps are in the order of the zones, or have every tier.
 *
 * @param vpcId the VPC
 * @param cidr its addresses
 * @param privateSubnets subnets of workloads and endpoints, by zone
 * @param balancerSubnets subnets of the entry and the balancers, by zone
 * @param privateRouteTable the route table of all private subnets
 * @param balancerRouteTable the route table of all balancer subnets
 * @param groups security groups by tier, whose rules the network has made already
 */
public record AwsNetworkOutputs(
        Output<String> vpcId,
        String cidr,
        Map<String, Output<String>> privateSubnets,
        Map<String, Output<String>> balancerSubnets,
        Output<String> privateRouteTable,
        Output<String> balancerRouteTable,
        Map<Tier, Output<String>> groups) {
    /** The security group of a tier. */
    public Output<String> group(Tier tier) {
        return Objects.requireNonNull(groups.get(tier), tier.written());
    }

    /** The ids of the private subnets. */
    public Output<List<String>> privateSubnetIds() {
        return Output.all(List.copyOf(privateSubnets.values()));
    }

    /** The ids of the balancer subnets. */
    public Output<List<String>> balancerSubnetIds() {
        return Output.all(List.copyOf(balancerSubnets.values()));
    }
}
