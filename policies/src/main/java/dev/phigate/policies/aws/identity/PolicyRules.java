package dev.phigate.policies.aws.identity;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_3_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.regex.Pattern;

/** Rules on what IAM policies allow, wherever they are written. */
public final class PolicyRules {
    private static final String POLICY = "aws:iam/policy:Policy";
    private static final String ROLE = "aws:iam/role:Role";
    private static final String ROLE_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
    /** What holds policies of identities. */
    static final String[] POLICIES = {
        POLICY,
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/userPolicy:UserPolicy",
        "aws:iam/groupPolicy:GroupPolicy",
        ROLE,
        Policies.PERMISSION_SET_POLICY
    };

    private static final List<String> SERVICES = List.of(
            "s3",
            "kms",
            "rds",
            "dynamodb",
            "iam",
            "cloudtrail",
            "logs",
            "elasticloadbalancing",
            "ec2",
            "secretsmanager");
    private static final Pattern BROAD = Pattern.compile(
            "arn:aws[a-z-]*:iam::aws:policy/(?:[\\w-]+/)*(AdministratorAccess|IAMFullAccess|PowerUserAccess)");
    private static final String SSO_ATTACHMENT = "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment";

    private PolicyRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        List<String> services = tuning.texts(
                "aws-iam-no-service-wildcard",
                "services",
                SERVICES,
                "the services that hold or guard ePHI, by IAM prefix");
        return List.of(
                rule(
                                "aws-iam-no-admin-wildcard",
                                resource -> Policies.eachAllowing(resource, PolicyRules::isNotAdministration))
                        .on(POLICIES)
                        .cites(S164_312_A_1, S164_308_A_4_I, S164_308_A_4_II_B, S164_308_A_3_II_B, S164_308_A_1_II_B)
                        .fix("\"Action\": [\"SERVICE:NAMED\"], \"Resource\": \"arn:aws:SERVICE:REGION:ACCOUNT:NAMED\""),
                rule(
                                "aws-iam-no-service-wildcard",
                                resource -> Policies.eachAllowing(
                                        resource, statement -> isNotWholeService(statement, services)))
                        .on(POLICIES)
                        .cites(S164_312_A_1, S164_308_A_4_I, S164_308_A_4_II_B, S164_308_A_4_II_C)
                        .fix("\"Action\": [\"SERVICE:NAMED\"], \"Resource\": \"arn:aws:SERVICE:REGION:ACCOUNT:NAMED\""),
                stackRule("aws-iam-no-admin-managed-policy", PolicyRules::isNotBroadlyManaged)
                        .on(
                                ROLE_ATTACHMENT,
                                "aws:iam/userPolicyAttachment:UserPolicyAttachment",
                                "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
                                "aws:iam/policyAttachment:PolicyAttachment",
                                ROLE,
                                SSO_ATTACHMENT)
                        .cites(S164_312_A_1, S164_308_A_4_I, S164_308_A_4_II_B, S164_308_A_3_II_B)
                        .fix(
                                "policyArn: ${policy.arn}   # a policy of named actions; or breakGlass: \"true\" on the role"));
    }

    private static Finding isNotAdministration(Statement statement) {
        if (statement.hasNotAction()) {
            return statement.violates(
                    "NotAction", "named actions: an Allow of all but some grows with every new service");
        }
        return statement.coversEveryAction() && statement.coversEveryResource()
                ? statement.violates("Action", "named actions on named resources")
                : Finding.compliant();
    }

    private static Finding isNotWholeService(Statement statement, List<String> services) {
        return Finding.each(
                services.stream(),
                service -> statement.coversService(service) && statement.coversEveryResourceOf(service)
                        ? statement.violates("Action", "named actions of " + service + ", or named resources")
                        : Finding.compliant());
    }

    private static Finding isNotBroadlyManaged(Resource resource, Stack stack) {
        String wanted = "a policy of named actions, or a role tagged breakGlass: true";
        if (resource.kind().equals(ROLE)) {
            return Tags.is(resource, "breakGlass", "true")
                    ? Finding.notApplicable("the role is for emergencies")
                    : resource.at("managedPolicyArns").each(arn -> arn.mustMatch(PolicyRules::isNarrow, wanted));
        }
        String property = resource.kind().equals(SSO_ATTACHMENT) ? "managedPolicyArn" : "policyArn";
        Property arn = resource.at(property);
        if (!stack.referred(arn, POLICY).certain().isEmpty()) {
            return Finding.compliant();
        }
        Finding narrow = arn.mustMatch(PolicyRules::isNarrow, wanted);
        if (!(narrow instanceof Finding.Violation) || !resource.kind().equals(ROLE_ATTACHMENT)) {
            return narrow;
        }
        Stack.Referrers roles =
                stack.referred(resource.at("role"), ROLE).where(role -> Tags.is(role, "breakGlass", "true"));
        if (roles.isOpen()) {
            return Finding.undecidable("role", "whether the role is for emergencies is not known yet");
        }
        return roles.isEmpty() ? narrow : Finding.notApplicable("the role is for emergencies");
    }

    private static boolean isNarrow(String arn) {
        return arn.startsWith("arn:") && !BROAD.matcher(arn).matches();
    }

    /** Whether the text is the ARN of a policy that gives an administrator's rights. */
    static boolean isBroad(String arn) {
        return BROAD.matcher(arn).matches();
    }
}
