package dev.phigate.policies.aws.network;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One rule that lets traffic into a security group or out of it, in any of the spellings that the provider has, or through a network ACL.
 *
 * @param rule where it is written
 * @param protocol the protocol
 * @param blocks the properties with the CIDR blocks at the other end
 */
record TrafficRule(Property rule, Property protocol, List<Property> blocks) {
    private static final long LAST_PORT = 65_535;
    static final String GROUP = "aws:ec2/securityGroup:SecurityGroup";
    static final String RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
    static final String VPC_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

    /** What a security group, or a rule of one, lets in. */
    static List<TrafficRule> ingress(Resource resource) {
        return of(resource, "ingress", "egress");
    }

    /** What a security group, or a rule of one, lets out. */
    static List<TrafficRule> egress(Resource resource) {
        return of(resource, "egress", "ingress");
    }

    private static List<TrafficRule> of(Resource resource, String direction, String opposite) {
        return switch (resource.kind()) {
            case GROUP ->
                resource.at(direction).items().stream().map(TrafficRule::block).toList();
            case RULE ->
                resource.at("type").text().orElse(direction).equals(opposite)
                        ? List.of()
                        : List.of(block(resource.input()));
            default ->
                List.of(new TrafficRule(
                        resource.input(),
                        resource.at("ipProtocol"),
                        List.of(resource.at("cidrIpv4"), resource.at("cidrIpv6"))));
        };
    }

    /** A rule of a network ACL. */
    static TrafficRule ofAcl(Property rule) {
        return new TrafficRule(rule, rule.at("protocol"), List.of(rule.at("cidrBlock"), rule.at("ipv6CidrBlock")));
    }

    private static TrafficRule block(Property block) {
        return new TrafficRule(
                block, block.at("protocol"), List.of(block.at("cidrBlocks"), block.at("ipv6CidrBlocks")));
    }

    /** Whether it lets every protocol through. */
    boolean isEveryProtocol() {
        return protocol.text()
                .map(name -> Set.of("-1", "all").contains(name.toLowerCase(Locale.ROOT)))
                .orElse(true);
    }

    /** Whether it covers a port. Only TCP and UDP have ports; a range without ends has all of them. */
    boolean covers(int port) {
        if (isEveryProtocol()) {
            return true;
        }
        return hasPorts() && from() <= port && port <= to();
    }

    /** Whether it covers every port. */
    boolean isEveryPort() {
        return isEveryProtocol() || (hasPorts() && from() <= 1 && to() >= LAST_PORT);
    }

    private boolean hasPorts() {
        return Set.of("tcp", "udp", "6", "17")
                .contains(protocol.text().orElse("").toLowerCase(Locale.ROOT));
    }

    private long from() {
        return port("fromPort", 0);
    }

    private long to() {
        return port("toPort", LAST_PORT);
    }

    /** A range without an end, or with one that is no port, ends where ports do. */
    private long port(String name, long end) {
        return rule.at(name)
                .number()
                .filter(port -> port.signum() >= 0 && port.compareTo(BigDecimal.valueOf(LAST_PORT)) <= 0)
                .map(Number::longValue)
                .orElse(end);
    }

    /** The internet may not be at the other end. */
    Finding mustNotBeOpen(String wanted) {
        return Finding.each(
                blocks.stream()
                        .flatMap(list -> list.value() instanceof Value.Text ? Stream.of(list) : list.items().stream()),
                cidr -> cidr.isAbsent() ? Finding.compliant() : cidr.mustMatch(block -> !Cidr.isOpen(block), wanted));
    }
}
