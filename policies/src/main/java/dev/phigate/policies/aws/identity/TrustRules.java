package dev.phigate.policies.aws.identity;

import static dev.phigate.policies.pack.Citation.S164_308_A_3_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.aws.document.Condition;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Rules on who may assume roles. */
public final class TrustRules {
    private static final String ROLE = "aws:iam/role:Role";
    private static final List<String> SERVICES = List.of(
            "vpc-flow-logs.amazonaws.com",
            "ecs-tasks.amazonaws.com",
            "scheduler.amazonaws.com",
            "states.amazonaws.com",
            "sagemaker.amazonaws.com",
            "bedrock.amazonaws.com");
    private static final Set<String> SOURCES =
            Set.of("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths");

    /** What the subjects of GitHub, GitLab, Kubernetes and Terraform Cloud begin with, whoever they are. */
    private static final Pattern KIND_OF_SUBJECT =
            Pattern.compile("^(?:repo|repository|project_path|system:serviceaccount|organization|org|user):");

    private TrustRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        List<String> services = tuning.texts(
                "aws-iam-trust-no-wildcard",
                "services",
                SERVICES,
                "the service principals that send aws:SourceAccount or aws:SourceArn when they assume a role");
        return List.of(
                rule("aws-iam-mfa-condition", TrustRules::peopleShowSecondFactor)
                        .on(ROLE)
                        .cites(S164_312_D, S164_312_A_2_I, S164_312_A_1, S164_308_A_3_II_A)
                        .fix("\"Condition\": {\"Bool\": {\"aws:MultiFactorAuthPresent\": \"true\"}}"),
                rule("aws-iam-trust-no-wildcard", role -> namesWhoAssumesIt(role, services))
                        .on(ROLE)
                        .cites(S164_312_A_1, S164_308_A_4_I, S164_312_D)
                        .fix("\"Principal\": {\"AWS\": \"arn:aws:iam::ACCOUNT:role/NAME\"}"));
    }

    private static Finding peopleShowSecondFactor(Resource role) {
        return trust(
                role,
                statement -> isForPeople(statement) && !Policies.asksForSecondFactor(statement)
                        ? statement.violates(
                                "Condition",
                                "Bool aws:MultiFactorAuthPresent: true, or NumericLessThan aws:MultiFactorAuthAge")
                        : Finding.compliant());
    }

    /** An account or a user is people; a role is a machine, and so is an account narrowed to its roles. */
    private static boolean isForPeople(Statement statement) {
        boolean accounts = statement.coversEveryone()
                || statement.principals().stream()
                        .anyMatch(principal -> principal.kind().equals("AWS") && !principal.isRole());
        boolean rolesOnly = statement.conditions().stream()
                .anyMatch(condition -> !condition.holdsWhenMissing()
                        && condition.key().equals("aws:principalarn")
                        && Set.of("stringequals", "stringlike", "arnequals", "arnlike")
                                .contains(condition.operator())
                        && condition.values().stream()
                                .allMatch(value -> value.matches("arn:aws[a-z-]*:iam::\\d{12}:role/.+")));
        return accounts && !rolesOnly;
    }

    private static Finding namesWhoAssumesIt(Resource role, List<String> services) {
        return trust(
                role,
                statement -> Finding.all(
                        () -> statement.coversEveryone()
                                ? statement.violates("Principal", "named principals")
                                : Finding.compliant(),
                        () -> isUnboundService(statement, services)
                                ? statement.violates(
                                        "Condition",
                                        "aws:SourceAccount or aws:SourceArn, so that the service acts for this account only")
                                : Finding.compliant(),
                        () -> federation(statement)));
    }

    private static boolean isUnboundService(Statement statement, List<String> services) {
        return statement.principals().stream()
                        .anyMatch(
                                principal -> principal.kind().equals("Service") && services.contains(principal.name()))
                && !statement.isNarrowedTo(SOURCES);
    }

    private static Finding federation(Statement statement) {
        if (statement.principals().stream()
                .noneMatch(principal -> principal.kind().equals("Federated"))) {
            return Finding.compliant();
        }
        boolean audience = statement.conditions().stream().anyMatch(TrustRules::isExactAudience);
        boolean subject = statement.conditions().stream().anyMatch(TrustRules::isSubject);
        return audience && subject
                ? Finding.compliant()
                : statement.violates(
                        "Condition", "StringEquals on the audience (...:aud) and a subject (...:sub) that is not *");
    }

    private static boolean isExactAudience(Condition condition) {
        return !condition.holdsWhenMissing()
                && condition.key().endsWith(":aud")
                && condition.operator().equals("stringequals")
                && !condition.values().isEmpty();
    }

    /** Which subject: one of OIDC, an attribute of SAML, or that a Cognito identity has signed in. */
    private static boolean isSubject(Condition condition) {
        boolean names = condition.key().endsWith(":sub")
                || condition.key().endsWith(":amr")
                || (condition.key().startsWith("saml:") && !condition.key().equals("saml:aud"));
        return names
                && !condition.holdsWhenMissing()
                && Set.of("stringequals", "stringlike", "stringequalsignorecase")
                        .contains(condition.operator())
                && !condition.values().isEmpty()
                && condition.values().stream().allMatch(TrustRules::namesSomebody);
    }

    /** Something must stand before the first wildcard, and not only what every subject of the provider begins with. */
    private static boolean namesSomebody(String subject) {
        String own = KIND_OF_SUBJECT.matcher(subject).replaceFirst("");
        return !own.isEmpty() && "*?:/".indexOf(own.charAt(0)) < 0;
    }

    private static Finding trust(Resource role, Function<Statement, Finding> question) {
        return PolicyDocument.ofResource(role.at("assumeRolePolicy")).eachAllowing(question);
    }
}
