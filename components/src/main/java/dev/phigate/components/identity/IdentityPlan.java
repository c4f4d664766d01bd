package dev.phigate.components.identity;

import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The roles of an environment on AWS before they exist: who may take each, for how long, and what it may do. Nobody may do anything
 * because of who they are in this account: there are no users in it.
 */
public final class IdentityPlan {
    /** No session lasts longer, in seconds. */
    static final int SESSION = 3600;

    /** For emergencies the second factor must have been shown just now, in seconds. */
    private static final int FRESH = 900;

    private final IdentityIntent intent;
    private final AwsPlace place;
    private final String environment;
    private final DutyPolicies policies;

    /** The plan of an environment's roles. */
    public IdentityPlan(IdentityIntent intent, AwsPlace place, String environment) {
        this.intent = intent;
        this.place = place;
        this.environment = environment;
        this.policies = new DutyPolicies(place, environment);
    }

    /**
     * A role that people take.
     *
     * @param name its name, unique in the account
     * @param trust who may take it
     * @param policy what it may do; not for emergencies
     * @param managed policies of AWS that it has as well
     * @param tags what it is, for those who look for it
     */
    record Role(
            Duty duty,
            String name,
            PolicyDocument trust,
            PolicyDocument policy,
            List<String> managed,
            Map<String, String> tags) {
        /** Whether its own policy is also the most that it may ever do: so for one that may do what no other may. */
        boolean isItsOwnBoundary() {
            return duty == Duty.BALANCER_ADMIN;
        }
    }

    /** A role for each duty. */
    List<Role> roles() {
        return Arrays.stream(Duty.values()).map(this::role).toList();
    }

    /** The name of a role. */
    public static String roleName(String environment, Duty duty) {
        return environment + "-" + duty.written();
    }

    /** The ARN of a role, known before it exists. */
    public String roleArn(Duty duty) {
        return place.globalArn("iam", "role/" + roleName(environment, duty));
    }

    /** The most that any role of the environment may do. */
    PolicyDocument boundary() {
        return policies.boundary();
    }

    private Role role(Duty duty) {
        return new Role(
                duty,
                roleName(environment, duty),
                trust(duty),
                policies.of(duty),
                managed(duty),
                switch (duty) {
                    case BALANCER_ADMIN -> Map.of("role", "lb-admin");
                    case BREAK_GLASS -> Map.of("breakGlass", "true");
                    case PLATFORM_ADMIN, AUDITOR -> Map.of("role", duty.written());
                });
    }

    private PolicyDocument trust(Duty duty) {
        String[] people = intent.people().getOrDefault(duty, List.of()).stream()
                .map(person -> "arn:" + place.partition() + ":iam::" + intent.provider() + ":" + person)
                .toArray(String[]::new);
        int age = duty == Duty.BREAK_GLASS ? FRESH : SESSION;
        return PolicyDocument.of(Statement.allow("PeopleWithASecondFactor", "sts:AssumeRole")
                .toArn("arn:" + place.partition() + ":iam::" + intent.provider() + ":root")
                .withSecondFactor()
                .when("NumericLessThan", "aws:MultiFactorAuthAge", Integer.toString(age))
                .when("ArnEquals", "aws:PrincipalArn", people));
    }

    private List<String> managed(Duty duty) {
        String ofAws = "arn:" + place.partition() + ":iam::aws:policy/";
        return switch (duty) {
            case AUDITOR -> List.of(ofAws + "SecurityAudit", ofAws + "job-function/ViewOnlyAccess");
            case BREAK_GLASS -> List.of(ofAws + "AdministratorAccess");
            case PLATFORM_ADMIN, BALANCER_ADMIN -> List.of();
        };
    }
}
