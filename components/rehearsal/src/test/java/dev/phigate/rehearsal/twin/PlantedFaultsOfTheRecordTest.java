package dev.phigate.rehearsal.twin;

import static dev.phigate.rehearsal.twin.PlantedFaultsTest.fault;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.protocol.Problem;
import dev.phigate.rehearsal.twin.PlantedFaultsTest.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same for what keeps the record of an environment on AWS: buckets, keys, recorders, detectors. */
@Tag("N4")
@Tag("N9")
class PlantedFaultsOfTheRecordTest {
    @TempDir
    private Path folder;

    static List<Fault> faults() {
        String lock = "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2";
        String versions = "aws:s3/bucketVersioningV2:BucketVersioningV2";
        String encryption =
                "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2";
        String replication = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";
        String trail = "aws:cloudtrail/trail:Trail";
        return List.of(
                fault(
                        lock,
                        "{'bucket': 'b', 'rule': {'defaultRetention': {'mode': 'STRICT', 'days': 2192}}}",
                        "rule.defaultRetention.mode",
                        "expected: GOVERNANCE, COMPLIANCE"),
                fault(
                        lock,
                        "{'bucket': 'b', 'rule': {'defaultRetention': {'mode': 'COMPLIANCE', 'days': 0}}}",
                        "rule.defaultRetention.days",
                        "expected: 1 to 36500"),
                fault(lock, "{'bucket': 'none'}", "bucket", "names nothing"),
                fault(
                        versions,
                        "{'bucket': 'b', 'versioningConfiguration': {'status': 'On'}}",
                        "versioningConfiguration.status",
                        "expected: Enabled"),
                fault(
                        encryption,
                        "{'bucket': 'b', 'rules': [{'applyServerSideEncryptionByDefault': {'sseAlgorithm': 'kms'}}]}",
                        "rules[0].applyServerSideEncryptionByDefault.sseAlgorithm",
                        "expected: AES256, aws:kms"),
                fault(
                        encryption,
                        "{'bucket': 'b', 'rules': [{'applyServerSideEncryptionByDefault': {'sseAlgorithm': 'aws:kms', 'kmsMasterKeyId': 'alias/none'}}]}",
                        "rules[0].applyServerSideEncryptionByDefault.kmsMasterKeyId",
                        "names nothing"),
                fault(
                        replication,
                        "{'bucket': 'b', 'role': 'arn:aws:iam::123456789012:role/none', 'rules': []}",
                        "role",
                        "names nothing"),
                fault(trail, "{'s3BucketName': 'none', 'name': 'trail'}", "s3BucketName", "names nothing"),
                fault(
                        trail,
                        "{'s3BucketName': 'b', 'eventSelectors': [{'readWriteType': 'Both'}]}",
                        "eventSelectors[0].readWriteType",
                        "expected: ReadOnly, WriteOnly, All"),
                fault(
                        "aws:cfg/recorderStatus:RecorderStatus",
                        "{'name': 'none', 'isEnabled': true}",
                        "name",
                        "names nothing"),
                fault(
                        "aws:cfg/deliveryChannel:DeliveryChannel",
                        "{'s3BucketName': 'b', 'snapshotDeliveryProperties': {'deliveryFrequency': 'Daily'}}",
                        "snapshotDeliveryProperties.deliveryFrequency",
                        "TwentyFour_Hours"),
                fault(
                        "aws:guardduty/detector:Detector",
                        "{'findingPublishingFrequency': 'HOURLY'}",
                        "findingPublishingFrequency",
                        "expected: FIFTEEN_MINUTES"),
                fault(
                        "aws:guardduty/detectorFeature:DetectorFeature",
                        "{'detectorId': 'none', 'name': 'S3_LOGS', 'status': 'ENABLED'}",
                        "name",
                        "expected: S3_DATA_EVENTS"),
                fault(
                        "aws:iam/serviceLinkedRole:ServiceLinkedRole",
                        "{'awsServiceName': 'autoscaling'}",
                        "awsServiceName",
                        "autoscaling.amazonaws.com"),
                fault(
                        "aws:kms/alias:Alias",
                        "{'name': 'clinic/audit', 'targetKeyId': 'none'}",
                        "name",
                        "expected: alias/NAME"),
                fault(
                        "aws:kms/alias:Alias",
                        "{'name': 'alias/clinic', 'targetKeyId': 'none'}",
                        "targetKeyId",
                        "names nothing"),
                fault(
                        "aws:inspector2/enabler:Enabler",
                        "{'accountIds': ['123456789012'], 'resourceTypes': ['VM']}",
                        "resourceTypes[0]",
                        "expected: EC2"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aPlantedFaultIsNamedWithWhereItStandsAndWhatWasExpected(Fault fault) throws IOException {
        List<Problem> problems = new Rehearsal("aws", folder)
                .check(fault.type(), "planted", fault.inputs())
                .problems();
        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.path()).isEqualTo(fault.path());
            assertThat(problem.reason()).contains(fault.says());
        });
    }
}
