package dev.phigate.cli.environment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The main job, end to end: a real engine, pack, provider, balancer and audit log, driven as a user drives them. */
@Tag("e2e")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LocalEnvironmentIT {
    private static final Pattern REQUEST_ID = Pattern.compile("(?im)^x-request-id: (\\S+)");

    private Installation installation;
    private Child up;
    private JsonNode outputs;
    private final List<String> answered = new ArrayList<>();

    @BeforeAll
    void upLocal(@TempDir Path folder) throws IOException {
        installation = new Installation(folder);
        up = installation.up().endsWith(0);
        outputs = installation.outputs();
    }

    @AfterAll
    void cleanUp() throws IOException {
        installation.close();
    }

    @Test
    @Order(1)
    @Tag("N9")
    void upEndsWithALineThatWorksWhenPasted() {
        assertThat(installation.paste(up).endsWith(0).out()).contains("\"workload\":\"ehr-");
    }

    @Test
    @Order(2)
    @Tag("B4")
    void bothWorkloadsAnswerOverRepeatedCalls() {
        bothWorkloadsAnswer();
    }

    private void bothWorkloadsAnswer() {
        Set<String> workloads = new HashSet<>();
        for (int call = 0; call < 6; call++) {
            workloads.add(request().path("workload").asString());
        }
        assertThat(workloads).containsExactlyInAnyOrder("ehr-a", "ehr-b");
    }

    @Test
    @Order(3)
    @Tag("B2")
    void theWorkloadSeesTheBalancersVerifiedCertificate() {
        JsonNode answer = request();

        assertThat(answer.path("client").asString()).contains("CN=balancer");
        assertThat(answer.path("tls").path("protocol").asString()).isIn("TLSv1.3", "TLSv1.2");
        // Without the balancer's certificate nobody reaches a workload.
        String workload = outputs.path("workloadUrls").path(0).asString();
        assertThat(installation.curl(outputs, workload + "/").exitCode()).isNotZero();
    }

    @Test
    @Order(4)
    @Tag("B1")
    void olderTlsAndPlainHttpAreRefused() {
        String url = outputs.path("balancerUrl").asString();

        assertThat(installation
                        .curl(outputs, "--tlsv1.1", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", url + "/")
                        .exitCode())
                .isNotZero();
        assertThat(installation
                        .curl(outputs, url.replace("https:", "http:") + "/")
                        .exitCode())
                .isNotZero();
        assertThat(installation.curl(outputs, "--tlsv1.3", url + "/").exitCode())
                .isZero();
    }

    @Test
    @Order(5)
    @Tag("B12")
    void theAdministratorSeesTheRunningBalancer() {
        JsonNode status = JsonMapper.shared()
                .readTree(installation
                        .curl(
                                outputs,
                                "--cert",
                                outputs.path("adminCertificate").asString(),
                                "--key",
                                outputs.path("adminPrivateKey").asString(),
                                outputs.path("adminUrl").asString() + "/v1/status")
                        .endsWith(0)
                        .out());

        assertThat(status.path("pid").asLong())
                .isEqualTo(outputs.path("balancerPid").asLong());
    }

    @Test
    @Order(6)
    void aSecondUpChangesNothing() {
        assertThat(installation.up().endsWith(0).out())
                .contains("Nothing to change.")
                .as("judged by the pack, once")
                .containsOnlyOnce("phigate-hipaa@")
                .doesNotContain("policies; ")
                .contains("unchanged");
        assertThat(installation.outputs()).isEqualTo(outputs);
    }

    @Test
    @Order(7)
    @Tag("P1")
    @Tag("B2")
    void aPlaintextUpstreamStopsAtThePreviewAndChangesNothing() throws IOException {
        String good = Files.readString(installation.intent);
        installation.change("\"workload:ehr-b\"", "\"http://127.0.0.1:18442\"");

        Child refused = installation.up().endsWith(1);
        Child plain = installation.pulumi("preview", "--config-file", copyOfIntent());
        Files.writeString(installation.intent, good);

        assertThat(refused.said())
                .contains("local-balancer")
                .contains("164.312(e)")
                .contains("fix")
                .contains("nothing was changed");
        assertThat(plain.exitCode()).as(plain.said()).isNotZero();
        assertThat(plain.said()).as("plain pulumi is judged too").contains("164.312(e)");
        assertThat(installation.outputs()).isEqualTo(outputs);
        assertThat(request().path("workload").asString()).startsWith("ehr-");
    }

    @Test
    @Order(8)
    @Tag("A1")
    void aKilledBalancerIsDriftThatUpRepairsAndNoAnsweredRequestIsLost() throws Exception {
        for (int call = 0; call < 20; call++) {
            request();
        }
        long killed = outputs.path("balancerPid").asLong();
        ProcessHandle balancer = ProcessHandle.of(killed).orElseThrow();
        balancer.destroyForcibly();
        balancer.onExit().get();

        Child refresh = installation
                .pulumi("refresh", "--preview-only", "--diff", "--config-file", copyOfIntent())
                .endsWith(0);
        assertThat(refresh.out()).contains("phigate:local:Balancer").contains("1 to ");

        up = installation.up().endsWith(0);
        outputs = installation.outputs();
        assertThat(outputs.path("balancerPid").asLong()).isNotEqualTo(killed);
        request();
        String records = String.join("\n", installation.auditRecords(outputs));
        assertThat(answered)
                .hasSizeGreaterThan(20)
                .allSatisfy(id -> assertThat(records).contains("\"" + id + "\""));
        assertThat(installation.auditVerify(outputs).endsWith(0).out()).contains("local-balancer: whole");
    }

    @Test
    @Order(9)
    void aKilledWorkloadIsRepairedToo() {
        List<ProcessHandle> workloads = ProcessHandle.allProcesses()
                .filter(process ->
                        Installation.commandLine(process).contains(installation.home + "/environments/local/workload"))
                .toList();
        assertThat(workloads).as("processes of the workloads").hasSizeGreaterThanOrEqualTo(2);
        workloads.forEach(ProcessHandle::destroyForcibly);
        workloads.forEach(process -> process.onExit().join());

        installation.up().endsWith(0);

        bothWorkloadsAnswer();
    }

    @Test
    @Order(10)
    @Tag("N8")
    void downLeavesTheSurvivorsAndNothingElseAndUpWorksAgain() throws IOException {
        String auditLog = outputs.path("auditLog").asString();
        long before = installation.auditRecords(outputs).size();

        Child down = installation.down().endsWith(0);

        assertThat(down.out())
                .contains("What survives it, and nothing else is left:")
                .contains(auditLog);
        Path environment = installation.home.resolve("environments/local");
        try (var left = Files.list(environment)) {
            assertThat(left).containsExactly(Path.of(auditLog));
        }
        assertThat((long) installation.auditRecords(outputs).size()).isGreaterThanOrEqualTo(before);

        up = installation.up().endsWith(0);
        outputs = installation.outputs();
        request();
        assertThat((long) installation.auditRecords(outputs).size())
                .as("the log goes on")
                .isGreaterThan(before);
        assertThat(installation.auditVerify(outputs).endsWith(0).out())
                .contains("local-balancer: whole", "signed by an earlier key");
    }

    /** An answered request; its id must be in the audit log whatever happens to the balancer afterwards. */
    private JsonNode request() {
        String said = installation
                .curl(
                        outputs,
                        "--include",
                        "--fail",
                        outputs.path("balancerUrl").asString() + "/patients")
                .endsWith(0)
                .out();
        Matcher id = REQUEST_ID.matcher(said);
        assertThat(id.find()).as("x-request-id in %s", said).isTrue();
        answered.add(id.group(1));
        return JsonMapper.shared()
                .readTree(said.substring(said.indexOf("\r\n\r\n")).strip());
    }

    private String copyOfIntent() {
        return installation.home.resolve("stacks/Pulumi.local.yaml").toString();
    }
}
