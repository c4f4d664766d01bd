package dev.phigate.components.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("N3")
final class IdentityPlanTest {
    private static final int LONGEST_POLICY = 6144;
    private static final int LONGEST_TRUST = 2048;
    private static final int LONGEST_NAME = 64;
    private static final String LONG_NAME = "a-very-long-environment-name-32c";
    private static final IdentityIntent INTENT = new IdentityIntent(
            "210987654321",
            Arrays.stream(Duty.values())
                    .collect(Collectors.toMap(Function.identity(), _ -> List.of("role/r", "user/u"))));

    private static IdentityPlan plan(String environment) {
        return new IdentityPlan(INTENT, new AwsPlace("123456789012", "us-east-1", "us-west-2"), environment);
    }

    private static IdentityPlan.Role role(Duty duty) {
        return plan("clinic").roles().stream()
                .filter(role -> role.duty() == duty)
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> allowed(PolicyDocument policy) {
        return policy.statements().stream()
                .filter(each -> each.effect().equals("Allow"))
                .flatMap(each -> each.actions().stream());
    }

    @ParameterizedTest
    @EnumSource
    void aRoleIsTakenFromTheOtherAccountWithASecondFactorByThoseNamed(Duty duty) {
        Statement trust = role(duty).trust().statements().getFirst();
        assertThat(role(duty).trust().statements()).hasSize(1);
        assertThat(trust.principals()).isEqualTo(Map.of("AWS", List.of("arn:aws:iam::210987654321:root")));
        assertThat(trust.conditions())
                .containsEntry("Bool", Map.of("aws:MultiFactorAuthPresent", List.of("true")))
                .containsEntry(
                        "ArnEquals",
                        Map.of(
                                "aws:PrincipalArn",
                                List.of("arn:aws:iam::210987654321:role/r", "arn:aws:iam::210987654321:user/u")));
    }

    @Test
    void emergenciesAskForAFactorShownJustNow() {
        assertThat(role(Duty.BREAK_GLASS).trust().statements().getFirst().conditions())
                .containsEntry("NumericLessThan", Map.of("aws:MultiFactorAuthAge", List.of("900")));
        assertThat(role(Duty.BREAK_GLASS).tags()).containsEntry("breakGlass", "true");
    }

    @ParameterizedTest
    @EnumSource
    void namesAndDocumentsKeepTheLimitsOfIam(Duty duty) {
        IdentityPlan plan = plan(LONG_NAME);
        IdentityPlan.Role role = plan.roles().stream()
                .filter(each -> each.duty() == duty)
                .findFirst()
                .orElseThrow();
        assertThat(role.name()).hasSizeLessThanOrEqualTo(LONGEST_NAME);
        assertThat(role.policy().json()).hasSizeLessThanOrEqualTo(LONGEST_POLICY);
        assertThat(role.trust().json()).hasSizeLessThanOrEqualTo(LONGEST_TRUST);
        assertThat(plan.boundary().json()).hasSizeLessThanOrEqualTo(LONGEST_POLICY);
    }

    @Test
    @Tag("B8")
    void onlyTheBalancersAdministratorChangesThemAndWithASecondFactor() {
        for (Duty duty : List.of(Duty.PLATFORM_ADMIN, Duty.AUDITOR, Duty.BREAK_GLASS)) {
            assertThat(allowed(role(duty).policy()).filter(action -> action.startsWith("elasticloadbalancing:")))
                    .allMatch(action -> action.startsWith("elasticloadbalancing:Describe"));
        }
        assertThat(allowed(plan("clinic").boundary()).filter(action -> action.startsWith("elasticloadbalancing:")))
                .containsExactly("elasticloadbalancing:Describe*");
        assertThat(role(Duty.BALANCER_ADMIN).policy().statements())
                .filteredOn(
                        each -> each.actions().stream().anyMatch(action -> !action.matches(".*:(Describe|Get|List).*")))
                .isNotEmpty()
                .allMatch(each ->
                        each.conditions().getOrDefault("Bool", Map.of()).containsKey("aws:MultiFactorAuthPresent"));
        assertThat(role(Duty.BALANCER_ADMIN).isItsOwnBoundary()).isTrue();
        assertThat(role(Duty.BALANCER_ADMIN).tags()).containsEntry("role", "lb-admin");
    }

    @Test
    void theAuditorChangesNothingAndReadsNoHealthRecords() {
        assertThat(allowed(role(Duty.AUDITOR).policy()))
                .allMatch(action -> action.matches("(s3:(Get|List)|logs:(Get|Filter|StartQuery)|kms:Decrypt).*"));
        assertThat(role(Duty.AUDITOR).policy().statements())
                .filteredOn(each -> each.effect().equals("Deny"))
                .singleElement()
                .satisfies(each -> assertThat(each.conditions().toString()).contains("alias/clinic/workload*"));
    }

    /** What AWS records, what the balancers record, and the replicas of both. */
    @Test
    @Tag("A5")
    void theAuditorReadsEveryRecordOfTheEnvironment() {
        assertThat(role(Duty.AUDITOR).policy().statements())
                .filteredOn(each -> each.sid().equals("ReadTheRecord"))
                .singleElement()
                .satisfies(each -> assertThat(each.resources())
                        .containsExactlyInAnyOrder(
                                "arn:aws:s3:::clinic-audit*",
                                "arn:aws:s3:::clinic-config*",
                                "arn:aws:s3:::clinic-records*"));
    }

    @Test
    @Tag("N4")
    void noRoleStopsOrShortensTheRecordWhateverElseItIsGiven() {
        assertThat(allowed(plan("clinic").boundary()))
                .noneMatch(
                        action -> action.matches(
                                "(cloudtrail:(\\*|Stop|Delete|Update|Put)|guardduty:(\\*|Delete|Update)|kms:(\\*|Schedule|Disable|Put)"
                                        + "|logs:(\\*|Delete|PutRetention)|s3:(\\*|DeleteBucket|PutBucket)|iam:(\\*|Create|Put|Attach|Delete)).*"));
        assertThat(plan("clinic").boundary().statements())
                .filteredOn(each -> each.sid().equals("TheRecordStays"))
                .singleElement()
                .satisfies(each -> assertThat(each.actions())
                        .contains(
                                "config:StopConfigurationRecorder",
                                "ec2:DeleteFlowLogs",
                                "s3:BypassGovernanceRetention"));
    }
}
