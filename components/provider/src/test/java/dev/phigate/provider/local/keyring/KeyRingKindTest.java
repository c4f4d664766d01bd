package dev.phigate.provider.local.keyring;

import static dev.phigate.provider.support.Fixtures.checked;
import static dev.phigate.provider.support.Fixtures.drift;
import static dev.phigate.provider.support.Fixtures.keyRing;
import static dev.phigate.provider.support.Fixtures.operation;
import static dev.phigate.provider.support.Fixtures.unknownTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.provider.local.tls.Pem;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import dev.phigate.provider.support.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

@Tag("N2")
@Tag("B7")
final class KeyRingKindTest extends RingTest {
    @Test
    void opensslAcceptsEachCertificateForItsPurposeAndNoOther() throws IOException {
        State ring = create();
        for (String role : List.of("server", "workload", "client", "admin")) {
            boolean server = role.equals("server") || role.equals("workload");
            assertThat(verify(role, server ? "sslserver" : "sslclient")).contains(": OK");
            assertThat(verify(role, server ? "sslclient" : "sslserver")).contains("unsuitable certificate purpose");
        }
        assertThat(ring.outputs().path("caCertificate").asString("")).isEqualTo(ring() + "/ca.crt");
    }

    private String verify(String role, String purpose) throws IOException {
        return Commands.run(
                        ring(),
                        List.of(
                                "openssl",
                                "verify",
                                "-x509_strict",
                                "-attime",
                                Long.toString(NOW.getEpochSecond()),
                                "-purpose",
                                purpose,
                                "-CAfile",
                                "ca.crt",
                                role + ".crt"))
                .output();
    }

    @Test
    void certificatesFollowTheProfileOfRfc5280() throws IOException {
        State ring = create();
        X509Certificate ca = Pem.certificates(ring().resolve("ca.crt")).getFirst();
        X509Certificate server = Pem.certificates(ring().resolve("server.crt")).getFirst();
        assertThat(ca.getBasicConstraints()).isZero();
        assertThat(ca.getKeyUsage()).startsWith(false, false, false, false, false, true, true);
        assertThat(server.getBasicConstraints()).isEqualTo(-1);
        assertThat(server.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
        assertThat(server.getNonCriticalExtensionOIDs())
                .containsExactlyInAnyOrder("2.5.29.37", "2.5.29.14", "2.5.29.35", "2.5.29.17");
        assertThat(server.getSerialNumber().bitLength()).isEqualTo(128);
        assertThat(ServerName.of(server)).containsExactlyInAnyOrder("balancer.local", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(server.getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(90)));
        assertThat(server.getNotBefore().toInstant()).isBefore(NOW);
        assertThat(Instant.parse(ring.outputs().path("serverNotAfter").asString("")))
                .isEqualTo(server.getNotAfter().toInstant());
    }

    @Test
    void foldersAndPrivateKeysAreTheOwnersOnly() throws IOException {
        State _ = create();
        try (Stream<Path> files = Files.walk(ring())) {
            for (Path file : files.toList()) {
                String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
                String expected = Files.isDirectory(file)
                        ? "rwx------"
                        : file.toString().matches(".*[.](crt|pub)") ? "rw-r--r--" : "rw-------";
                assertThat(mode).as(file.toString()).isEqualTo(expected);
            }
        }
    }

    @Test
    void noKeyMaterialIsInTheState() throws IOException {
        State ring = create();
        String state = ring.outputs().toString() + Files.readString(ring().resolve("resource.json"));
        for (Map.Entry<String, String> file : contents().entrySet()) {
            if (file.getKey().endsWith(".key")) {
                for (String line : file.getValue()
                        .lines()
                        .filter(text -> !text.startsWith("-----"))
                        .toList()) {
                    assertThat(state).doesNotContain(line);
                }
            }
        }
        assertThat(contents().get("data/phi.key"))
                .hasSize(45)
                .isNotEqualTo(contents().get("data/audit.key"));
    }

    @Test
    void nothingChangesWhileNothingIsDue() throws IOException {
        State ring = create();
        Map<String, String> before = contents();
        State again = read(ring);
        assertThat(again).isEqualTo(ring);
        assertThat(wantsUpdate(again)).isFalse();
        State _ = update(again);
        assertThat(changedSince(before)).isEmpty();
    }

    @Test
    void aCertificateNearItsEndIsAnUpdateThatRenewsLeavesAndKeepsDataKeys() throws IOException {
        State ring = create();
        Map<String, String> before = contents();
        now = NOW.plus(Duration.ofDays(61));
        assertThat(wantsUpdate(ring)).as("without a refresh").isTrue();
        State due = read(ring);
        assertThat(drift(due)).hasSize(4).allSatisfy(line -> assertThat(line).contains("rotation due"));
        State renewed = update(due);
        assertThat(changedSince(before))
                .containsExactly(
                        "admin.crt",
                        "admin.key",
                        "client.crt",
                        "client.key",
                        "server.crt",
                        "server.key",
                        "workload.crt",
                        "workload.key");
        assertThat(drift(renewed)).isEmpty();
        assertThat(wantsUpdate(read(renewed))).isFalse();
    }

    @Test
    void expiredCertificatesAreRepaired() throws IOException {
        State ring = create();
        now = NOW.plus(Duration.ofDays(200));
        State renewed = update(read(ring));
        assertThat(Instant.parse(renewed.outputs().path("serverNotAfter").asString("")))
                .isEqualTo(now.plus(Duration.ofDays(90)));
    }

    @Test
    void anAuthorityNearItsEndIsRenewedAndTheOldOneTrustedUntilThen() throws IOException {
        State ring = create();
        String oldCa = contents().get("ca.crt");
        now = NOW.plus(Duration.ofDays(3600));
        State renewed = update(read(ring));
        String bundle = contents().get("ca.crt");
        assertThat(bundle).endsWith(oldCa).isNotEqualTo(oldCa);
        assertThat(renewed.outputs().path("caFingerprint"))
                .isNotEqualTo(ring.outputs().path("caFingerprint"));
        assertThat(wantsUpdate(read(renewed))).isFalse();
    }

    @Test
    void aRingWhoseFolderIsGoneIsGone() throws IOException {
        State ring = create();
        kind.delete(operation("ring"), ring);
        assertThat(ring()).doesNotExist();
        assertThat(kind.read(operation("ring"), ring.id(), ring)).isEmpty();
        kind.delete(operation("ring"), ring);
    }

    @Test
    void aRingIsImportedByItsPath() throws IOException {
        State ring = create();
        State imported =
                kind.read(operation("other"), ring.id(), unknownTo(ring.id())).orElseThrow();
        assertThat(imported).isEqualTo(ring);
    }

    @Test
    void aFolderOfSomebodyElseIsRefusedAndLeftAlone() throws IOException {
        Files.createDirectories(ring());
        Files.writeString(ring().resolve("thesis.txt"), "years of work");
        assertThatThrownBy(this::create).isInstanceOf(ResourceFailure.class).hasMessageContaining("thesis.txt");
        assertThat(ring().resolve("thesis.txt")).hasContent("years of work");
    }

    @Test
    void aRingThatAKilledRunLeftIsFinished() throws IOException {
        State ring = create();
        Map<String, String> before = contents();
        Path record = ring().resolve("resource.json");
        Files.writeString(record, Files.readString(record).replace("\"ready\"", "\"unfinished\""));
        Files.delete(ring().resolve("server.crt"));
        State finished = create();
        assertThat(changedSince(before)).containsExactly("server.crt", "server.key");
        assertThat(drift(read(finished))).isEmpty();
        assertThat(ring.id()).isEqualTo(finished.id());
    }

    @Test
    void theRingOfAnotherResourceIsRefused() throws IOException {
        State ring = create();
        assertThatThrownBy(() -> kind.create(operation("another"), ring.inputs()))
                .isInstanceOf(ResourceFailure.class)
                .hasMessageContaining("::ring");
    }

    @Test
    void everyWrongInputIsReportedAtOnceWithItsPath() {
        ObjectNode inputs = keyRing(ring())
                .put("directory", "keyring")
                .put("certificateDays", 10)
                .put("enviroment", "x")
                .put("environment", 7);
        inputs.putArray("serverNames").add("not a name");
        assertThat(kind.check(Properties.plain(inputs)).problems())
                .extracting(Object::toString)
                .anySatisfy(text -> assertThat(text).contains("directory", "absolute"))
                .anySatisfy(text -> assertThat(text).contains("serverNames", "DNS names and IP addresses"))
                .anySatisfy(text -> assertThat(text).contains("rotateBeforeDays", "less than certificateDays"))
                .anySatisfy(text -> assertThat(text).contains("enviroment", "did you mean environment?"))
                .anySatisfy(text -> assertThat(text).contains("environment", "a text"))
                .hasSize(5);
    }

    @Test
    void aPreviewTellsPathsAndTouchesNothing() throws IOException {
        ObjectNode inputs = checked(kind, keyRing(ring()));
        ObjectNode outputs = kind.preview(null, Properties.plain(inputs));
        assertThat(outputs.path("serverCertificate").asString("")).isEqualTo(ring() + "/server.crt");
        assertThat(outputs.path("serverFingerprint").asString("")).isEqualTo(Properties.UNKNOWN);
        assertThat(ring()).doesNotExist();
    }
}
