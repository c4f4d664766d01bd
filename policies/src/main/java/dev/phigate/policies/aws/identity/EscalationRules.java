package dev.phigate.policies.aws.identity;

import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.stream.Stream;

/** Rules on ways to more rights than were given: actions that hand out rights, and policies that belong to one user. */
public final class EscalationRules {
    private static final String ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment";
    private static final List<String> ACTIONS = List.of(
            "iam:PassRole",
            "iam:CreatePolicyVersion",
            "iam:SetDefaultPolicyVersion",
            "iam:Attach*Policy",
            "iam:Put*Policy",
            "iam:UpdateAssumeRolePolicy",
            "iam:AddUserToGroup",
            "iam:CreateAccessKey",
            "iam:CreateLoginProfile",
            "iam:UpdateLoginProfile",
            "iam:Delete*PermissionsBoundary",
            "sts:AssumeRole",
            "lambda:UpdateFunctionCode",
            "glue:UpdateDevEndpoint");
    private static final List<String> OWNERS_OF_RIGHTS = List.of("role", "user", "group", "policy");

    private EscalationRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        List<String> actions = tuning.texts(
                "aws-iam-privilege-escalation", "actions", ACTIONS, "the actions that need named resources");
        return List.of(
                rule(
                                "aws-iam-privilege-escalation",
                                resource -> Policies.eachAllowing(
                                        resource, statement -> handsOutNoRights(statement, actions)))
                        .on(PolicyRules.POLICIES)
                        .cites(S164_312_A_1, S164_308_A_4_I, S164_308_A_4_II_B)
                        .fix("\"Action\": \"iam:PassRole\", \"Resource\": \"arn:aws:iam::ACCOUNT:role/NAMED\""),
                rule("aws-iam-no-user-policies", EscalationRules::isOfNoUser)
                        .on(
                                "aws:iam/userPolicy:UserPolicy",
                                "aws:iam/userPolicyAttachment:UserPolicyAttachment",
                                ATTACHMENT)
                        .cites(S164_308_A_4_I, S164_308_A_4_II_B, S164_308_A_4_II_C)
                        .fix("a GroupPolicyAttachment or RolePolicyAttachment with policyArn: ${policy.arn}")
                        .fix(ATTACHMENT, "groups or roles, and no users"));
    }

    /** Conditions excuse nothing: a role that may be passed to one service only still lends that service all its rights. */
    private static Finding handsOutNoRights(Statement statement, List<String> actions) {
        boolean everywhere = statement.coversEveryResource()
                || Stream.of("iam", "sts", "lambda", "glue").anyMatch(statement::coversEveryResourceOf)
                || OWNERS_OF_RIGHTS.stream().anyMatch(type -> statement.coversEveryOf("iam", type + "/"));
        List<String> touched = everywhere
                ? actions.stream()
                        .filter(action -> statement.touches(List.of(action)))
                        .toList()
                : List.of();
        return touched.isEmpty()
                ? Finding.compliant()
                : statement.violates("Resource", "named resources for " + String.join(", ", touched));
    }

    private static Finding isOfNoUser(Resource resource) {
        String wanted = "policies of groups and roles, which people join and leave";
        return resource.kind().equals(ATTACHMENT)
                ? resource.at("users").mustBeAbsent(wanted)
                : Finding.violation("", "a policy of one user", wanted);
    }
}
