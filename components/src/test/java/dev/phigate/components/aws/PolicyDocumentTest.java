package dev.phigate.components.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.phigate.components.DataClass;
import dev.phigate.components.aws.BucketPlan.Keeping;
import dev.phigate.components.aws.BucketPlan.Side;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyDocumentTest {
    private static final AwsPlace PLACE = new AwsPlace("123456789012", "us-east-1", "us-west-2");

    @Test
    @Tag("N3")
    void aDocumentIsWrittenAsIamTakesIt() {
        assertThat(PolicyDocument.of(Statement.allow("A", "s3:GetObject", "s3:ListBucket")
                                .toArn(PLACE.root())
                                .on("*")
                                .when("Bool", "a", "true")
                                .when("Bool", "b", "x", "y"))
                        .json())
                .isEqualTo("""
                {"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},\
                "Action":["s3:GetObject","s3:ListBucket"],"Resource":"*","Condition":{"Bool":{"a":"true","b":["x","y"]}}}]}""");
    }

    @Test
    void statementsHaveNamesThatIamTakesAndNoTwoTheSame() {
        assertThatThrownBy(() -> Statement.allow("with blanks", "s3:*")).hasMessageContaining("letters and digits");
        assertThatThrownBy(() -> PolicyDocument.of(Statement.allow("A", "a:b"), Statement.deny("A", "a:b")))
                .hasMessageContaining("a Sid of its own");
    }

    @Test
    @Tag("N4")
    void whatSurvivesRefusesDeletionPlaintextAndOldTls() {
        assertThat(new BucketPlan("audit", DataClass.AUDIT, Side.HOME, new Keeping.Locked(2192))
                        .policy("arn:aws:s3:::b", List.of())
                        .statements())
                .extracting(Statement::sid, Statement::effect)
                .containsExactly(
                        tuple("PlaintextIsRefused", "Deny"),
                        tuple("OldTlsIsRefused", "Deny"),
                        tuple("NobodyDeletesOrOverwrites", "Deny"));
    }

    @ParameterizedTest
    @CsvSource({"2190, 2192", "2192, 2192", "2193, 2557", "3653, 3653", "3654, 0"})
    @Tag("A7")
    void logsAreKeptForTheNextLengthThatCloudWatchKnows(int days, int accepted) {
        assertThat(LogRetention.atLeast(days)).isEqualTo(accepted);
    }

    @Test
    void aPlaceInTheGovernmentsRegionsIsInTheirPartition() {
        assertThat(new AwsPlace("123456789012", "us-gov-west-1", "us-gov-east-1").arn("kms", "key/k"))
                .isEqualTo("arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/k");
    }
}
