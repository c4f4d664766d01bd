package dev.phigate.audit.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.AuditLogConfig;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("A1")
class SigningKeyTest {
    private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    private static final String VERSION =
            "gcp-kms://projects/clinic-1/locations/europe-west3/keyRings/audit/cryptoKeys/checkpoints/cryptoKeyVersions/1";

    private static SigningKey read(String lines) {
        return Settings.yaml("audit.yaml", "directory: /p/audit\norigin: balancer-1\n" + lines, AuditLogConfig::read)
                .key();
    }

    @Test
    void aKeyIsAFileByDefaultBesideTheLog() {
        assertThat(read("")).isEqualTo(new SigningKey.InFile(Path.of("/p/audit/balancer-1.key")));
        assertThat(read("key: /p/a.key")).isEqualTo(new SigningKey.InFile(Path.of("/p/a.key")));
    }

    @Test
    void aKeyOfKmsIsNamedByItsArnOrAnAlias() {
        assertThat(read("key: aws-kms:" + ARN)).isEqualTo(new SigningKey.InCloud("aws-kms:" + ARN, Optional.empty()));
        String alias = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/phigate/audit";
        assertThat(read("key: aws-kms:" + alias + "\nkeyEndpoint: https://vpce-1.kms.us-gov-west-1.vpce.amazonaws.com"))
                .isEqualTo(new SigningKey.InCloud(
                        "aws-kms:" + alias,
                        Optional.of(URI.create("https://vpce-1.kms.us-gov-west-1.vpce.amazonaws.com"))));
    }

    @Test
    void aKeyOfGoogleIsNamedByItsVersion() {
        assertThat(read("key: " + VERSION)).isEqualTo(new SigningKey.InCloud(VERSION, Optional.empty()));
        String scoped = VERSION.replace("clinic-1", "example.org:clinic-1");
        assertThat(read("key: " + scoped + "\nkeyEndpoint: https://cloudkms-audit.p.googleapis.com"))
                .isEqualTo(new SigningKey.InCloud(
                        scoped, Optional.of(URI.create("https://cloudkms-audit.p.googleapis.com"))));
    }

    @Test
    void aKeyOfGoogleWithoutAVersionIsRefusedWithWhatToDo() {
        String key = VERSION.substring(0, VERSION.indexOf("/cryptoKeyVersions"));
        assertThatThrownBy(() -> read("key: " + key))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContainingAll(
                        "key: gcp-kms://projects/clinic-1/locations/europe-west3/",
                        "/cryptoKeyVersions/V",
                        "a version signs and no key by itself (gcloud kms keys versions list tells them)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "balancer-1.key",
                "aws-kms:1234abcd-12ab-34cd-56ef-1234567890ab",
                "aws-kms:alias/audit",
                "aws-kms:arn:aws:s3:::bucket",
                "aws-kms:arn:aws:kms:eu-central-1:111122223333:key/a;rm",
                "azure-key-vault:https://v.vault.azure.net/keys/k",
                "gcp-kms:projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
                "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/x",
                "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1/",
                "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/../cryptoKeyVersions/1",
                "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1"
            })
    void whatIsNoKeyIsRefusedByNameWithWhatIsExpected(String address) {
        assertThatThrownBy(() -> read("key: \"" + address + "\""))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("key: " + address)
                .hasMessageContaining("Azure Key Vault has no Ed25519 keys");
    }

    @Test
    void anEndpointIsForKeysThatAreAskedAndProtected() {
        assertThatThrownBy(() -> read("key: /p/a.key\nkeyEndpoint: https://kms.example.org"))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("keyEndpoint: there is no API to ask");
        assertThatThrownBy(() -> read("key: aws-kms:" + ARN + "\nkeyEndpoint: http://kms.example.org"))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("an address of https");
    }

    @Test
    void whileAProcessSucceedsAnotherAFileIsAnotherAndAKeyInACloudTheSame() {
        assertThat(new SigningKey.InFile(Path.of("/p/a.key")).beside("-b"))
                .isEqualTo(new SigningKey.InFile(Path.of("/p/a.key-b")));
        SigningKey kms = new SigningKey.InCloud("aws-kms:" + ARN, Optional.empty());
        assertThat(kms.beside("-b")).isEqualTo(kms);
    }
}
