package dev.phigate.provider.local.balancer;

import static dev.phigate.provider.support.Fixtures.SCHEMA;
import static dev.phigate.provider.support.Fixtures.balancer;
import static dev.phigate.provider.support.Fixtures.checked;
import static dev.phigate.provider.support.Fixtures.drift;
import static dev.phigate.provider.support.Fixtures.freePort;
import static dev.phigate.provider.support.Fixtures.keyRing;
import static dev.phigate.provider.support.Fixtures.operation;
import static dev.phigate.provider.support.Fixtures.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.provider.local.keyring.KeyRingKind;
import dev.phigate.provider.local.process.ProcessIdentity;
import dev.phigate.provider.local.workload.WorkloadKind;
import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import dev.phigate.provider.support.Https;
import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.node.ObjectNode;

/** With the real balancer, from {@code target/app}. */
@Tag("B13")
@Tag("N9")
final class BalancerKindTest {
    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final BalancerKind kind = new BalancerKind(SCHEMA);
    private final WorkloadKind workloads = new WorkloadKind(SCHEMA);
    private Path ring;
    private int upstreamPort;
    private ObjectNode inputs;

    @BeforeEach
    void makeKeys() throws IOException {
        ring = sandbox.path("keyring");
        KeyRingKind rings = new KeyRingKind(SCHEMA, InstantSource.system());
        State _ = rings.create(operation("ring"), checked(rings, keyRing(ring)));
        Files.createDirectories(sandbox.path("audit"));
        upstreamPort = freePort();
        inputs = checked(kind, balancer(sandbox.path("balancer"), ring, freePort(), freePort(), upstreamPort));
    }

    private State create() throws IOException {
        return kind.create(operation("b"), inputs);
    }

    private State read(State known) throws IOException {
        return kind.read(operation("b"), known.id(), known).orElseThrow();
    }

    private static ObjectNode listener(ObjectNode inputs) {
        return (ObjectNode) inputs.at("/configuration/listeners/0");
    }

    @Test
    void theBalancerServesAndIsItsOwnProof() throws IOException {
        State _ = workloads.create(
                operation("w"), checked(workloads, workload(sandbox.path("workload"), ring, upstreamPort)));
        State made = create();
        String url = made.outputs().path("url").asString("");
        assertThat(Https.get(ring, url + "/x").body()).contains("\"workload\":\"one\"", "CN=balancer");
        assertThat(Https.send(
                                ring,
                                "admin",
                                "GET",
                                made.outputs().path("adminUrl").asString("") + "/v1/status",
                                new byte[0])
                        .body())
                .contains(made.outputs().path("configurationDigest").asString("?"));
        assertThat(read(made)).isEqualTo(made);

        kind.delete(operation("b"), made);
        assertThat(sandbox.path("balancer")).doesNotExist();
        assertThat(ProcessIdentity.of(made.outputs().path("pid").asLong(0)).filter(ProcessIdentity::alive))
                .isEmpty();
    }

    @Test
    void aChangedConfigurationIsReloadedAndAnotherPortRestarts() throws IOException {
        State made = create();
        ObjectNode changed = inputs.deepCopy();
        listener(changed).putObject("timeouts").put("idle", "45s");
        State reloaded = kind.update(operation("b"), made, changed);
        assertThat(reloaded.outputs().path("pid")).isEqualTo(made.outputs().path("pid"));
        assertThat(reloaded.outputs().path("configurationDigest"))
                .isNotEqualTo(made.outputs().path("configurationDigest"));
        assertThat(drift(read(reloaded))).isEmpty();

        ObjectNode moved = changed.deepCopy();
        listener(moved).put("port", freePort());
        State restarted = kind.update(operation("b"), reloaded, moved);
        assertThat(restarted.outputs().path("pid")).isNotEqualTo(made.outputs().path("pid"));
        assertThat(drift(read(restarted))).isEmpty();
    }

    @Test
    void renewedCertificatesAreReloadedWithoutARestart() throws IOException {
        State made = create();
        KeyRingKind rings = new KeyRingKind(SCHEMA, InstantSource.system());
        ObjectNode shorter = checked(rings, keyRing(ring)).put("certificateDays", 60);
        State _ = rings.update(
                operation("ring"), new State(ring.toString(), checked(rings, keyRing(ring)), shorter), shorter);
        assertThat(kind.diff(made, Properties.plain(inputs)).none()).isFalse();
        State reloaded = kind.update(operation("b"), made, inputs);
        assertThat(reloaded.outputs().path("pid")).isEqualTo(made.outputs().path("pid"));
        assertThat(kind.diff(reloaded, Properties.plain(inputs)).none()).isTrue();
    }

    @Test
    void aConfigurationThatTheBalancerRefusesChangesNothing() throws IOException {
        State made = create();
        ObjectNode wrong = inputs.deepCopy();
        listener(wrong).put("port", freePort()).put("prot", 1);
        assertThatThrownBy(() -> kind.update(operation("b"), made, wrong))
                .isInstanceOf(ResourceFailure.class)
                .hasMessageContaining("prot")
                .hasMessageContaining("goes on with the old one");
        assertThat(read(made)).isEqualTo(made);
        assertThat(sandbox.find("candidate.yaml")).isEmpty();
    }

    @Test
    void aBalancerThatDoesNotStartSaysWhyAndLeavesNothing() {
        ((ObjectNode) inputs.at("/configuration/upstreams/0")).putArray("hosts").add("http://127.0.0.1:1");
        assertThatThrownBy(this::create)
                .isInstanceOf(ResourceFailure.class)
                .hasMessageContaining("balancer")
                .hasMessageContaining("http://127.0.0.1:1");
        assertThat(sandbox.path("balancer")).doesNotExist();
        assertThat(sandbox.processes()).isEmpty();
    }

    @Test
    void aKilledBalancerIsDriftThatUpdateRepairs() throws IOException {
        State made = create();
        ProcessHandle process =
                ProcessHandle.of(made.outputs().path("pid").asLong(0)).orElseThrow();
        process.destroyForcibly();
        assertThat(new Cancellation().await(Duration.ofSeconds(10), () -> !process.isAlive()))
                .isTrue();
        State stopped = read(made);
        assertThat(stopped.outputs().has("pid")).isFalse();
        State repaired = kind.update(operation("b"), stopped, inputs);
        assertThat(drift(read(repaired))).isEmpty();
    }

    @Test
    void anAlteredConfigurationFileIsDriftAndWrittenBack() throws IOException {
        State made = create();
        Path file = sandbox.path("balancer/balancer.yaml");
        String before = Files.readString(file);
        Files.writeString(file, before + "\n# a change by hand\n");
        assertThat(drift(read(made))).containsExactly("balancer.yaml: altered");
        State repaired = kind.update(operation("b"), read(made), inputs);
        assertThat(Files.readString(file)).isEqualTo(before);
        assertThat(drift(read(repaired))).isEmpty();
    }

    @Test
    void structureAndTypesAreJudgedHereAndPolicyIsNot() {
        ObjectNode plaintext = inputs.deepCopy();
        ((ObjectNode) plaintext.at("/configuration/upstreams/0"))
                .putArray("hosts")
                .add("http://10.0.0.1:80");
        listener(plaintext).put("address", "0.0.0.0");
        assertThat(kind.check(Properties.plain(plaintext)).problems()).isEmpty();

        ObjectNode wrong = inputs.deepCopy().put("mode", "container");
        listener(wrong).put("port", "8443");
        assertThat(kind.check(Properties.plain(wrong)).problems())
                .extracting(problem -> problem.path())
                .containsExactlyInAnyOrder("mode", "configuration.listeners[\"https\"].port");
    }

    @Test
    void aPreviewTellsTheUrlAsSoonAsTheConfigurationIsKnown() throws IOException {
        String url = "https://127.0.0.1:" + listener(inputs).path("port").asInt(0);
        assertThat(kind.preview(null, Properties.plain(inputs)).path("url").asString(""))
                .isEqualTo(url);
        ObjectNode later = inputs.deepCopy().put("directory", Properties.UNKNOWN);
        assertThat(kind.preview(null, new Properties(later, Set.of("directory"), Set.of()))
                        .path("url")
                        .asString(""))
                .isEqualTo(Properties.UNKNOWN);
        assertThat(sandbox.path("balancer")).doesNotExist();
    }
}
