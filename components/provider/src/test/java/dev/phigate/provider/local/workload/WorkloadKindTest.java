package dev.phigate.provider.local.workload;

import static dev.phigate.provider.support.Fixtures.SCHEMA;
import static dev.phigate.provider.support.Fixtures.checked;
import static dev.phigate.provider.support.Fixtures.drift;
import static dev.phigate.provider.support.Fixtures.freePort;
import static dev.phigate.provider.support.Fixtures.json;
import static dev.phigate.provider.support.Fixtures.keyRing;
import static dev.phigate.provider.support.Fixtures.operation;
import static dev.phigate.provider.support.Fixtures.unknownTo;
import static dev.phigate.provider.support.Fixtures.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.provider.local.keyring.KeyRingKind;
import dev.phigate.provider.local.process.ProcessIdentity;
import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.protocol.Operation;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import dev.phigate.provider.support.Commands;
import dev.phigate.provider.support.Https;
import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Tag("B2")
@Tag("N9")
final class WorkloadKindTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private final WorkloadKind kind = new WorkloadKind(SCHEMA);
    private Path ring;
    private ObjectNode inputs;

    @BeforeEach
    void makeKeys() throws IOException {
        ring = sandbox.path("keyring");
        KeyRingKind rings = new KeyRingKind(SCHEMA, InstantSource.system());
        State _ = rings.create(operation("ring"), checked(rings, keyRing(ring)));
        inputs = checked(kind, workload(sandbox.path("workload"), ring, freePort()));
    }

    private State create() throws IOException {
        return kind.create(operation("w"), inputs);
    }

    private State read(State known) throws IOException {
        return kind.read(operation("w"), known.id(), known).orElseThrow();
    }

    private static ProcessHandle process(State state) {
        return ProcessHandle.of(state.outputs().path("pid").asLong(0)).orElseThrow();
    }

    private static boolean runs(State state) {
        return ProcessIdentity.of(state.outputs().path("pid").asLong(0))
                .filter(ProcessIdentity::alive)
                .isPresent();
    }

    private static String url(State state) {
        return state.outputs().path("url").asString("");
    }

    private static void killAndWait(ProcessHandle process) {
        process.destroyForcibly();
        assertThat(new Cancellation().await(SOON, () -> !process.isAlive())).isTrue();
    }

    @Test
    void aWorkloadAnswersWithWhatItReceived() throws IOException {
        State made = create();
        HttpResponse<String> response = Https.send(ring, "client", "POST", url(made) + "/a?b=c", new byte[3 << 20]);
        JsonNode answer = json(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(answer.path("workload").asString("")).isEqualTo("one");
        assertThat(answer.path("path").asString("")).isEqualTo("/a");
        assertThat(answer.path("query").asString("")).isEqualTo("b=c");
        assertThat(answer.path("bodyBytes").asInt(0)).isEqualTo(3 << 20);
        assertThat(answer.path("client").asString("")).contains("CN=balancer");
        assertThat(answer.at("/tls/protocol").asString("")).isEqualTo("TLSv1.3");
        assertThat(Https.get(ring, url(made) + "/healthz").body()).contains("ok");
        HttpResponse<String> head = Https.send(ring, "client", "HEAD", url(made) + "/", new byte[0]);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValueAsLong("content-length")).isPresent();
        String log = Files.readString(sandbox.path("workload/workload.log"));
        assertThat(log).contains("POST /a 200 client=\"CN=balancer").doesNotContain("b=c");
    }

    @Test
    void clientsWithoutACertificateAndOldTlsAreRefused() throws IOException {
        State made = create();
        String ca = ring.resolve("ca.crt").toString();
        List<String> curl = List.of("curl", "-sS", "--cacert", ca, "--max-time", "10", url(made));
        assertThat(Commands.run(ring, curl).exitCode()).isNotZero();
        List<String> withKey = List.of(
                "curl",
                "-sS",
                "--cacert",
                ca,
                "--cert",
                ring + "/client.crt",
                "--key",
                ring + "/client.key",
                url(made));
        assertThat(Commands.run(ring, withKey).output()).contains("\"workload\":\"one\"");
        List<String> old = List.of(
                "openssl",
                "s_client",
                "-tls1_1",
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-connect",
                url(made).replace("https://", ""));
        assertThat(Commands.run(ring, old).exitCode()).isNotZero();
    }

    @Test
    void nothingChangesWhileItRunsAndAKilledProcessIsDriftThatUpdateRepairs() throws IOException {
        State made = create();
        assertThat(read(made)).isEqualTo(made);
        assertThat(kind.diff(made, Properties.plain(inputs)).none()).isTrue();

        killAndWait(process(made));
        State stopped = read(made);
        assertThat(stopped.outputs().has("pid")).isFalse();
        assertThat(drift(stopped)).singleElement().asString().startsWith("stopped: process ");
        assertThat(kind.diff(stopped, Properties.plain(inputs)).none()).isFalse();

        State repaired = kind.update(operation("w"), stopped, inputs);
        assertThat(drift(read(repaired))).isEmpty();
        assertThat(Https.get(ring, url(repaired)).statusCode()).isEqualTo(200);
    }

    @Test
    void aNewPortRestartsTheProcessAndTagsDoNot() throws IOException {
        State made = create();
        ObjectNode tagged = inputs.deepCopy();
        tagged.putObject("tags").put("phigate:environment", "test");
        State same = kind.update(operation("w"), made, tagged);
        assertThat(same.outputs().path("pid")).isEqualTo(made.outputs().path("pid"));

        ObjectNode moved = tagged.deepCopy().put("port", freePort());
        State restarted = kind.update(operation("w"), same, moved);
        assertThat(restarted.outputs().path("pid")).isNotEqualTo(made.outputs().path("pid"));
        assertThat(Https.get(ring, url(restarted)).statusCode()).isEqualTo(200);
        assertThat(runs(made)).isFalse();
    }

    @Test
    void renewedCertificatesMakeItStale() throws IOException {
        State made = create();
        KeyRingKind rings = new KeyRingKind(SCHEMA, InstantSource.system());
        State known = rings.read(operation("ring"), ring.toString(), unknownTo(ring.toString()))
                .orElseThrow();
        State _ =
                rings.update(operation("ring"), known, known.inputs().deepCopy().put("certificateDays", 60));
        assertThat(kind.diff(made, Properties.plain(inputs)).none())
                .as("without a refresh")
                .isFalse();
        assertThat(drift(read(made))).singleElement().asString().contains("workload.crt has changed");
        State renewed = kind.update(operation("w"), read(made), inputs);
        assertThat(Https.get(ring, url(renewed)).statusCode()).isEqualTo(200);
        assertThat(drift(read(renewed))).isEmpty();
    }

    @Test
    void deletingStopsTheProcessAndLeavesNothing() throws IOException {
        State made = create();
        kind.delete(operation("w"), made);
        assertThat(sandbox.processes()).isEmpty();
        assertThat(sandbox.path("workload")).doesNotExist();
        assertThat(kind.read(operation("w"), made.id(), made)).isEmpty();
        kind.delete(operation("w"), made);
    }

    @Test
    void aPortInUseIsReportedWithItsHolderBeforeAnythingStarts() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            inputs.put("port", holder.getLocalPort());
            assertThatThrownBy(this::create)
                    .isInstanceOf(ResourceFailure.class)
                    .hasMessageContaining("port " + holder.getLocalPort() + " is in use by process "
                            + ProcessHandle.current().pid());
        }
        assertThat(sandbox.path("workload")).doesNotExist();
    }

    @Test
    void aStartThatFailsSaysWhyAndLeavesNothing() throws IOException {
        Files.writeString(ring.resolve("workload.key"), "no key");
        assertThatThrownBy(this::create)
                .isInstanceOf(ResourceFailure.class)
                .hasMessageContaining("ended while it started")
                .hasMessageContaining("workload.key: holds no private key");
        assertThat(sandbox.path("workload")).doesNotExist();
        assertThat(sandbox.processes()).isEmpty();
    }

    @Test
    void aStartThatFailsLeavesAnEmptyFolderThatWasThereBeforeEmpty() throws IOException {
        Files.createDirectories(sandbox.path("workload"));
        Files.writeString(ring.resolve("workload.key"), "no key");
        assertThatThrownBy(this::create).isInstanceOf(ResourceFailure.class);
        assertThat(sandbox.path("workload")).isEmptyDirectory();
    }

    @Test
    void anUpdateThatFailsKeepsTheResourceInTheState() throws IOException {
        State made = create();
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ObjectNode moved = inputs.deepCopy().put("port", holder.getLocalPort());
            assertThatThrownBy(() -> kind.update(operation("w"), made, moved))
                    .isInstanceOfSatisfying(
                            ResourceFailure.class,
                            failure -> assertThat(failure.kept())
                                    .isNotNull()
                                    .satisfies(kept -> assertThat(drift(kept)).isNotEmpty()));
        }
        State back = kind.update(operation("w"), read(made), inputs);
        assertThat(Https.get(ring, url(back)).statusCode()).isEqualTo(200);
    }

    @Test
    void aCancelledCreateIsUndone() throws IOException {
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        assertThatThrownBy(() -> kind.create(new Operation("urn:w", cancellation), inputs))
                .isInstanceOf(Cancellation.Cancelled.class);
        assertThat(sandbox.path("workload")).doesNotExist();
        // What was killed may take a moment to be gone from the kernel's list.
        assertThat(new Cancellation()
                        .await(Duration.ofSeconds(5), () -> sandbox.processes().isEmpty()))
                .isTrue();
    }

    @Test
    void whatTheEngineForgotIsTakenOverWhileItRunsAsAsked() throws IOException {
        State made = create();
        assertThat(create()).isEqualTo(made);
        inputs.put("name", "two");
        State changed = create();
        assertThat(changed.outputs().path("pid")).isNotEqualTo(made.outputs().path("pid"));
        assertThat(runs(made)).isFalse();
    }

    @Test
    void aNumberThatBelongsToAnotherProcessNowIsNeverSignalled() throws IOException {
        State made = create();
        killAndWait(process(made));
        Process bystander = new ProcessBuilder("sleep", "60").start();
        try {
            Path record = sandbox.path("workload/resource.json");
            Files.writeString(
                    record, Files.readString(record).replaceAll("\"pid\" : \\d+", "\"pid\" : " + bystander.pid()));
            kind.delete(operation("w"), made);
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    @Test
    void theEnvironmentOfTheProcessHoldsNoSecretsOfOurs() throws IOException {
        State made = create();
        String environment =
                Files.readString(Path.of("/proc", made.outputs().path("pid").asString(""), "environ"));
        assertThat(environment.split("\0", -1))
                .allSatisfy(entry ->
                        assertThat(entry).matches("(|(HOME|LANG|LC_ALL|PATH|TMPDIR|TZ|USER|PWD|OLDPWD|SHLVL|_)=.*)"));
    }

    @Test
    void aWorkloadIsImportedByItsPath() throws IOException {
        State made = create();
        assertThat(kind.read(operation("other"), made.id(), unknownTo(made.id())))
                .contains(made);
    }
}
