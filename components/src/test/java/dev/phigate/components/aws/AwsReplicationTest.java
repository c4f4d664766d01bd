package dev.phigate.components.aws;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N8")
final class AwsReplicationTest {
    private static final PolicyDocument POLICY = AwsReplication.policy(
            new AwsPlace("123456789012", "us-east-1", "us-west-2"), "arn:aws:s3:::a", "arn:aws:s3:::b", "k1", "k2");

    @Test
    void replicationNeverDeletes() {
        assertThat(POLICY.statements().stream().flatMap(each -> each.actions().stream()))
                .noneMatch(action -> action.contains("Delete"))
                .contains("s3:GetObjectRetention", "s3:ReplicateObject");
    }

    @Test
    void theKeyOfEachRegionIsUsedByS3OfThatRegionOnly() {
        assertThat(POLICY.statements())
                .filteredOn(each -> each.actions().stream().anyMatch(action -> action.startsWith("kms:")))
                .hasSize(2)
                .anySatisfy(each -> {
                    assertThat(each.resources()).containsExactly("k1");
                    assertThat(each.conditions().toString()).contains("s3.us-east-1.amazonaws.com");
                })
                .anySatisfy(each -> {
                    assertThat(each.resources()).containsExactly("k2");
                    assertThat(each.conditions().toString()).contains("s3.us-west-2.amazonaws.com");
                });
    }
}
