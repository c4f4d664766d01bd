package dev.phigate.provider.engine;

import static dev.phigate.provider.support.Fixtures.auditStore;
import static dev.phigate.provider.support.Fixtures.freePort;
import static dev.phigate.provider.support.Fixtures.keyRing;
import static dev.phigate.provider.support.Fixtures.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.support.Commands;
import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Tag("engine")
@Tag("N2")
@Tag("N9")
final class EngineTest {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private static final Duration SOON = Duration.ofMinutes(2);

    private Engine engine;
    private TestProgram program;
    private Path ring;
    private int port;

    @BeforeEach
    void start() throws IOException {
        program = new TestProgram();
        engine = new Engine(sandbox, program);
        ring = sandbox.path("env/keyring");
        port = freePort();
        ObjectNode inputs = workload(sandbox.path("env/workload-1"), ring, port);
        inputs.put("certificate", "${ring.workloadCertificate}");
        program.with("ring", "KeyRing", keyRing(ring))
                .with("store", "AuditStore", auditStore(sandbox.path("env/audit")))
                .with("workload", "Workload", inputs);
    }

    @AfterEach
    void stop() {
        engine.close();
    }

    @Test
    void upMakesPreviewTouchesNothingAndDestroyLeavesOnlyTheSurvivor() throws IOException {
        Engine.Outcome preview = engine.preview().succeeded();
        assertThat(preview.output()).contains("phigate:local:Workload");
        assertThat(sandbox.path("env")).doesNotExist();

        engine.up().succeeded();
        JsonNode outputs = engine.outputs();
        long pid = outputs.path("workload").path("pid").asLong(0);
        assertThat(ProcessHandle.of(pid)).isPresent();
        assertThat(Files.readString(
                        Path.of(outputs.path("ring").path("caCertificate").asString(""))))
                .startsWith("-----BEGIN CERTIFICATE");

        engine.up().succeeded().changedNothing();
        assertThat(engine.outputs().path("workload").path("pid").asLong(0)).isEqualTo(pid);
        assertThat(engine.state()).doesNotContain("PRIVATE KEY");

        engine.destroy().succeeded();
        assertThat(sandbox.processes()).isEmpty();
        assertThat(sandbox.path("env"))
                .isDirectoryContaining("glob:**/audit")
                .isDirectoryNotContaining("glob:**/keyring");
    }

    @Test
    void aPlainUpNoticesAndRepairsWhatHappenedOnTheMachine() throws IOException {
        engine.up().succeeded();
        ProcessHandle process = workloadProcess().orElseThrow();
        process.destroyForcibly();
        Files.delete(ring.resolve("admin.key"));
        assertThat(new Cancellation().await(SOON, () -> !process.isAlive())).isTrue();

        Engine.Outcome refreshed = engine.refresh().succeeded();
        assertThat(refreshed.output()).contains("ring", "workload", "updated");
        JsonNode outputs = engine.state("workload");
        assertThat(outputs.has("pid")).isFalse();
        assertThat(outputs.path("drift").path(0).asString("")).startsWith("stopped: process " + process.pid());

        engine.up().succeeded();
        assertThat(workloadProcess()).isPresent();
        assertThat(ring.resolve("admin.key")).exists();
        engine.up().succeeded().changedNothing();

        Files.writeString(ring.resolve("server.crt"), "altered");
        engine.up().succeeded();
        assertThat(Files.readString(ring.resolve("server.crt"))).startsWith("-----BEGIN CERTIFICATE");
    }

    @Test
    void renewedKeysAndChangedInputsAreUpdatesAndAnotherFolderIsAReplacement() throws IOException {
        engine.up().succeeded();
        long pid = workloadProcess().orElseThrow().pid();

        program.with("ring", "KeyRing", keyRing(ring).put("certificateDays", 60));
        engine.up().succeeded();
        long renewed = workloadProcess().orElseThrow().pid();
        assertThat(renewed)
                .as("the workload serves the new certificate in the same up")
                .isNotEqualTo(pid);

        ObjectNode moved = workload(sandbox.path("env/workload-2"), ring, port);
        program.with("workload", "Workload", moved);
        Engine.Outcome preview = engine.preview().succeeded();
        assertThat(preview.output()).contains("replace");
        engine.up().succeeded();
        assertThat(sandbox.path("env/workload-1")).doesNotExist();
        assertThat(workloadProcess().orElseThrow().pid()).isNotEqualTo(renewed);
    }

    @Test
    void wrongInputsStopBeforeAnythingIsMadeWithTheirPaths() throws IOException {
        program.with(
                "ring", "KeyRing", keyRing(ring).put("certificateDays", "90").put("servernames", "x"));
        Engine.Outcome refused = engine.up().failed();
        assertThat(refused.output())
                .contains("certificateDays", "90 (expected: a whole number)", "did you mean serverNames?");
        assertThat(ring).doesNotExist();
    }

    @Test
    void whatExistsIsImportedByItsPath() throws IOException {
        engine.up().succeeded();
        long pid = workloadProcess().orElseThrow().pid();
        JsonNode outputs = engine.outputs();
        for (String name : List.of("workload", "store", "ring")) {
            engine.run("state", "delete", "--yes", urn(name)).succeeded();
        }
        program.importing("ring", "KeyRing", keyRing(ring), ring.toString())
                .importing(
                        "store",
                        "AuditStore",
                        auditStore(sandbox.path("env/audit")),
                        sandbox.path("env/audit").toString())
                .importing(
                        "workload",
                        "Workload",
                        workload(sandbox.path("env/workload-1"), ring, port),
                        sandbox.path("env/workload-1").toString());
        engine.up().succeeded();
        assertThat(engine.outputs()).isEqualTo(outputs);
        assertThat(workloadProcess().orElseThrow().pid()).isEqualTo(pid);
    }

    /** The moments of a kill: keys exist, the workload is begun, its process writes. */
    @ParameterizedTest
    @ValueSource(strings = {"keyring/server.crt", "workload-1/resource.json", "workload-1/workload.log"})
    void anEngineKilledInTheMiddleLeavesNothingThatTheNextUpDoesNotTakeCareOf(String moment) throws IOException {
        Process up = engine.startUp();
        try {
            Path file = sandbox.path("env").resolve(moment);
            assertThat(new Cancellation().await(SOON, () -> Files.exists(file) || !up.isAlive()))
                    .isTrue();
        } finally {
            up.destroyForcibly();
        }
        engine.unlock();
        engine.up().succeeded();
        assertThat(sandbox.workloads()).hasSize(1);
        engine.up().succeeded().changedNothing();
        engine.destroy().succeeded();
        assertThat(sandbox.processes()).isEmpty();
    }

    @Test
    void aCancelledUpLeavesNoProcessBehind() throws IOException {
        Process up = engine.startUp();
        try {
            Path log = sandbox.path("env/workload-1/workload.log");
            assertThat(new Cancellation().await(SOON, () -> Files.exists(log) || !up.isAlive()))
                    .isTrue();
            int interrupted = Commands.run(sandbox.path(""), List.of("kill", "-INT", Long.toString(up.pid())))
                    .exitCode();
            assertThat(interrupted).isZero();
            assertThat(new Cancellation().await(SOON, () -> !up.isAlive())).isTrue();
        } finally {
            up.destroyForcibly();
        }
        boolean finished = engine.state().contains("\"pid\"");
        assertThat(sandbox.workloads()).hasSize(finished ? 1 : 0);
        engine.up().succeeded();
        engine.destroy().succeeded();
        assertThat(sandbox.processes()).isEmpty();
    }

    private static String urn(String name) {
        String type = Map.of("ring", "KeyRing", "store", "AuditStore", "workload", "Workload")
                .get(name);
        return "urn:pulumi:test::phigate::phigate:local:" + type + "::" + name;
    }

    private Optional<ProcessHandle> workloadProcess() throws IOException {
        return ProcessHandle.of(engine.outputs().path("workload").path("pid").asLong(0))
                .filter(ProcessHandle::isAlive);
    }
}
