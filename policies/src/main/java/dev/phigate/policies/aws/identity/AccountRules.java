package dev.phigate.policies.aws.identity;

import static dev.phigate.policies.pack.Citation.S164_308_A_3_II_C;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_C;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_D;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_III;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules on users, passwords and the length of sessions. */
public final class AccountRules {
    private static final String ACCESS_KEY = "aws:iam/accessKey:AccessKey";
    private static final String PERMISSION_SET = "aws:ssoadmin/permissionSet:PermissionSet";
    private static final Relation ATTACHED = Relation.by(
            attachment -> Stream.of(attachment.either("role", "permissionSetArn")),
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment");
    private static final Pattern PRIVILEGED =
            Pattern.compile("(?i).*(admin|breakglass|break-glass|privileged|poweruser).*");

    private AccountRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int length = tuning.number("aws-iam-password-policy", "length", 14, "the shortest password");
        int age = tuning.number("aws-iam-password-policy", "maxAgeDays", 90, "the longest life of a password, in days");
        int session =
                tuning.number("aws-iam-session-duration", "seconds", 14_400, 3_600, "the longest session, in seconds");
        int privileged = tuning.number(
                "aws-iam-session-duration",
                "privilegedSeconds",
                3_600,
                "the longest session of a privileged role, in seconds");
        return List.of(
                rule("aws-iam-no-long-lived-keys", AccountRules::isNoLongLivedKey)
                        .on(ACCESS_KEY, "aws:iam/user:User", "aws:iam/userLoginProfile:UserLoginProfile")
                        .cites(S164_312_A_2_I, S164_312_D, S164_308_A_5_II_D, S164_308_A_3_II_C)
                        .fix("a Role with an assumeRolePolicy, or IAM Identity Center"),
                rule("aws-iam-password-policy", policy -> isStrong(policy, length, age))
                        .on("aws:iam/accountPasswordPolicy:AccountPasswordPolicy")
                        .cites(S164_308_A_5_II_D, S164_312_D, S164_308_A_4_II_C)
                        .fix(
                                "minimumPasswordLength: 14, requireLowercaseCharacters: true, requireUppercaseCharacters: true, requireNumbers: true, requireSymbols: true, passwordReusePrevention: 24, maxPasswordAge: 90"),
                stackRule(
                                "aws-iam-session-duration",
                                (resource, stack) -> endsInTime(resource, stack, session, privileged))
                        .on("aws:iam/role:Role", PERMISSION_SET)
                        .cites(S164_312_A_2_III, S164_312_A_1)
                        .fix("maxSessionDuration: 3600")
                        .fix(PERMISSION_SET, "sessionDuration: PT1H"));
    }

    private static Finding isNoLongLivedKey(Resource resource) {
        String found = "a " + resource.kind().substring(resource.kind().lastIndexOf(':') + 1);
        return Finding.violation("", found, "a role that is assumed for a session");
    }

    private static Finding isStrong(Resource policy, int length, int age) {
        return Finding.all(
                () -> policy.at("minimumPasswordLength").mustBeAtLeast(length),
                () -> policy.at("requireLowercaseCharacters").mustBe(true),
                () -> policy.at("requireUppercaseCharacters").mustBe(true),
                () -> policy.at("requireNumbers").mustBe(true),
                () -> policy.at("requireSymbols").mustBe(true),
                () -> policy.at("passwordReusePrevention").mustBeAtLeast(24),
                () -> policy.at("maxPasswordAge").mustBeAtLeast(1),
                () -> policy.at("maxPasswordAge").mustBeAtMost(age));
    }

    private static Finding endsInTime(Resource resource, Stack stack, int seconds, int privilegedSeconds) {
        Finding shortest = lasts(resource, privilegedSeconds);
        Finding longest = lasts(resource, seconds);
        return longest instanceof Finding.Compliant && !(shortest instanceof Finding.Compliant)
                ? shortest.unless(() -> isOrdinary(resource, stack))
                : longest;
    }

    private static Finding lasts(Resource resource, int seconds) {
        return resource.kind().equals(PERMISSION_SET)
                ? resource.at("sessionDuration")
                        .orWhenAbsent("PT1H")
                        .mustMatch(
                                duration -> isWithin(duration, seconds),
                                "a duration of at most " + Duration.ofSeconds(seconds))
                : resource.at("maxSessionDuration").orWhenAbsent(3_600).mustBeAtMost(seconds);
    }

    /** Privileged is what is called so, what is for emergencies, and what holds one of AWS's broad policies. */
    private static Finding isOrdinary(Resource resource, Stack stack) {
        String wanted = "no privileges";
        return Finding.all(
                () -> isNoTitle(Tags.of(resource, "role"), stack),
                () -> isNoTitle(resource.either("name", "namePrefix"), stack),
                () -> PRIVILEGED.matcher(resource.name()).matches()
                        ? Finding.violation("", resource.name(), wanted)
                        : Finding.compliant(),
                () -> Tags.of(resource, "breakGlass").orWhenAbsent("false").mustBe("false"),
                () -> resource.at("managedPolicyArns").each(arn -> isOrdinary(arn, stack)),
                () -> stack.referring(resource, ATTACHED)
                        .each(attachment -> isOrdinary(attachment.either("policyArn", "managedPolicyArn"), stack)));
    }

    /** What comes from another resource is a policy of the program's own. */
    private static Finding isOrdinary(Property arn, Stack stack) {
        return stack.isGiven(arn)
                ? Finding.compliant()
                : arn.mustMatch(text -> !PolicyRules.isBroad(text), "none of AWS's broad policies");
    }

    private static Finding isNoTitle(Property name, Stack stack) {
        return name.isAbsent() || stack.isGiven(name)
                ? Finding.compliant()
                : name.mustMatch(text -> !PRIVILEGED.matcher(text).matches(), "no title of an administrator");
    }

    private static boolean isWithin(String duration, int seconds) {
        try {
            Duration length = Duration.parse(duration);
            return length.isPositive() && length.toSeconds() <= seconds;
        } catch (java.time.format.DateTimeParseException _) {
            return false;
        }
    }
}
