package dev.phigate.policies.aws.identity;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Where IAM policies are written. */
final class Policies {
    static final String PERMISSION_SET_POLICY = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy";

    private static final Set<String> MFA_AGE_OPERATORS = Set.of("numericlessthan", "numericlessthanequals");

    private Policies() {}

    /** The properties of a resource that hold policy documents: its policy, or the inline policies of a role. */
    static Stream<Property> of(Resource resource) {
        return switch (resource.kind()) {
            case "aws:iam/role:Role" ->
                resource.at("inlinePolicies").items().stream()
                        .map(inline -> inline.at("policy"))
                        .filter(policy -> !policy.isAbsent());
            case PERMISSION_SET_POLICY -> Stream.of(resource.at("inlinePolicy"));
            default -> Stream.of(resource.at("policy"));
        };
    }

    /** Asks a question about each statement that allows something. */
    static Finding eachAllowing(Resource resource, Function<Statement, Finding> question) {
        return Finding.each(
                of(resource), policy -> PolicyDocument.ofIdentity(policy).eachAllowing(question));
    }

    /** Whether a statement counts only for those who showed a second factor. A condition that also holds without the key shows nothing. */
    static boolean asksForSecondFactor(Statement statement) {
        return statement.conditions().stream()
                .anyMatch(condition -> !condition.holdsWhenMissing()
                        && (condition.is("aws:multifactorauthpresent", true)
                                || (MFA_AGE_OPERATORS.contains(condition.operator())
                                        && condition.key().equals("aws:multifactorauthage"))));
    }
}
