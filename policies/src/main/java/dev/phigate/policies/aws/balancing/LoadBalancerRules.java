package dev.phigate.policies.aws.balancing;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_III;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_I;
import static dev.phigate.policies.pack.Citation.S164_316_B_2_I;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;

/** Rules on load balancers themselves: logs, integrity, timeouts, WAF and availability. */
public final class LoadBalancerRules {
    private static final String BALANCER = "aws:lb/loadBalancer:LoadBalancer";
    private static final String CLASSIC = "aws:elb/loadBalancer:LoadBalancer";
    private static final String TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
    private static final String LISTENER = "aws:lb/listener:Listener";
    private static final String WEB_ACL = "aws:wafv2/webAcl:WebAcl";
    private static final String DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

    private LoadBalancerRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int idle = tuning.number(
                "aws-lb-idle-timeout",
                "idleSeconds",
                300,
                "the longest time that a connection may be idle, in seconds");
        int cookie = tuning.number(
                "aws-lb-idle-timeout", "cookieSeconds", 28_800, "the longest life of a session cookie, in seconds");
        return List.of(
                rule("aws-lb-access-logs", LoadBalancerRules::logsAccess)
                        .on(BALANCER, CLASSIC)
                        .cites(S164_312_B, S164_308_A_1_II_D, S164_316_B_2_I)
                        .fix(
                                "accessLogs: {enabled: true, bucket: ${logs.bucket}}, connectionLogs: {enabled: true, bucket: ${logs.bucket}}"),
                rule("aws-lb-integrity", LoadBalancerRules::refusesMalformedRequests)
                        .on(BALANCER)
                        .cites(S164_312_C_1, S164_312_E_2_I)
                        .fix("dropInvalidHeaderFields: true, desyncMitigationMode: strictest"),
                rule("aws-lb-idle-timeout", resource -> endsIdleSessions(resource, idle, cookie))
                        .on(BALANCER, TARGET_GROUP, LISTENER)
                        .cites(S164_312_A_2_III)
                        .fix("idleTimeout: 60, clientKeepAlive: 3600")
                        .fix(TARGET_GROUP, "stickiness: {cookieDuration: 28800}")
                        .fix(LISTENER, "tcpIdleTimeoutSeconds: 350"),
                stackRule("aws-lb-waf-attached", LoadBalancerRules::hasFirewall)
                        .on(BALANCER, WEB_ACL, DISTRIBUTION)
                        .cites(S164_312_C_1, S164_312_E_1, S164_308_A_5_II_B, S164_312_B)
                        .fix("a WebAclAssociation with resourceArn: ${lb.arn}, webAclArn: ${acl.arn}")
                        .fix(
                                WEB_ACL,
                                "rules: [{statement: {managedRuleGroupStatement: ...}}], and a WebAclLoggingConfiguration")
                        .fix(DISTRIBUTION, "webAclId: ${acl.arn}"),
                rule("aws-lb-availability", LoadBalancerRules::survivesAZone)
                        .on(BALANCER, CLASSIC, TARGET_GROUP)
                        .cites(S164_308_A_7_I, S164_308_A_7_II_C)
                        .fix("subnets: [${a.id}, ${b.id}], enableDeletionProtection: true")
                        .fix(CLASSIC, "crossZoneLoadBalancing: true")
                        .fix(TARGET_GROUP, "healthCheck: {enabled: true}"));
    }

    private static boolean isApplication(Resource balancer) {
        return balancer.at("loadBalancerType").text().orElse("application").equals("application");
    }

    private static Finding logsAccess(Resource balancer) {
        Property access = balancer.at("accessLogs");
        if (balancer.kind().equals(CLASSIC)) {
            return Finding.all(
                    () -> access.at("bucket").mustBePresent("the bucket of the access logs"),
                    () -> access.at("enabled").orWhenAbsent(true).mustBe(true));
        }
        if (balancer.at("loadBalancerType").text().orElse("").equals("gateway")) {
            return Finding.notApplicable("gateway load balancers have no access logs");
        }
        Finding connections = isApplication(balancer)
                ? Finding.all(
                        () -> balancer.at("connectionLogs.enabled").mustBe(true),
                        () -> balancer.at("connectionLogs.bucket").mustBePresent("the bucket of the connection logs"))
                : Finding.compliant();
        return Finding.all(
                        () -> access.at("enabled").mustBe(true),
                        () -> access.at("bucket").mustBePresent("the bucket of the access logs"))
                .and(connections);
    }

    private static Finding refusesMalformedRequests(Resource balancer) {
        if (!isApplication(balancer)) {
            return Finding.notApplicable("only application load balancers read requests");
        }
        return Finding.all(
                () -> balancer.at("dropInvalidHeaderFields").mustBe(true),
                () -> balancer.at("desyncMitigationMode").mustBeOneOf(List.of("defensive", "strictest")),
                () -> balancer.at("xffHeaderProcessingMode")
                        .orWhenAbsent("append")
                        .mustBe("append"),
                () -> balancer.at("enableWafFailOpen").orWhenAbsent(false).mustBe(false));
    }

    private static Finding endsIdleSessions(Resource resource, int idle, int cookie) {
        return switch (resource.kind()) {
            case TARGET_GROUP -> endsStickiness(resource.at("stickiness"), cookie);
            case LISTENER ->
                resource.at("tcpIdleTimeoutSeconds").orWhenAbsent(350).mustBeAtMost(350);
            default ->
                isApplication(resource)
                        ? Finding.all(
                                () -> resource.at("idleTimeout")
                                        .orWhenAbsent(60)
                                        .mustBeAtMost(idle),
                                () -> resource.at("clientKeepAlive")
                                        .orWhenAbsent(3_600)
                                        .mustBeAtMost(3_600))
                        : Finding.notApplicable("listeners of network load balancers have the timeout");
        };
    }

    /** The cookie lives a day unless it is told otherwise, once stickiness is asked for. */
    private static Finding endsStickiness(Property stickiness, int cookie) {
        boolean off = stickiness.isAbsent()
                || !stickiness.at("enabled").orWhenAbsent(true).flag(true)
                || stickiness.at("type").text().orElse("").startsWith("source_ip");
        return off
                ? Finding.compliant()
                : stickiness.at("cookieDuration").orWhenAbsent(86_400).mustBeAtMost(cookie);
    }

    private static Finding hasFirewall(Resource resource, Stack stack) {
        return switch (resource.kind()) {
            case DISTRIBUTION -> resource.at("webAclId").mustBePresent("a web ACL");
            case WEB_ACL -> isCompleteFirewall(resource, stack);
            default -> {
                if (!isApplication(resource)) {
                    yield Finding.notApplicable("a WAF stands in front of application load balancers only");
                }
                yield resource.at("internal").orWhenAbsent(false).flag(false)
                        ? Finding.notApplicable("the load balancer is internal")
                        : stack.referring(resource, "aws:wafv2/webAclAssociation:WebAclAssociation", "resourceArn")
                                .one(
                                        "a WebAclAssociation of this load balancer",
                                        association ->
                                                association.at("webAclArn").mustBePresent("the web ACL"));
            }
        };
    }

    private static Finding isCompleteFirewall(Resource acl, Stack stack) {
        return Finding.all(
                () -> hasManagedGroup(acl.at("rules")),
                () -> stack.referring(
                                acl, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "resourceArn")
                        .one(
                                "a WebAclLoggingConfiguration of this web ACL",
                                logging -> logging.at("logDestinationConfigs").mustBePresent("a log destination")));
    }

    private static Finding hasManagedGroup(Property rules) {
        Finding best = rules.violates("a managed rule group");
        for (Property rule : rules.items()) {
            Finding own = Finding.of(
                    () -> rule.at("statement.managedRuleGroupStatement").mustBePresent("a managed rule group"));
            if (own instanceof Finding.Compliant) {
                return own;
            }
            best = own instanceof Finding.Undecidable ? own : best;
        }
        return best;
    }

    private static Finding survivesAZone(Resource resource) {
        return switch (resource.kind()) {
            case TARGET_GROUP ->
                resource.at("healthCheck.enabled").orWhenAbsent(true).mustBe(true);
            case CLASSIC ->
                Finding.all(
                        () -> resource.at("crossZoneLoadBalancing")
                                .orWhenAbsent(true)
                                .mustBe(true),
                        () -> hasTwo(resource.either("subnets", "availabilityZones")));
            default ->
                Finding.all(
                        () -> hasTwo(resource.either("subnets", "subnetMappings")),
                        () -> resource.at("enableDeletionProtection").mustBe(true),
                        // Always on for application load balancers; for the others AWS leaves it off.
                        () -> resource.at("enableCrossZoneLoadBalancing")
                                .orWhenAbsent(isApplication(resource))
                                .mustBe(true));
        };
    }

    private static Finding hasTwo(Property zones) {
        List<Property> named = zones.items().stream()
                .map(zone -> zone.value() instanceof Value.Fields ? zone.at("subnetId") : zone)
                .filter(zone -> zone.isUnknown() || zone.text().isPresent())
                .toList();
        boolean open = named.stream().anyMatch(Property::isUnknown);
        long known = named.stream()
                .filter(zone -> !zone.isUnknown())
                .map(Property::value)
                .distinct()
                .count();
        // Each that is not known yet comes from a resource of its own, if as many are told.
        if (known >= 2 || (open && zones.sources().size() >= Math.max(2, zones.unknownParts()))) {
            return Finding.compliant();
        }
        return named.size() >= 2 && open
                ? Finding.undecidable(zones.path(), "the zones are not known yet")
                : zones.violates("at least two, each in a zone of its own");
    }
}
