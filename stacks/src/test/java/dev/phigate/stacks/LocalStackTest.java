package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.pulumi.core.Output;
import com.pulumi.exceptions.RunException;
import com.pulumi.resources.Resource;
import com.pulumi.test.Mocks;
import com.pulumi.test.PulumiTest;
import com.pulumi.test.TestOptions;
import com.pulumi.test.TestResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the program registers for the stack local: exact types, counts, parents and inputs. */
final class LocalStackTest {
    private static final String FOLDER = "/p/environments/local";

    private final Map<String, Map<String, Object>> inputs = new ConcurrentHashMap<>();

    /** A provider that answers with the paths and numbers a real one would. */
    private final class Provider implements Mocks {
        @Override
        public CompletableFuture<ResourceResult> newResourceAsync(ResourceArgs args) {
            Map<String, Object> given = Objects.requireNonNull(args.inputs);
            String type = Objects.requireNonNull(args.type);
            inputs.put(type + " " + args.name, given);
            Map<String, Object> state = new HashMap<>(given);
            if (type.equals("phigate:local:KeyRing")) {
                state.put("caCertificate", "/k/ca.crt");
                state.put("caFingerprint", "00");
                state.put("auditPrivateKey", "/k/audit-signing.key");
                state.put("auditPublicKey", "/k/audit-signing.pub");
                state.put("dataKeys", Map.of("audit", "/k/audit.key"));
                for (String each : List.of("server", "client", "workload", "admin")) {
                    state.put(each + "Certificate", "/k/" + each + ".crt");
                    state.put(each + "PrivateKey", "/k/" + each + ".key");
                }
            } else if (type.equals("phigate:local:AuditStore")) {
                state.put("path", given.get("directory"));
                state.put("appendOnlyInForce", true);
            } else if (type.startsWith("phigate:local:")) {
                state.put("url", "https://" + args.name);
                state.put("adminUrl", "https://admin");
                state.put("pid", 4711);
            }
            return CompletableFuture.completedFuture(ResourceResult.of(Optional.of("/id"), state));
        }
    }

    private TestResult run(StackFile file) {
        return PulumiTest.withOptions(TestOptions.builder()
                        .projectName("phigate")
                        .stackName("local")
                        .build())
                .withMocks(new Provider())
                .runTest(context -> Main.build(context, file.handedOn(), new WorkingFolder(Path.of("/p"))));
    }

    @AfterEach
    void forgetTheEngine() {
        PulumiTest.cleanup();
    }

    private Map<String, Object> inputsOf(String resource) {
        return Objects.requireNonNull(inputs.get(resource), resource + " was not registered");
    }

    private static String urn(Resource resource) {
        return Objects.requireNonNull(PulumiTest.extractValue(resource.urn()));
    }

    @Test
    @Tag("N9")
    void theStackHoldsTheseResourcesUnderTheseParentsAndNoOthers() throws IOException {
        String environment = "urn:pulumi:local::phigate::pulumi:pulumi:Stack$phigate:components:Environment";
        String inside = environment + "$phigate:components:";
        assertThat(run(StackFile.local()).throwOnError().resources())
                .extracting(LocalStackTest::urn)
                .containsExactlyInAnyOrder(
                        "urn:pulumi:local::phigate::pulumi:pulumi:Stack::phigate-local",
                        "urn:pulumi:local::phigate::pulumi:pulumi:Stack$pulumi:providers:phigate::local",
                        environment + "::local",
                        inside + "KeyRing::keys",
                        inside + "KeyRing$phigate:local:KeyRing::keys",
                        inside + "AuditTrail::audit",
                        inside + "AuditTrail$phigate:local:AuditStore::audit",
                        inside + "Workload::ehr-a",
                        inside + "Workload$phigate:local:Workload::ehr-a",
                        inside + "Workload::ehr-b",
                        inside + "Workload$phigate:local:Workload::ehr-b",
                        inside + "BalancerFleet::balancer",
                        inside + "BalancerFleet$phigate:local:Balancer::balancer");
    }

    @Test
    void theProviderIsGivenNothingOfTheStackFile() throws IOException {
        run(StackFile.local()).throwOnError();
        assertThat(inputsOf("pulumi:providers:phigate local")).isEmpty();
    }

    @Test
    @Tag("N2")
    @Tag("B7")
    void theKeyRingHasAKeyForEachClassOfDataAndRotates() throws IOException {
        run(StackFile.local()).throwOnError();
        assertThat(inputsOf("phigate:local:KeyRing keys"))
                .isEqualTo(Map.of(
                        "directory",
                        FOLDER + "/keyring",
                        "tags",
                        Map.of("phigate:environment", "local", "phigate:data-class", "secrets"),
                        "environment",
                        "local",
                        "serverNames",
                        List.of("localhost", "127.0.0.1"),
                        "workloadNames",
                        List.of("workload.local.internal"),
                        "dataClasses",
                        List.of("workload", "audit", "secrets"),
                        "certificateDays",
                        90.0,
                        "rotateBeforeDays",
                        30.0));
    }

    @Test
    @Tag("A7")
    void theAuditStoreKeepsSixYearsAndRefusesChanges() throws IOException {
        run(StackFile.local()).throwOnError();
        assertThat(inputsOf("phigate:local:AuditStore audit"))
                .isEqualTo(Map.of(
                        "directory",
                        FOLDER + "/audit",
                        "tags",
                        Map.of("phigate:environment", "local", "phigate:data-class", "audit"),
                        "retentionDays",
                        2192.0,
                        "appendOnly",
                        true));
    }

    @Test
    @Tag("B2")
    void aWorkloadAnswersToTheBalancersCertificateOnly() throws IOException {
        run(StackFile.local()).throwOnError();
        assertThat(inputsOf("phigate:local:Workload ehr-b"))
                .isEqualTo(Map.of(
                        "directory", FOLDER + "/workload-ehr-b",
                        "tags", Map.of("phigate:environment", "local", "phigate:data-class", "workload"),
                        "name", "ehr-b",
                        "address", "127.0.0.1",
                        "port", 18442.0,
                        "certificate", "/k/workload.crt",
                        "privateKey", "/k/workload.key",
                        "clientTrust", "/k/ca.crt"));
    }

    @Test
    @Tag("B2")
    @Tag("B8")
    void theBalancerVerifiesTheWorkloadsAndItsAdministrator() throws IOException {
        run(StackFile.local()).throwOnError();
        Map<String, Object> balancer = inputsOf("phigate:local:Balancer balancer");
        assertThat(balancer)
                .containsOnlyKeys("directory", "tags", "mode", "configuration", "adminCertificate", "adminPrivateKey")
                .containsEntry("mode", "process");
        assertThat(balancer.get("configuration"))
                .isEqualTo(Map.of(
                        "listeners",
                        List.of(Map.of(
                                "name",
                                "https",
                                "address",
                                "127.0.0.1",
                                "port",
                                8443.0,
                                "tls",
                                Map.of(
                                        "certificate", "/k/server.crt",
                                        "privateKey", "/k/server.key",
                                        "minimumVersion", "TLSv1.2"),
                                "timeouts",
                                Map.of("idle", "60s"),
                                "hsts",
                                Map.of("maxAge", "730d", "includeSubDomains", true))),
                        "upstreams",
                        List.of(Map.of(
                                "name",
                                "ehr",
                                "hosts",
                                List.of("https://127.0.0.1:18441", "https://127.0.0.1:18442"),
                                "balancing",
                                "round-robin",
                                "tls",
                                Map.of(
                                        "trust", "/k/ca.crt",
                                        "serverName", "workload.local.internal",
                                        "certificate", "/k/client.crt",
                                        "privateKey", "/k/client.key"))),
                        "routes",
                        List.of(Map.of(
                                "name", "all", "listener", "https", "host", "*", "pathPrefix", "/", "upstream", "ehr")),
                        "audit",
                        Map.of(
                                "directory",
                                FOLDER + "/audit",
                                "origin",
                                "local-balancer",
                                "key",
                                "/k/audit-signing.key"),
                        "admin",
                        Map.of(
                                "address",
                                "127.0.0.1",
                                "port",
                                8444.0,
                                "tls",
                                Map.of(
                                        "certificate", "/k/server.crt",
                                        "privateKey", "/k/server.key",
                                        "clientTrust", "/k/ca.crt",
                                        "clients", List.of("admin"))),
                        "shutdown",
                        Map.of("drain", "10s")));
    }

    @Test
    @Tag("P4")
    void anApprovalReachesThePolicyPackWithTheBalancer() throws IOException {
        run(StackFile.local()
                        .with("/phigate:balancer/listeners/0/address", "0.0.0.0")
                        .with(
                                "/phigate:balancer/approval",
                                "{owner: A. Person, reason: the ward needs it, expires: '2027-03-31'}"))
                .throwOnError();
        assertThat(inputsOf("phigate:local:Balancer balancer").get("approval"))
                .isEqualTo(Map.of("owner", "A. Person", "reason", "the ward needs it", "expires", "2027-03-31"));
    }

    @Test
    @Tag("P1")
    void aPlaintextUpstreamReachesThePolicyPackAsItIs() throws IOException {
        run(StackFile.local().with("/phigate:balancer/upstreams/0/hosts", "['http://127.0.0.1:18441']"))
                .throwOnError();
        assertThat(inputsOf("phigate:local:Balancer balancer").get("configuration"))
                .asString()
                .contains("hosts=[http://127.0.0.1:18441]");
    }

    @Test
    void theOutputsAreTheOnesThatUsersReadByName() throws IOException {
        Map<String, Output<?>> outputs = run(StackFile.local()).throwOnError().outputs();
        Map<String, Object> values = new HashMap<>();
        outputs.forEach((name, value) -> values.put(name, Objects.requireNonNull(PulumiTest.extractValue(value))));
        assertThat(values)
                .isEqualTo(Map.of(
                        "balancerUrl", "https://balancer",
                        "adminUrl", "https://admin",
                        "caCertificate", "/k/ca.crt",
                        "adminCertificate", "/k/admin.crt",
                        "adminPrivateKey", "/k/admin.key",
                        "auditLog", FOLDER + "/audit",
                        "auditPublicKey", "/k/audit-signing.pub",
                        "balancerPid", 4711,
                        "workloadUrls", List.of("https://ehr-a", "https://ehr-b"),
                        "survivors", List.of(FOLDER + "/audit")));
    }

    @Test
    @Tag("N9")
    void anUnusableIntentRegistersNothing() throws IOException {
        TestResult result = run(StackFile.local().with("/phigate:balancer/listeners/0/port", "99999"));
        assertThat(result.exceptions())
                .filteredOn(RunException.class::isInstance)
                .singleElement()
                .extracting(Throwable::getMessage)
                .isEqualTo("""
                stacks/Pulumi.local.yaml: phigate:balancer.listeners["https"].port: 99999 (expected: between 1 and 65535)""");
        assertThat(inputs).isEmpty();
    }
}
