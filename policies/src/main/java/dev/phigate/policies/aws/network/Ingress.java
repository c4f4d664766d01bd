package dev.phigate.policies.aws.network;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One rule that lets traffic into a security group, in any of the three spellings that the provider has.
 *
 * @param rule where it is written
 * @param protocol the protocol
 * @param sources the properties with CIDR blocks
 */
record Ingress(Property rule, Property protocol, List<Property> sources) {
    static final String GROUP = "aws:ec2/securityGroup:SecurityGroup";
    static final String RULE = "aws:ec2/securityGroupRule:SecurityGroupRule";
    static final String VPC_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

    /** The rules that a resource of one of the three types makes. */
    static List<Ingress> of(Resource resource) {
        return switch (resource.kind()) {
            case GROUP ->
                resource.at("ingress").items().stream().map(Ingress::block).toList();
            case RULE ->
                resource.at("type").text().orElse("ingress").equals("egress")
                        ? List.of()
                        : List.of(block(resource.input()));
            default ->
                List.of(new Ingress(
                        resource.input(),
                        resource.at("ipProtocol"),
                        List.of(resource.at("cidrIpv4"), resource.at("cidrIpv6"))));
        };
    }

    private static Ingress block(Property block) {
        return new Ingress(block, block.at("protocol"), List.of(block.at("cidrBlocks"), block.at("ipv6CidrBlocks")));
    }

    /** Whether it lets in every protocol. */
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
        return isEveryProtocol() || (hasPorts() && from() <= 1 && to() >= 65_535);
    }

    private boolean hasPorts() {
        return Set.of("tcp", "udp", "6", "17")
                .contains(protocol.text().orElse("").toLowerCase(Locale.ROOT));
    }

    private long from() {
        return rule.at("fromPort")
                .number()
                .map(Number::longValue)
                .filter(port -> port >= 0)
                .orElse(0L);
    }

    private long to() {
        return rule.at("toPort")
                .number()
                .map(Number::longValue)
                .filter(port -> port >= 0)
                .orElse(65_535L);
    }

    /** No source may be the internet. */
    Finding mustNotBeOpen(String wanted) {
        return Finding.each(
                sources.stream()
                        .flatMap(list -> list.value() instanceof Value.Text ? Stream.of(list) : list.items().stream()),
                cidr -> cidr.isAbsent() ? Finding.compliant() : cidr.mustMatch(block -> !Cidr.isOpen(block), wanted));
    }
}
