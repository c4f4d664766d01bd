package dev.phigate.policies.aws.network;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.stream.Collectors;

/** Rules on what security groups let in. */
public final class SecurityGroupRules {
    private static final String DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
    private static final String VPC = "aws:ec2/vpc:Vpc";
    private static final String LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
    private static final String LISTENER = "aws:lb/listener:Listener";
    private static final List<String> ADMIN_PORTS = List.of(
            "20", "21", "22", "23", "135", "139", "445", "1433", "1521", "2375", "3306", "3389", "4333", "5432", "5439",
            "5601", "5985", "5986", "6379", "8080", "9200", "11211", "27017");

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
                        .on(Ingress.GROUP, Ingress.RULE, Ingress.VPC_RULE)
                        .cites(S164_312_A_1, S164_312_E_1, S164_308_A_4_II_A, S164_308_A_1_II_B)
                        .fix("cidrBlocks: [10.0.0.0/16]   # or no rule for this port")
                        .fix(Ingress.VPC_RULE, "cidrIpv4: 10.0.0.0/16   # or no rule for this port"),
                stackRule("aws-sg-no-all-traffic-ingress", SecurityGroupRules::notEverythingIsOpen)
                        .on(Ingress.GROUP, Ingress.RULE, Ingress.VPC_RULE)
                        .cites(S164_312_A_1, S164_312_E_1)
                        .fix("protocol: tcp, fromPort: 443, toPort: 443")
                        .fix(Ingress.VPC_RULE, "ipProtocol: tcp, fromPort: 443, toPort: 443"),
                stackRule("aws-default-sg-closed", SecurityGroupRules::defaultGroupIsClosed)
                        .on(VPC, DEFAULT_GROUP)
                        .cites(S164_312_A_1, S164_312_E_1)
                        .fix(VPC, "a DefaultSecurityGroup with vpcId: ${vpc.id}, ingress: [], egress: []")
                        .fix(DEFAULT_GROUP, "ingress: [], egress: []"));
    }

    private static Finding adminPortsAreClosed(Resource resource, List<Integer> ports) {
        return Finding.each(
                Ingress.of(resource).stream(),
                ingress -> ports.stream().anyMatch(ingress::covers)
                        ? ingress.mustNotBeOpen("no open block for ports " + covered(ingress, ports))
                        : Finding.compliant());
    }

    private static String covered(Ingress ingress, List<Integer> ports) {
        return ports.stream().filter(ingress::covers).map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static Finding notEverythingIsOpen(Resource resource, Stack stack) {
        return Finding.each(Ingress.of(resource).stream(), ingress -> {
            if (ingress.isEveryPort()) {
                return ingress.mustNotBeOpen("one protocol and the ports that are served, not all of them");
            }
            if (ingress.covers(80)) {
                Finding closed =
                        ingress.mustNotBeOpen("port 80 closed, or open at a load balancer that redirects to HTTPS");
                return closed instanceof Finding.Violation && isOfRedirectingBalancer(resource, stack)
                        ? Finding.compliant()
                        : closed;
            }
            return Finding.compliant();
        });
    }

    private static boolean isOfRedirectingBalancer(Resource resource, Stack stack) {
        return stack.ofType(LOAD_BALANCER)
                .filter(balancer -> balancer.at("securityGroups").items().stream()
                        .anyMatch(group -> isSameGroup(group, resource, stack)))
                .anyMatch(balancer -> redirects(balancer, stack));
    }

    private static boolean isSameGroup(Property group, Resource resource, Stack stack) {
        return resource.kind().equals(Ingress.GROUP)
                ? stack.refers(group, resource) == Stack.Reference.YES
                : stack.ofType(Ingress.GROUP)
                        .anyMatch(candidate -> stack.refers(group, candidate) == Stack.Reference.YES
                                && stack.refers(resource.at("securityGroupId"), candidate) == Stack.Reference.YES);
    }

    private static boolean redirects(Resource balancer, Stack stack) {
        List<Resource> plain = stack.referring(balancer, LISTENER, "loadBalancerArn").certain().stream()
                .filter(listener ->
                        listener.at("port").number().map(Number::intValue).orElse(0) == 80)
                .toList();
        return !plain.isEmpty()
                && plain.stream()
                        .allMatch(listener -> listener.at("defaultActions").items().stream()
                                .allMatch(action ->
                                        action.at("type").text().orElse("").equals("redirect")
                                                && action.at("redirect.protocol")
                                                        .text()
                                                        .orElse("")
                                                        .equals("HTTPS")));
    }

    private static Finding defaultGroupIsClosed(Resource resource, Stack stack) {
        if (resource.kind().equals(VPC)) {
            return stack.referring(resource, DEFAULT_GROUP, "vpcId")
                    .exist("a DefaultSecurityGroup of this VPC, without rules");
        }
        return Finding.all(
                () -> resource.at("ingress").mustBeAbsent("no ingress rule"),
                () -> resource.at("egress").mustBeAbsent("no egress rule"),
                () -> stack.referring(resource, Ingress.RULE, "securityGroupId").isEmpty()
                                && stack.referring(resource, Ingress.VPC_RULE, "securityGroupId")
                                        .isEmpty()
                        ? Finding.compliant()
                        : Finding.violation("", "rules in resources of their own", "no rule of the default group"));
    }
}
