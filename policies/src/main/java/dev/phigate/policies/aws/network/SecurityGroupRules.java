package dev.phigate.policies.aws.network;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.stream.Collectors;

/** Rules on what security groups and network ACLs let in. */
public final class SecurityGroupRules {
    private static final String DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
    private static final String VPC = "aws:ec2/vpc:Vpc";
    private static final String LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
    private static final String LISTENER = "aws:lb/listener:Listener";
    private static final Relation BALANCER_GROUPS =
            Relation.by(balancer -> balancer.at("securityGroups").items().stream(), LOAD_BALANCER);
    private static final Relation RULES_OF_GROUPS = Relation.by(
            "securityGroupId",
            TrafficRule.RULE,
            TrafficRule.VPC_RULE,
            "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    private static final List<String> ADMIN_PORTS = List.of(
            "20", "21", "22", "23", "135", "139", "445", "1433", "1434", "1521", "2375", "2376", "2379", "3306", "3389",
            "4333", "5432", "5439", "5601", "5900", "5985", "5986", "6379", "8080", "9200", "9300", "10250", "11211",
            "27017", "27018", "27019");

    private static final String ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule";
    private static final List<Integer> ACL_PORTS = List.of(20, 21, 22, 3389);

    private SecurityGroupRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        List<Integer> ports = tuning
                .texts("aws-sg-no-open-admin-ports", "ports", ADMIN_PORTS, "the ports of administration and databases")
                .stream()
                .map(Integer::valueOf)
                .toList();
        return List.of(
                rule("aws-sg-no-open-admin-ports", resource -> adminPortsAreClosed(resource, ports))
                        .on(TrafficRule.GROUP, TrafficRule.RULE, TrafficRule.VPC_RULE)
                        .cites(S164_312_A_1, S164_312_E_1, S164_308_A_4_II_A, S164_308_A_1_II_B)
                        .fix("cidrBlocks: [10.0.0.0/16]   # or no rule for this port")
                        .fix(TrafficRule.VPC_RULE, "cidrIpv4: 10.0.0.0/16   # or no rule for this port"),
                stackRule("aws-sg-no-all-traffic-ingress", SecurityGroupRules::notEverythingIsOpen)
                        .on(TrafficRule.GROUP, TrafficRule.RULE, TrafficRule.VPC_RULE)
                        .cites(S164_312_A_1, S164_312_E_1)
                        .fix("protocol: tcp, fromPort: 443, toPort: 443")
                        .fix(TrafficRule.VPC_RULE, "ipProtocol: tcp, fromPort: 443, toPort: 443"),
                stackRule("aws-default-sg-closed", SecurityGroupRules::defaultGroupIsClosed)
                        .on(VPC, DEFAULT_GROUP)
                        .cites(S164_312_A_1, S164_312_E_1)
                        .fix(VPC, "a DefaultSecurityGroup with vpcId: ${vpc.id}, ingress: [], egress: []")
                        .fix(DEFAULT_GROUP, "ingress: [], egress: []"),
                rule("aws-nacl-no-open-admin-ports", SecurityGroupRules::aclClosesAdminPorts)
                        .on(ACL_RULE, "aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl")
                        .cites(S164_312_E_1)
                        .fix(
                                "ingress: [{protocol: tcp, fromPort: 443, toPort: 443, cidrBlock: 0.0.0.0/0, action: allow, ruleNo: 100}]")
                        .fix(ACL_RULE, "protocol: tcp, fromPort: 443, toPort: 443"));
    }

    private static Finding adminPortsAreClosed(Resource resource, List<Integer> ports) {
        return Finding.each(TrafficRule.ingress(resource).stream(), ingress -> {
            Finding closed = ingress.mustNotBeOpen("no open block for ports of administration and databases");
            if (closed instanceof Finding.Compliant || ports.stream().noneMatch(ingress::covers)) {
                return Finding.compliant();
            }
            return ingress.mustNotBeOpen("no open block for ports " + covered(ingress, ports));
        });
    }

    private static String covered(TrafficRule ingress, List<Integer> ports) {
        return ports.stream().filter(ingress::covers).map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static Finding notEverythingIsOpen(Resource resource, Stack stack) {
        return Finding.each(TrafficRule.ingress(resource).stream(), ingress -> {
            Finding closed = ingress.mustNotBeOpen("one protocol and the ports that are served, not all of them");
            if (closed instanceof Finding.Compliant || ingress.isEveryPort()) {
                return closed;
            }
            return ingress.covers(80)
                    ? ingress.mustNotBeOpen("port 80 closed, or open at a load balancer that redirects to HTTPS")
                            .unless(() -> isOfRedirectingBalancer(resource, stack))
                    : Finding.compliant();
        });
    }

    private static Finding isOfRedirectingBalancer(Resource resource, Stack stack) {
        Stack.Referrers groups = resource.kind().equals(TrafficRule.GROUP)
                ? new Stack.Referrers(List.of(resource), List.of())
                : stack.referred(resource.at("securityGroupId"), TrafficRule.GROUP);
        if (groups.isOpen()) {
            return Finding.undecidable("securityGroupId", "the security group is not known yet");
        }
        return groups.one(
                "a security group of this stack",
                group -> stack.referring(group, BALANCER_GROUPS)
                        .one("a load balancer with this security group", balancer -> redirects(balancer, stack)));
    }

    private static Finding redirects(Resource balancer, Stack stack) {
        Stack.Referrers listeners = stack.referring(balancer, LISTENER, "loadBalancerArn");
        Stack.Referrers plain = listeners.where(listener -> isOnPort80(listener) instanceof Finding.Compliant);
        if (plain.certain().isEmpty()
                && listeners.certain().stream().anyMatch(one -> isOnPort80(one) instanceof Finding.Undecidable)) {
            return Finding.undecidable("", "the ports of " + balancer.urn() + " are not known yet");
        }
        return plain.all(
                "a listener on port 80 that redirects to HTTPS",
                listener -> Finding.all(
                        () -> listener.at("defaultActions").mustBePresent("a redirect"),
                        () -> listener.at("defaultActions")
                                .each(action -> action.at("type")
                                        .mustBe("redirect")
                                        .and(action.at("redirect.protocol").mustBe("HTTPS")))));
    }

    private static Finding isOnPort80(Resource listener) {
        return listener.at("port").mustBe("80");
    }

    private static Finding defaultGroupIsClosed(Resource resource, Stack stack) {
        if (resource.kind().equals(VPC)) {
            return stack.referring(resource, DEFAULT_GROUP, "vpcId")
                    .exist("a DefaultSecurityGroup of this VPC, without rules");
        }
        String wanted = "no rule of the default group";
        return Finding.all(
                () -> resource.at("ingress").mustBeAbsent("no ingress rule"),
                () -> resource.at("egress").mustBeAbsent("no egress rule"),
                () -> stack.referring(resource, RULES_OF_GROUPS).mustBeNone(wanted),
                () -> Finding.each(
                        stack.referred(resource.at("vpcId"), VPC).certain().stream(),
                        vpc -> stack.referring(vpc, RULES_OF_GROUPS)
                                .where(rule ->
                                        rule.at("securityGroupId").sources().contains(vpc.urn()))
                                .mustBeNone(wanted)));
    }

    /** Whichever rules stand before it: what is allowed here is allowed once those are gone. */
    private static Finding aclClosesAdminPorts(Resource acl) {
        List<Property> rules = acl.kind().equals(ACL_RULE)
                ? List.of(acl.input())
                : acl.at("ingress").items();
        return Finding.each(rules.stream(), rule -> {
            TrafficRule traffic = TrafficRule.ofAcl(rule);
            Finding closed = traffic.mustNotBeOpen("no open block for the ports 20, 21, 22 and 3389");
            return closed instanceof Finding.Compliant
                            || !letsIn(rule)
                            || ACL_PORTS.stream().noneMatch(traffic::covers)
                    ? Finding.compliant()
                    : closed;
        });
    }

    private static boolean letsIn(Property rule) {
        return !rule.at("egress").flag(false)
                && rule.either("ruleAction", "action")
                        .text()
                        .filter("deny"::equalsIgnoreCase)
                        .isEmpty();
    }
}
