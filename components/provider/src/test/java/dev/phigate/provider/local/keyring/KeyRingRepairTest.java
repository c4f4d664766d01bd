package dev.phigate.provider.local.keyring;

import static dev.phigate.provider.support.Fixtures.drift;
import static dev.phigate.provider.support.Fixtures.operation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.provider.local.tls.Pem;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What a refresh finds of a damaged ring, and what an update makes good. */
@Tag("N2")
@Tag("B7")
final class KeyRingRepairTest extends RingTest {
    @ParameterizedTest
    @ValueSource(strings = {"server.key", "client.crt", "data/phi.key", "admin.key", "audit-signing.key"})
    void aDeletedFileIsDriftAndOnlyItIsMadeAnew(String name) throws IOException {
        State ring = create();
        Map<String, String> before = contents();
        Files.delete(ring().resolve(name));
        State drifted = read(ring);
        assertThat(drift(drifted)).containsExactly(name + ": missing");
        State repaired = update(drifted);
        String stem = name.replaceFirst("\\..*", "");
        assertThat(changedSince(before))
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file).startsWith(stem));
        assertThat(drift(read(repaired))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ca.crt",
                "ca.key",
                "server.crt",
                "server.key",
                "audit-signing.pub",
                "data/phi.key",
                "resource.json"
            })
    void aDamagedFileIsDriftThatUpdateRepairs(String name) throws IOException {
        State ring = create();
        Files.writeString(ring().resolve(name), name.equals("resource.json") ? "" : "damaged");
        if (name.equals("resource.json")) {
            assertThatThrownBy(() -> read(ring))
                    .isInstanceOf(ResourceFailure.class)
                    .hasMessageContaining("restore the file");
            Files.delete(ring().resolve(name));
        }
        State drifted = read(ring);
        assertThat(drift(drifted)).isNotEmpty();
        State repaired = update(drifted);
        assertThat(drift(read(repaired))).isEmpty();
    }

    @Test
    void theAuthoritysOwnKeyBackMeansNewLeavesToo() throws IOException {
        State ring = create();
        Files.delete(ring().resolve("ca.key"));
        State drifted = read(ring);
        assertThat(drift(drifted)).containsExactly("ca.key: missing");
        assertThat(drift(read(update(drifted)))).isEmpty();
    }

    @Test
    void anAuthorityThatSomebodyAddedIsDriftAndRemoved() throws IOException {
        State ring = create();
        String ours = contents().get("ca.crt");
        Authority intruder = Authority.create("test", 3650, NOW);
        Files.writeString(ring().resolve("ca.crt"), ours + Pem.text(intruder.certificate()));
        State drifted = read(ring);
        assertThat(drift(drifted)).containsExactly("ca.crt: altered");
        State _ = update(drifted);
        assertThat(contents().get("ca.crt")).isEqualTo(ours);
    }

    @Test
    void anAlteredDataKeyIsKeptAside() throws IOException {
        State ring = create();
        Path key = ring().resolve("data/phi.key");
        String altered = "A".repeat(43) + "=\n";
        Files.writeString(key, altered);
        State drifted = read(ring);
        assertThat(drift(drifted)).containsExactly("data/phi.key: altered");
        State _ = update(drifted);
        assertThat(contents().get("data/phi.key")).isNotEqualTo(altered).hasSize(45);
        assertThat(contents()).containsValue(altered);
    }

    @Test
    void openPermissionsAreDriftAndClosedAgain() throws IOException {
        State ring = create();
        Files.setPosixFilePermissions(ring().resolve("server.key"), PosixFilePermissions.fromString("rw-r--r--"));
        Map<String, String> before = contents();
        State drifted = read(ring);
        assertThat(drift(drifted)).containsExactly("server.key: permissions 0644 (expected: 0600)");
        State repaired = update(drifted);
        assertThat(changedSince(before)).isEmpty();
        assertThat(drift(read(repaired))).isEmpty();
    }

    @Test
    void aNewServerNameRenewsOnlyTheServersCertificate() throws IOException {
        State ring = create();
        Map<String, String> before = contents();
        ObjectNode inputs = ring.inputs().deepCopy();
        inputs.putArray("serverNames").add("new.local");
        State _ = kind.update(operation("ring"), ring, inputs);
        assertThat(changedSince(before)).containsExactly("server.crt", "server.key");
    }

    @Test
    void theKeyOfADroppedDataClassStaysAndComesBack() throws IOException {
        State ring = create();
        String key = contents().get("data/audit.key");
        ObjectNode less = ring.inputs().deepCopy();
        less.putArray("dataClasses").add("phi");
        State dropped = kind.update(operation("ring"), ring, less);
        assertThat(dropped.outputs().path("dataKeys").has("audit")).isFalse();
        State back = kind.update(operation("ring"), dropped, ring.inputs());
        assertThat(contents().get("data/audit.key")).isEqualTo(key);
        assertThat(drift(read(back))).isEmpty();
    }
}
