package dev.phigate.provider.engine;

import static dev.phigate.provider.support.Fixtures.auditStore;
import static dev.phigate.provider.support.Fixtures.freePort;
import static dev.phigate.provider.support.Fixtures.keyRing;
import static dev.phigate.provider.support.Fixtures.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Tag("engine")
@Tag("N2")
@Tag("N9")
final class EngineTest {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

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
}
