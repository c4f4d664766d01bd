package dev.phigate.policies.aws.identity;

import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_II;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.Baseline;
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
        return PolicyDocument.of(role.at("assumeRolePolicy"))
                .eachAllowing(statement -> Policies.asksForSecondFactor(statement)
                        ? Finding.compliant()
                        : statement.violates("Condition", "Bool aws:MultiFactorAuthPresent: true"));
    }

    private static Finding isAlarmed(Resource role, Stack stack) {
        List<Resource> rules = stack.ofType("aws:cloudwatch/eventRule:EventRule")
                .filter(rule -> isOnAssumeRole(rule))
                .toList();
        return new Stack.Referrers(rules, List.of())
                .one(
                        "an EventRule on AssumeRole of " + role.name() + " with a target",
                        rule -> stack.referring(rule, "aws:cloudwatch/eventTarget:EventTarget", "rule")
                                .one(
                                        "an EventTarget of " + rule.name(),
                                        target -> target.at("arn").mustBePresent("whom to tell")));
    }

    private static boolean isOnAssumeRole(Resource rule) {
        Property pattern = rule.at("eventPattern").json("an event pattern in JSON");
        return pattern.at("detail.eventName").texts().stream().anyMatch("AssumeRole"::equals);
    }

    private static Finding onlyAdministratorsChangeBalancers(Resource resource, Stack stack) {
        return Finding.each(
                Policies.of(resource),
                policy -> PolicyDocument.of(policy).eachAllowing(statement -> {
                    if (!statement.touches(MUTATIONS)) {
                        return Finding.compliant();
                    }
                    Finding mfa = Policies.asksForSecondFactor(statement)
                            ? Finding.compliant()
                            : statement.violates("Condition", "an MFA condition on changes of load balancers and WAF");
                    return mfa.and(isOfAdministrators(resource, stack));
                }));
    }

    private static Finding isOfAdministrators(Resource resource, Stack stack) {
        String wanted = "attached to roles tagged role: lb-admin only";
        List<Resource> roles = switch (resource.kind()) {
            case ROLE -> List.of(resource);
            case ROLE_POLICY ->
                stack.ofType(ROLE)
                        .filter(role -> stack.refers(resource.at("role"), role) == Stack.Reference.YES)
                        .toList();
            case POLICY -> attachedRoles(resource, stack);
            default -> List.of();
        };
        boolean all = !roles.isEmpty() && roles.stream().allMatch(role -> Tags.is(role, "role", "lb-admin"));
        return all && !isAttachedElsewhere(resource, stack)
                ? Finding.compliant()
                : Finding.violation(
                        "", roles.isEmpty() ? "attached to no role of this stack" : "attached to other roles", wanted);
    }

    private static List<Resource> attachedRoles(Resource policy, Stack stack) {
        Stream<Property> byAttachment = Stream.concat(
                stack
                        .referring(policy, "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "policyArn")
                        .certain()
                        .stream()
                        .map(attachment -> attachment.at("role")),
                stack.referring(policy, "aws:iam/policyAttachment:PolicyAttachment", "policyArn").certain().stream()
                        .flatMap(attachment -> attachment.at("roles").items().stream()));
        List<Property> references = byAttachment.toList();
        return stack.ofType(ROLE)
                .filter(role ->
                        references.stream().anyMatch(reference -> stack.refers(reference, role) == Stack.Reference.YES)
                                || role.at("managedPolicyArns").items().stream()
                                        .anyMatch(arn -> stack.refers(arn, policy) == Stack.Reference.YES))
                .toList();
    }

    private static boolean isAttachedElsewhere(Resource policy, Stack stack) {
        return !stack.referring(policy, "aws:iam/userPolicyAttachment:UserPolicyAttachment", "policyArn")
                        .isEmpty()
                || !stack.referring(policy, "aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "policyArn")
                        .isEmpty()
                || stack.referring(policy, "aws:iam/policyAttachment:PolicyAttachment", "policyArn").certain().stream()
                        .anyMatch(attachment -> !attachment.at("users").items().isEmpty()
                                || !attachment.at("groups").items().isEmpty());
    }
}
