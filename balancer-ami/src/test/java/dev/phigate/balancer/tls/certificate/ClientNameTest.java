package dev.phigate.balancer.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.CertificateException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who a certificate is for. */
@Tag("B1")
final class ClientNameTest {
    private final Authority authority = Authority.root("CN=CA");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=alice                                         | alice",
                "CN=alice,CN=Users,DC=corp,DC=example             | alice",
                "OU=ward 3,CN=bob,CN=Users,DC=corp,DC=example     | bob",
                "CN=carol+UID=7,CN=Users,DC=corp,DC=example       | carol",
                "SERIALNUMBER=7+CN=carol,CN=Users,DC=corp         | carol"
            })
    void ofSeveralCommonNamesTheOneOfTheEntryItselfCounts(String subject, String name) throws CertificateException {
        assertThat(ClientName.of(authority.issue(subject))).isEqualTo(name);
    }

    @Test
    void aCertificateWithoutACommonNameNamesNobody() {
        assertThatThrownBy(() -> ClientName.of(authority.issue("UID=7,DC=corp")))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("names nobody");
    }
}
