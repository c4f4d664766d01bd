package dev.phigate.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What must be taken off before a teardown: what the engine protects, and what the cloud refuses to delete. */
@Tag("N8")
final class ResistanceTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\": \"aws:s3/bucketV2:BucketV2\", \"protect\": true}|true",
                "{\"type\": \"aws:lb/loadBalancer:LoadBalancer\", \"inputs\": {\"enableDeletionProtection\": true}}|true",
                "{\"type\": \"aws:lb/loadBalancer:LoadBalancer\", \"inputs\": {\"enableDeletionProtection\": false}}|false",
                "{\"type\": \"phigate:local:AuditStore\", \"retainOnDelete\": true}|false"
            })
    void aResourceThatResistsDeletionIsSeen(String resource, boolean resists) {
        assertThat(Deployment.resists("{\"deployment\": {\"resources\": [" + resource + "]}}"))
                .isEqualTo(resists);
    }
}
