package dev.phigate.balancer.tls.certificate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the authorities of clients vouch for, whatever is sent beside and in which order. */
@Tag("B1")
final class ClientTrustTest {
    private static final String ISSUING = "CN=Issuing,O=Test";

    @TempDir
    Path folder;

    private final Authority root = Authority.root("CN=Root,O=Test");
    private final Authority before = root.authority(ISSUING, Authority.newKey(), Authority.LATER);
    private final Authority after = root.authority(ISSUING, Authority.newKey(), Authority.LATER);

    private Trust trust(Authority... held) throws IOException {
        Path file = written("trust", Stream.of(held).map(Authority::pem).toList());
        return Settings.yaml(
                "test",
                "{trust: " + file + "}",
                section -> Trust.read(section, "trust").orElseThrow());
    }

    private ClientTrust clients(Trust trust, String... lists) throws IOException {
        String document = "{crl: " + written("lists", List.of(lists)) + "}";
        return new ClientTrust(
                trust, Settings.yaml("test", document, section -> Revocations.read(section, "crl", trust)));
    }

    private Path written(String name, List<String> blocks) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("", blocks));
    }

    private static ThrowingCallable shown(ClientTrust clients, X509Certificate... chain) {
        return () -> clients.checkClientTrusted(chain, "EC");
    }

    private static void revoked(ClientTrust clients, X509Certificate... chain) {
        assertThatThrownBy(shown(clients, chain))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("revoked");
    }

    @Test
    void anAuthorityThatWasRevokedAndHasANewKeySinceVouchesForNobodyInWhateverOrderItIsSent() throws IOException {
        ClientTrust clients = clients(trust(root, after), root.list(before.certificate()), after.list());
        X509Certificate stolen = before.issue("CN=alice");
        revoked(clients, stolen, before.certificate(), root.certificate());
        revoked(clients, stolen, root.certificate(), before.certificate());
        assertThatCode(shown(clients, after.issue("CN=alice"), after.certificate(), root.certificate()))
                .doesNotThrowAnyException();
    }

    @Test
    void anAuthorityThatIsHeldAndWasRevokedVouchesForNobody() throws IOException {
        ClientTrust clients =
                clients(trust(root, before, after), root.list(before.certificate()), before.list(), after.list());
        X509Certificate stolen = before.issue("CN=alice");
        revoked(clients, stolen);
        revoked(clients, stolen, before.certificate());
        revoked(clients, stolen, after.certificate(), root.certificate());
        assertThatCode(shown(clients, after.issue("CN=alice")))
                .as("the one of the same name with another key is not meant")
                .doesNotThrowAnyException();
    }

    @Test
    void anAuthorityThatIsSentBelowARevokedOneVouchesForNobody() throws IOException {
        ClientTrust clients = clients(trust(root, before), root.list(before.certificate()), before.list());
        Authority sent = before.authority("CN=Desk,O=Test", Authority.newKey(), Authority.LATER);
        revoked(clients, sent.issue("CN=alice"), sent.certificate());
    }

    @Test
    void anAuthorityThatWasRenewedWithItsKeyIsHeldUnderItsNewCertificateToo() throws IOException {
        Authority renewed = root.authority(ISSUING, before.key(), Authority.LATER);
        X509Certificate alice = before.issue("CN=alice");
        X509Certificate bob = before.issue("CN=bob");
        ClientTrust clients = clients(trust(before), before.list(bob));
        assertThatCode(shown(clients, alice, renewed.certificate()))
                .as("there is no list of the root, and none is needed")
                .doesNotThrowAnyException();
        revoked(clients, bob, renewed.certificate());
    }

    @Test
    void whoIsHeldByANewCertificateForTheSameKeyIsNotWhatWasRevoked() throws IOException {
        Authority renewed = root.authority(ISSUING, before.key(), Authority.LATER);
        ClientTrust clients = clients(trust(root, before, renewed), root.list(before.certificate()), before.list());
        assertThatCode(shown(clients, before.issue("CN=alice"))).doesNotThrowAnyException();
    }
}
