package dev.phigate.components.audittrail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.BucketPlan;
import dev.phigate.components.aws.BucketPlan.Keeping;
import dev.phigate.components.aws.BucketPlan.Side;
import dev.phigate.components.aws.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N4")
final class AwsTrailPlanTest {
    private static final int LONGEST_NAME = 63;
    private static final int LETTERS_OF_CHANCE = 8;
    private static final String LONG_NAME = "a-very-long-environment-name-32c";
    private static final AwsTrailPlan PLAN = new AwsTrailPlan(
            new AuditTrailIntent(2192, true), new AwsPlace("123456789012", "us-east-1", "us-west-2"), "clinic");

    private static Stream<BucketPlan> buckets() {
        return Stream.of(PLAN.audit(), PLAN.config(), PLAN.replica(), PLAN.access(Side.HOME), PLAN.access(Side.BACKUP));
    }

    @Test
    @Tag("A7")
    void theRecordAndItsReplicaAreLockedForTheWholeRetention() {
        assertThat(List.of(PLAN.audit(), PLAN.replica()))
                .extracting(BucketPlan::keeping)
                .containsOnly(new Keeping.Locked(2192));
        assertThat(List.of(PLAN.audit().side(), PLAN.replica().side())).containsExactly(Side.HOME, Side.BACKUP);
    }

    @Test
    void whatCannotBeLockedSurvivesToo() {
        assertThat(buckets()).allMatch(BucketPlan::survives);
        assertThat(buckets()).filteredOn(each -> !each.hasOwnKey()).hasSize(2);
    }

    @Test
    void bucketsOfTheLongestEnvironmentNameStillHaveNames() {
        assertThat(buckets())
                .allMatch(each -> (LONG_NAME + "-" + each.part()).length() + LETTERS_OF_CHANCE <= LONGEST_NAME);
    }

    @Test
    void onlyServicesOfThisAccountWriteIntoTheBuckets() {
        for (List<Statement> grants : List.of(
                PLAN.auditGrants("arn:aws:s3:::b"),
                PLAN.configGrants("arn:aws:s3:::b"),
                PLAN.accessGrants("arn:aws:s3:::b"))) {
            assertThat(grants)
                    .allMatch(each -> each.principals().containsKey("Service"))
                    .allMatch(each -> each.conditions().get("StringEquals") != null)
                    .allMatch(
                            each -> each.conditions().toString().matches(".*aws:Source(Arn|Account).*123456789012.*"));
        }
    }
}
