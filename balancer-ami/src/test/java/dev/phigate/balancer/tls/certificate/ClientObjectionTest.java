package dev.phigate.balancer.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why a client that was accepted once is served no more: its authority ends too. */
@Tag("B1")
final class ClientObjectionTest {

    @TempDir
    Path folder;

    private final Authority root = Authority.root("CN=Root,O=Test");
    private final Authority ended = root.authority(
            "CN=Issuing,O=Test", Authority.newKey(), Instant.now().minusSeconds(60));
    private ClientTrust clients;

    @BeforeEach
    void trustTheRoot() throws IOException {
        clients = trusting(root);
    }

    private ClientTrust trusting(Authority... held) throws IOException {
        String all = Stream.of(held).map(Authority::pem).collect(Collectors.joining());
        Path file = Files.writeString(folder.resolve("trust"), all);
        Trust trust = Settings.yaml(
                "test",
                "{trust: " + file + "}",
                section -> Trust.read(section, "trust").orElseThrow());
        return new ClientTrust(trust, Optional.empty());
    }

    private String objection(X509Certificate... chain) throws CertificateException {
        return clients.objection(ClientCertificate.of(List.of(chain)), true);
    }

    @Test
    void anAuthorityBetweenThatHasEndedVouchesForNobodyInWhateverOrderItWasSent() throws CertificateException {
        X509Certificate alice = ended.issue("CN=alice");
        assertThat(objection(alice, ended.certificate())).isEqualTo("expired");
        assertThat(objection(alice, ended.certificate(), root.certificate())).isEqualTo("expired");
        assertThat(objection(alice, root.certificate(), ended.certificate())).isEqualTo("expired");
    }

    @Test
    void oneThatHasEndedAndIsNotNeededIsNoObjection() throws CertificateException {
        Authority renewed = root.authority("CN=Issuing,O=Test", ended.key(), Authority.LATER);
        X509Certificate alice = renewed.issue("CN=alice");
        assertThat(objection(alice, renewed.certificate(), ended.certificate())).isEmpty();
        assertThat(objection(root.issue("CN=bob"), ended.certificate())).isEmpty();
    }

    @Test
    void anAuthorityThatIsHeldMayHaveEndedAsInHandshakes() throws IOException, CertificateException {
        clients = trusting(root, ended);
        X509Certificate alice = ended.issue("CN=alice");
        clients.checkClientTrusted(new X509Certificate[] {alice, ended.certificate()}, "EC");
        assertThat(objection(alice, ended.certificate())).isEmpty();
    }
}
