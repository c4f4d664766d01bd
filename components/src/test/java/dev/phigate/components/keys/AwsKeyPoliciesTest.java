package dev.phigate.components.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("N2")
final class AwsKeyPoliciesTest {
    private static final int LONGEST = 32_768;
    private static final AwsPlace PLACE = new AwsPlace("123456789012", "us-east-1", "us-west-2");
    private static final AwsKeyPolicies POLICIES = new AwsKeyPolicies(PLACE, "clinic");

    private static List<String> services(DataClass dataClass) {
        return POLICIES.home(dataClass).statements().stream()
                .flatMap(each -> each.principals().getOrDefault("Service", List.of()).stream())
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyKeyNamesItsPrincipalsAndLeavesAllToTheAccountOnly(DataClass dataClass) {
        for (PolicyDocument policy : List.of(POLICIES.home(dataClass), POLICIES.backup())) {
            assertThat(policy.statements())
                    .allMatch(each -> each.effect().equals("Allow"))
                    .noneMatch(each -> each.principals().toString().contains("*"));
            assertThat(policy.statements())
                    .filteredOn(each -> each.actions().contains("kms:*"))
                    .singleElement()
                    .extracting(each -> each.principals().get("AWS"))
                    .isEqualTo(List.of("arn:aws:iam::123456789012:root"));
            assertThat(policy.json()).hasSizeLessThan(LONGEST);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nobodyButTheAccountMayDeleteAKeyOrChangeItsPolicy(DataClass dataClass) {
        assertThat(POLICIES.home(dataClass).statements().stream()
                        .filter(each -> !each.sid().equals("TheAccountDecides"))
                        .map(Statement::actions)
                        .flatMap(List::stream))
                .doesNotContain("kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:DisableKey", "kms:*");
    }

    @Test
    void onlyWhatWritesTheRecordUsesItsKey() {
        assertThat(services(DataClass.AUDIT))
                .containsExactly(
                        "cloudtrail.amazonaws.com",
                        "logs.us-east-1.amazonaws.com",
                        "config.amazonaws.com",
                        "delivery.logs.amazonaws.com",
                        "events.amazonaws.com",
                        "cloudwatch.amazonaws.com",
                        "backup.amazonaws.com");
        assertThat(services(DataClass.SECRETS)).isEmpty();
    }

    @Test
    void servicesActForThisAccountOnlyWhereTheySayForWhich() {
        assertThat(Stream.of(DataClass.values())
                        .flatMap(each -> POLICIES.home(each).statements().stream())
                        .filter(each -> each.principals().containsKey("Service")))
                .filteredOn(each -> each.conditions().isEmpty())
                .extracting(Statement::sid)
                .containsExactly("EventsReachTheTopic");
    }

    @Test
    @Tag("N6")
    void diskKeysAdmitTheEnvironmentsOwnAutoScalingRole() {
        assertThat(POLICIES.home(DataClass.WORKLOAD).json())
                .contains("role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_clinic")
                .contains("\"kms:GrantIsForAWSResource\":\"true\"");
    }
}
