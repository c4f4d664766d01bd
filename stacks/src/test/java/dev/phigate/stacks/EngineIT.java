package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.stacks.RealEngine.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The program, the provider, the policy pack and the balancer together under the real engine, started plainly from the root. */
@Tag("engine")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init") // set before every test
final class EngineIT {
    /** pulumi-java issue 2270 shows on Java 25 with 2 processors. */
    private static final Map<String, String> TWO_PROCESSORS = Map.of("JDK_JAVA_OPTIONS", "-XX:ActiveProcessorCount=2");

    private static final Path TRACKED = StackFile.ROOT.resolve("stacks/Pulumi.local.yaml");

    @TempDir
    private static Path home;

    private static RealEngine engine;
    private static List<Integer> ports;
    private static String tracked;

    @BeforeAll
    static void aStack() throws Exception {
        tracked = Files.readString(TRACKED);
        engine = new RealEngine(home);
        ports = List.of(freePort(), freePort(), freePort(), freePort());
    }

    @AfterAll
    static void nothingIsLeftRunning() throws Exception {
        Ended ended = engine.run(stackFile(), Map.of(), "destroy", "--yes", "--skip-preview");
        engine.letTheAuditTrailBeDeleted();
        assertThat(ended.exitCode()).as(ended.output()).isZero();
    }

    @Test
    @Order(1)
    @Tag("N9")
    void anUnusableIntentEndsThePreviewWithEveryProblemAndRegistersNothing() throws Exception {
        Ended ended = engine.run(
                stackFile().with("/phigate:balancer/admin/port", "99999").with("/phigate:keyz", "{}"),
                Map.of(),
                "preview");
        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output()).contains("""
                        error: stacks/Pulumi.local.yaml: 2 problems:
                              phigate:balancer.admin.port: 99999 (expected: between 1 and 65535)
                              phigate:keyz: unknown key (did you mean keys?)
                        """).doesNotContain("\tat ", "SLF4J", "phigate:local:");
        assertThat(engine.resources()).isEmpty();
    }

    @Test
    @Order(2)
    @Tag("P1")
    @Tag("B2")
    void aPlaintextUpstreamStopsAtThePreviewUnderThePolicyPack() throws Exception {
        Ended ended = engine.run(
                stackFile().with("/phigate:balancer/upstreams/0/hosts", "['http://127.0.0.1:" + ports.get(2) + "']"),
                Map.of(),
                "up",
                "--yes",
                "--policy-pack",
                "policies");
        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.output()).contains("[mandatory]", "local-balancer-upstream-tls", "164.312(e)(1)");
        assertThat(engine.resources()).isEmpty();
    }

    @Test
    @Order(3)
    @Tag("P7")
    @Tag("N9")
    void theShippedStackComesUpOnTwoProcessorsWithoutAViolation() throws Exception {
        Ended ended = engine.run(stackFile(), TWO_PROCESSORS, "up", "--yes", "--policy-pack", "policies");
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("+ 13 created").doesNotContain("[mandatory]", "warning:", "SLF4J");
        JsonNode outputs = engine.outputs();
        assertThat(outputs.propertyNames())
                .containsExactlyInAnyOrder(
                        "adminCertificate",
                        "adminPrivateKey",
                        "adminUrl",
                        "auditLog",
                        "auditPublicKey",
                        "balancerPid",
                        "balancerUrl",
                        "caCertificate",
                        "survivors",
                        "workloadUrls");
        assertThat(outputs.path("balancerUrl").asString()).endsWith(":" + ports.get(0));
        assertThat(Path.of(outputs.path("caCertificate").asString()))
                .isRegularFile()
                .startsWith(home);
        assertThat(ProcessHandle.of(outputs.path("balancerPid").asLong())).isPresent();
    }

    @Test
    @Order(4)
    @Tag("N9")
    void aSecondUpdateChangesNothing() throws Exception {
        Ended ended =
                engine.run(stackFile(), Map.of(), "up", "--yes", "--policy-pack", "policies", "--expect-no-changes");
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(ended.output()).contains("13 unchanged");
    }

    @Test
    @Order(5)
    @Tag("A7")
    void aTeardownLeavesTheAuditTrail() throws Exception {
        JsonNode outputs = engine.outputs();
        Ended ended = engine.run(stackFile(), Map.of(), "destroy", "--yes");
        assertThat(ended.exitCode()).as(ended.output()).isZero();
        assertThat(Path.of(outputs.path("survivors").path(0).asString())).isDirectory();
        assertThat(Path.of(outputs.path("caCertificate").asString())).doesNotExist();
        ProcessHandle.of(outputs.path("balancerPid").asLong())
                .ifPresent(process -> assertThat(process.onExit()).succeedsWithin(Duration.ofSeconds(10)));
        assertThat(TRACKED).as("the user's own file").hasContent(tracked);
    }

    private static StackFile stackFile() throws IOException {
        return StackFile.local()
                .with("/phigate:balancer/listeners/0/port", ports.get(0).toString())
                .with("/phigate:balancer/admin/port", ports.get(1).toString())
                .with("/phigate:workloads/0/port", ports.get(2).toString())
                .with("/phigate:workloads/1/port", ports.get(3).toString());
    }

    /** Not one of those that the kernel gives to whoever asks for any: the engine takes such a one before it is needed here. */
    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: another one.
            }
        }
    }
}
