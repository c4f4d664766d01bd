package dev.phigate.policies.aws.identity;

import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_II;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.Value;
import dev.phigate.policies.aws.Baseline;
import dev.phigate.policies.aws.Events;
import dev.phigate.policies.aws.MetricFilters;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.stream.Stream;

/** Rules on roles with privileges: emergencies, and the administration of load balancers. */
public final class PrivilegeRules {
    private static final String ROLE = "aws:iam/role:Role";
    private static final String POLICY = "aws:iam/policy:Policy";
    private static final String ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy";
    private static final String USER_ATTACHMENT = "aws:iam/userPolicyAttachment:UserPolicyAttachment";
    private static final String GROUP_ATTACHMENT = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment";
    private static final Relation HOLDS = Relation.by(
            holder -> holder.kind().equals(ROLE)
                    ? holder.at("managedPolicyArns").items().stream()
                    : Stream.of(holder.at("policyArn")),
            ROLE,
            USER_ATTACHMENT,
            GROUP_ATTACHMENT,
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "aws:iam/policyAttachment:PolicyAttachment");
    private static final List<String> MUTATIONS = List.of(
            "elasticloadbalancing:Create*",
            "elasticloadbalancing:Modify*",
            "elasticloadbalancing:Delete*",
            "elasticloadbalancing:Set*",
            "wafv2:Update*",
            "wafv2:Disassociate*");

    private PrivilegeRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        boolean baseline = tuning.flag(
                "aws-iam-break-glass-role",
                "accountBaseline",
                false,
                "whether the stack owns an account, though it is not tagged so");
        return List.of(
                stackRule(
                                "aws-iam-break-glass-role",
                                (_, stack) -> Baseline.of(stack, baseline, PrivilegeRules::hasBreakGlassRole))
                        .on(Stack.TYPE)
                        .cites(S164_312_A_2_II, S164_308_A_5_II_C)
                        .fix(
                                "a Role with tags: {breakGlass: \"true\"} and an MFA condition, an EventRule on its AssumeRole, and an EventTarget"),
                stackRule("aws-iam-lb-mutation-restricted", PrivilegeRules::onlyAdministratorsChangeBalancers)
                        .on(
                                POLICY,
                                ROLE_POLICY,
                                "aws:iam/userPolicy:UserPolicy",
                                "aws:iam/groupPolicy:GroupPolicy",
                                ROLE)
                        .cites(S164_312_A_1, S164_308_A_4_II_B, S164_312_D)
                        .fix(
                                "the statement in a policy of a Role with tags: {role: lb-admin}, with \"Condition\": {\"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}}"));
    }

    private static Finding hasBreakGlassRole(Stack stack) {
        List<Resource> roles = stack.ofType(ROLE)
                .filter(role -> Tags.is(role, "breakGlass", "true"))
                .toList();
        return new Stack.Referrers(roles, List.of())
                .one("a Role tagged breakGlass: true", role -> asksForMfa(role).and(isAlarmed(role, stack)));
    }

    private static Finding asksForMfa(Resource role) {
        return PolicyDocument.ofResource(role.at("assumeRolePolicy"))
                .eachAllowingAndOne(
                        "a statement that lets somebody assume the role",
                        statement -> Policies.asksForSecondFactor(statement)
                                ? Finding.compliant()
                                : statement.violates("Condition", "Bool aws:MultiFactorAuthPresent: true"));
    }

    private static Finding isAlarmed(Resource role, Stack stack) {
        Finding byEvent = new Stack.Referrers(
                        stack.ofType(Events.RULE)
                                .filter(rule -> isOnAssumeRole(rule, role, stack))
                                .toList(),
                        List.of())
                .one(
                        "an EventRule on AssumeRole of " + role.name() + " with a target, or a metric filter",
                        rule -> Events.tellsSomeone(rule, stack));
        return byEvent.unless(() -> new Stack.Referrers(
                        stack.ofType(MetricFilters.FILTER)
                                .filter(filter -> MetricFilters.isOn(filter, "AssumeRole"))
                                .toList(),
                        List.of())
                .one("a LogMetricFilter on AssumeRole", filter -> MetricFilters.isAlarmed(filter, stack)));
    }

    /** A pattern that names roles must name this one; one that does not is on every role. */
    private static boolean isOnAssumeRole(Resource rule, Resource role, Stack stack) {
        Property pattern = Events.pattern(rule);
        if (!pattern.at("detail.eventName").hasAny("AssumeRole")) {
            return false;
        }
        Property roles = pattern.at("detail.requestParameters.roleArn");
        String name = role.output("name").isUnknown()
                ? role.name()
                : role.output("name").text().orElse(role.name());
        return roles.isAbsent()
                || roles.items().stream()
                        .anyMatch(one -> (one.value() instanceof Value.Fields(var filter) && !filter.isEmpty())
                                || (one.isUnknown() && stack.sources(one).contains(role.urn()))
                                || one.text()
                                        .filter(arn -> arn.endsWith("/" + name)
                                                || role.output("arn").mustBe(arn) instanceof Finding.Compliant)
                                        .isPresent());
    }

    private static Finding onlyAdministratorsChangeBalancers(Resource resource, Stack stack) {
        return Policies.eachAllowing(resource, statement -> {
            if (!statement.touches(MUTATIONS)) {
                return Finding.compliant();
            }
            Finding mfa = Policies.asksForSecondFactor(statement)
                    ? Finding.compliant()
                    : statement.violates("Condition", "an MFA condition on changes of load balancers and WAF");
            return mfa.and(isOfAdministrators(resource, stack));
        });
    }

    private static Finding isOfAdministrators(Resource resource, Stack stack) {
        String wanted = "attached to roles tagged role: lb-admin only";
        return switch (resource.kind()) {
            case ROLE -> isAdministrator(resource);
            case ROLE_POLICY -> stack.referred(resource.at("role"), ROLE).all(wanted, PrivilegeRules::isAdministrator);
            case POLICY -> isAttachedToAdministrators(resource, stack, wanted);
            default -> Finding.violation("", "attached to no role", wanted);
        };
    }

    private static Finding isAdministrator(Resource role) {
        return Tags.of(role, "role").mustBe("lb-admin");
    }

    private static Finding isAttachedToAdministrators(Resource policy, Stack stack, String wanted) {
        Stack.Referrers holders = stack.referring(policy, HOLDS);
        return holders.all(wanted, holder -> switch (holder.kind()) {
            case ROLE -> isAdministrator(holder);
            case USER_ATTACHMENT, GROUP_ATTACHMENT -> Finding.violation("", "attached by " + holder.urn(), wanted);
            default ->
                Finding.all(
                        () -> holder.at("users").mustBeAbsent("no users"),
                        () -> holder.at("groups").mustBeAbsent("no groups"),
                        () -> Finding.each(
                                rolesOf(holder),
                                role -> stack.referred(role, ROLE).all(wanted, PrivilegeRules::isAdministrator)));
        });
    }

    private static Stream<Property> rolesOf(Resource attachment) {
        Property roles = attachment.at("roles");
        return roles.isAbsent()
                ? Stream.of(attachment.at("role"))
                : roles.value() instanceof Value.Items ? roles.items().stream() : Stream.of(roles);
    }
}
