package dev.phigate.provider.local.audit;

import static dev.phigate.provider.support.Fixtures.SCHEMA;
import static dev.phigate.provider.support.Fixtures.auditStore;
import static dev.phigate.provider.support.Fixtures.checked;
import static dev.phigate.provider.support.Fixtures.drift;
import static dev.phigate.provider.support.Fixtures.operation;
import static dev.phigate.provider.support.Fixtures.unknownTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import dev.phigate.provider.support.Sandbox;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;

@Tag("A7")
@Tag("N9")
final class AuditStoreKindTest {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final AuditStoreKind kind = new AuditStoreKind(SCHEMA);
    private Path store = Path.of("/nonexistent");
    private ObjectNode inputs = auditStore(store);

    @BeforeEach
    void choose() {
        store = sandbox.path("audit");
        inputs = checked(kind, auditStore(store));
    }

    private State create() throws IOException {
        return kind.create(operation("store"), inputs);
    }

    private State read(State known) throws IOException {
        return kind.read(operation("store"), known.id(), known).orElseThrow();
    }

    private static boolean inForce(State state) {
        return state.outputs().path("appendOnlyInForce").asBoolean(false);
    }

    @Test
    void theStoreIsTheOwnersAndSaysTruthfullyWhetherItIsAppendOnly() throws IOException {
        State made = create();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
                .isEqualTo("rwx------");
        Path segment = store.resolve("segment");
        Files.writeString(segment, "a record\n");
        if (inForce(made)) {
            assertThatThrownBy(() -> Files.delete(segment)).isInstanceOf(IOException.class);
        } else {
            Files.delete(segment);
        }
        assertThat(read(made)).isEqualTo(made);
        assertThat(kind.diff(made, Properties.plain(inputs)).none()).isTrue();
    }

    @Test
    void deletingKeepsTheRecordsAndCreatingAgainTakesThemOver() throws IOException {
        State made = create();
        Files.writeString(store.resolve("segment"), "a record\n");
        kind.delete(operation("store"), made);
        assertThat(store.resolve("segment")).hasContent("a record");
        State again = create();
        assertThat(again).isEqualTo(made);
        assertThat(store.resolve("segment")).hasContent("a record");
    }

    @Test
    void retentionIsNeverShortened() throws IOException {
        State made = create();
        ObjectNode shorter = inputs.deepCopy().put("retentionDays", 30);
        assertThat(kind.check(Properties.plain(shorter)).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.path()).isEqualTo("retentionDays");
                    assertThat(problem.reason()).contains("30", "at least 2192", "never shortened");
                });
        assertThatThrownBy(() -> kind.update(operation("store"), made, shorter)).isInstanceOf(InvalidSettings.class);
        assertThatThrownBy(() -> kind.create(operation("store"), shorter)).isInstanceOf(InvalidSettings.class);

        State longer = kind.update(operation("store"), made, inputs.deepCopy().put("retentionDays", 3000));
        assertThat(longer.outputs().path("retentionDays").asInt(0)).isEqualTo(3000);
        assertThat(inForce(longer)).isEqualTo(inForce(made));
        assertThat(kind.check(Properties.plain(inputs)).problems()).hasSize(1);
    }

    @Test
    void anAttributeThatWasLiftedIsDriftUntilAnUpdateSetsItAgain() throws IOException {
        State made = create();
        assumeTrue(inForce(made), "needs root and a file system with the attribute");
        assertThat(AppendOnly.set(store, false)).isFalse();
        State lifted = read(read(made));
        assertThat(inForce(lifted)).isFalse();
        assertThat(drift(lifted)).containsExactly("append-only: no longer in force");
        State repaired = kind.update(operation("store"), lifted, inputs);
        assertThat(inForce(repaired)).isTrue();
        assertThat(drift(read(repaired))).isEmpty();
    }

    @Test
    void openPermissionsAreDriftAndClosedAgain() throws IOException {
        inputs.put("appendOnly", false);
        State made = create();
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxr-xr-x"));
        State open = read(made);
        assertThat(drift(open)).containsExactly("others may read it (expected: 0700)");
        State closed = kind.update(operation("store"), open, inputs);
        assertThat(drift(read(closed))).isEmpty();
        assertThat(inForce(closed)).isFalse();
    }

    @Test
    void aFolderOfSomebodyElseIsLeftAsItIs() throws IOException {
        Files.createDirectories(store);
        Files.writeString(store.resolve("thesis.txt"), "years of work");
        assertThatThrownBy(this::create).isInstanceOf(ResourceFailure.class).hasMessageContaining("thesis.txt");
        assertThat(AppendOnly.inForce(store)).isFalse();
    }

    @Test
    void aStoreIsImportedByItsPathAndAMissingOneIsGone() throws IOException {
        State made = create();
        assertThat(read(unknownTo(made.id())).inputs()).isEqualTo(made.inputs());
        assertThat(kind.read(operation("x"), sandbox.path("none").toString(), unknownTo("none")))
                .isEmpty();
    }
}
