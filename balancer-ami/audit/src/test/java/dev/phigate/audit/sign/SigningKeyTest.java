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
        assertThat(read("key: aws-kms:" + ARN)).isEqualTo(new SigningKey.InAwsKms(ARN, Optional.empty()));
        String alias = "arn:aws-us-gov:kms:us-gov-west-1:111122223333:alias/phigate/audit";
        assertThat(read("key: aws-kms:" + alias + "\nkeyEndpoint: https://vpce-1.kms.us-gov-west-1.vpce.amazonaws.com"))
                .isEqualTo(new SigningKey.InAwsKms(
                        alias, Optional.of(URI.create("https://vpce-1.kms.us-gov-west-1.vpce.amazonaws.com"))));
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
                "gcp-kms:projects/p/locations/l/keyRings/r/cryptoKeys/k"
            })
    void whatIsNeitherIsRefusedByNameWithWhatIsMissing(String address) {
        assertThatThrownBy(() -> read("key: \"" + address + "\""))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("key: " + address)
                .hasMessageContaining("keys of Azure Key Vault and of Google Cloud KMS cannot sign yet");
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
    void whileAProcessSucceedsAnotherAFileIsAnotherAndAKeyOfKmsTheSame() {
        assertThat(new SigningKey.InFile(Path.of("/p/a.key")).beside("-b"))
                .isEqualTo(new SigningKey.InFile(Path.of("/p/a.key-b")));
        SigningKey kms = new SigningKey.InAwsKms(ARN, Optional.empty());
        assertThat(kms.beside("-b")).isEqualTo(kms);
    }
}
