package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.components.DataClass;
import dev.phigate.components.Target;
import dev.phigate.components.audittrail.AuditTrailIntent;
import dev.phigate.components.keys.KeysIntent;
import dev.phigate.components.workload.WorkloadIntent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N9")
final class IntentTest {
    private static List<String> problems(StackFile file) {
        return catchThrowableOfType(UnusableIntent.class, file::intent).problems();
    }

    @Test
    void theShippedStackLocalIsReadWhole() throws IOException {
        Intent intent = StackFile.local().intent();

        assertThat(intent.target()).isEqualTo(Target.LOCAL);
        assertThat(intent.environment()).isEqualTo("local");
        assertThat(intent.dataClasses()).containsExactly(DataClass.WORKLOAD, DataClass.AUDIT, DataClass.SECRETS);
        assertThat(intent.keys()).isEqualTo(new KeysIntent(90, 30));
        assertThat(intent.audit()).isEqualTo(new AuditTrailIntent(2192, true));
        assertThat(intent.workloads())
                .containsExactly(
                        new WorkloadIntent("ehr-a", "127.0.0.1", 18441),
                        new WorkloadIntent("ehr-b", "127.0.0.1", 18442));
        assertThat(intent.balancer().certificateNames()).containsExactly("localhost", "127.0.0.1");
    }

    @Test
    void whatIsNotSaidIsSafe() throws IOException {
        Intent intent = StackFile.local()
                .without("/phigate:keys")
                .without("/phigate:audit")
                .without("/phigate:workloads/0/address")
                .without("/phigate:balancer/listeners/0/address")
                .without("/phigate:balancer/admin/address")
                .intent();

        assertThat(intent.audit()).isEqualTo(new AuditTrailIntent(2192, true));
        assertThat(intent.keys()).isEqualTo(new KeysIntent(90, 30));
        assertThat(intent.workloads().getFirst().address()).isEqualTo("127.0.0.1");
        assertThat(intent.balancer().listeners().getFirst().address()).isEqualTo("127.0.0.1");
        assertThat(intent.balancer().admin().address()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /phigate:target                           | moon                  | phigate:target: moon (expected: one of local, aws)
            /phigate:target                           | [local]               | phigate:target: ["local"] (expected: one of local, aws)
            /phigate:environment                      | Prod Ward             | phigate:environment: Prod Ward (expected: 1 to 32 lower-case letters, digits and hyphens, a letter first, no hyphen last)
            /phigate:dataClasses                      | [workload, xray]      | phigate:dataClasses: ["workload","xray"] (expected: some of workload, audit, image, secrets)
            /phigate:dataClasses                      | [workload]            | phigate:dataClasses: workload (expected: at least workload, audit, secrets, which every environment holds)
            /phigate:dataClasses                      | workload              | phigate:dataClasses: workload (expected: a list of texts)
            /phigate:keys/rotateBefore                | 90d                   | phigate:keys.rotateBefore: 90d (expected: less than certificateLifetime, 90d)
            /phigate:keys/certificateLifetime         | 90                    | phigate:keys.certificateLifetime: 90 (expected: a duration such as 250ms, 30s, 5m, 12h or 2192d)
            /phigate:keys/certificateLifetime         | 36h                   | phigate:keys.certificateLifetime: 36h (expected: whole days)
            /phigate:audit/retention                  | 0d                    | phigate:audit.retention: 0d (expected: at least 1d)
            /phigate:audit/appendOnly                 | "yes"                 | phigate:audit.appendOnly: yes (expected: true or false)
            /phigate:audit/retentoin                  | 9d                    | phigate:audit.retentoin: unknown key (did you mean retention?)
            /phigate:regoin                           | here                  | phigate:regoin: unknown key (did you mean region?)
            /phigate:region                           | us-east-1             | phigate:region: target local has none (expected: no such key)
            /phigate:identity                         | {}                    | phigate:identity: target local has none (expected: no such key)
            /phigate:workloads                        | []                    | phigate:workloads: missing (expected: a list with at least one entry)
            /phigate:workloads/0/port                 | "18441"               | phigate:workloads["ehr-a"].port: 18441 (expected: a whole number)
            /phigate:workloads/1/port                 | 18441                 | phigate:workloads["ehr-b"].port: 18441 (expected: a free port; phigate:workloads["ehr-a"] has it)
            /phigate:balancer/serverNames             | [""]                  | phigate:balancer.serverNames: [""] (expected: DNS names)
            /phigate:balancer/listeners/0/port        | 99999                 | phigate:balancer.listeners["https"].port: 99999 (expected: between 1 and 65535)
            /phigate:balancer/listeners/0/address     | example.org           | phigate:balancer.listeners["https"].address: example.org (expected: an IPv4 or IPv6 address)
            /phigate:balancer/listeners/0/certificate | /tmp/x                | phigate:balancer.listeners["https"].certificate: unknown key (expected: name, address, port, tls, timeouts, limits, hsts)
            /phigate:balancer/listeners/0/tls         | {minimumVersion: TLS} | phigate:balancer.listeners["https"].tls.minimumVersion: TLS (expected: a version such as TLSv1.2 or TLSv1.3)
            /phigate:balancer/listeners/0/timeouts    | {idle: -1s}           | phigate:balancer.listeners["https"].timeouts.idle: -1s (expected: > 0)
            /phigate:balancer/listeners/0/timeouts    | {read: 1s}            | phigate:balancer.listeners["https"].timeouts.read: unknown key (expected: handshake, header, body, idle)
            /phigate:balancer/listeners/0/limits      | {body: 1MB}           | phigate:balancer.listeners["https"].limits.body: 1MB (expected: a size such as 512B, 16KiB, 10MiB or 1GiB)
            /phigate:balancer/upstreams/0/hosts       | ["workload:x"]        | phigate:balancer.upstreams["ehr"].hosts: workload:x (expected: workload: and one of ehr-a, ehr-b)
            /phigate:balancer/upstreams/0/hosts       | ["10.0.0.1"]          | phigate:balancer.upstreams["ehr"].hosts: 10.0.0.1 (expected: workload:<name>, or a URL of scheme, host and port such as https://10.0.1.5:8443)
            /phigate:balancer/upstreams/0/hosts       | ["https://a:1/x"]     | phigate:balancer.upstreams["ehr"].hosts: https://a:1/x (expected: workload:<name>, or a URL of scheme, host and port such as https://10.0.1.5:8443)
            /phigate:balancer/upstreams/0/hosts       | []                    | phigate:balancer.upstreams["ehr"].hosts: [] (expected: at least one host)
            /phigate:balancer/upstreams/0/balancing   | random                | phigate:balancer.upstreams["ehr"].balancing: random (expected: round-robin)
            /phigate:balancer/routes/0/upstream       | erh                   | phigate:balancer.routes["all"].upstream: erh (expected: one of ehr)
            /phigate:balancer/routes/0/listener       | http                  | phigate:balancer.routes["all"].listener: http (expected: one of https)
            /phigate:balancer/routes/0/pathPrefix     | api                   | phigate:balancer.routes["all"].pathPrefix: api (expected: a path that starts with /)
            /phigate:balancer/admin/port              | 8443                  | phigate:balancer.admin.port: 8443 (expected: a free port; phigate:balancer.listeners["https"] has it)
            /phigate:balancer/shutdown/drain          | soon                  | phigate:balancer.shutdown.drain: soon (expected: a duration such as 250ms, 30s, 5m, 12h or 2192d)
            /phigate:balancer/approval                | {owner: A, reason: B} | phigate:balancer.approval.expires: missing (expected: a text)
            """)
    void whatCannotBeMeantIsRefusedWithItsPath(String pointer, String value, String problem) throws IOException {
        assertThat(problems(StackFile.local().with(pointer, value))).containsExactly(problem);
    }

    @Test
    void twoWorkloadsCannotHaveOneName() throws IOException {
        assertThat(problems(StackFile.local()
                        .with("/phigate:workloads/1/name", "ehr-a")
                        .with("/phigate:balancer/upstreams/0/hosts", "['workload:ehr-a']")))
                .containsExactly("phigate:workloads[\"ehr-a\"].name: ehr-a (expected: a name that no other has)");
    }

    @Test
    void aSectionThatIsNoneIsNamedFirst() throws IOException {
        assertThat(problems(StackFile.local().with("/phigate:balancer", "none")))
                .startsWith("phigate:balancer: none (expected: a mapping of keys to values)");
    }

    @Test
    void everyProblemIsReportedAtOnceUnderTheNameOfTheFile() throws IOException {
        StackFile file = StackFile.local()
                .with("/phigate:balancer/listeners/0/port", "99999")
                .with("/phigate:balancer/routes/0/upstream", "erh")
                .with("/phigate:keyz", "{}")
                .without("/phigate:environment");

        assertThat(catchThrowableOfType(UnusableIntent.class, file::intent)).hasMessage("""
                stacks/Pulumi.local.yaml: 4 problems:
                  phigate:environment: missing (expected: a text)
                  phigate:balancer.listeners["https"].port: 99999 (expected: between 1 and 65535)
                  phigate:balancer.routes["all"].upstream: erh (expected: one of ehr)
                  phigate:keyz: unknown key (did you mean keys?)""");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /phigate:balancer/upstreams/0/hosts   | ["http://127.0.0.1:18441"]
            /phigate:balancer/listeners/0/address | 0.0.0.0
            /phigate:balancer/listeners/0/tls     | {minimumVersion: TLSv1.1}
            /phigate:audit/retention              | 30d
            """)
    void whatMustNotBeIsReadAndLeftToThePolicyPack(String pointer, String value) throws IOException {
        assertThat(StackFile.local().with(pointer, value).intent()).isNotNull();
    }

    @Test
    void keysOfOtherProvidersAreTheirs() throws IOException {
        assertThat(StackFile.local().with("/aws:region", "us-east-1").intent()).isNotNull();
    }

    @Test
    void anEmptyStackFileMissesEverythingAtOnce() {
        assertThat(catchThrowableOfType(UnusableIntent.class, () -> Intent.read("local", "{}"))
                        .problems())
                .hasSize(8)
                .allMatch(problem -> problem.contains(": missing (expected: "));
    }

    @Test
    void aTextThatOnlyLooksLikeJsonIsAText() {
        assertThat(catchThrowableOfType(
                                UnusableIntent.class,
                                () -> Intent.read("local", "{\"phigate:environment\": \"{not json\"}"))
                        .problems())
                .anyMatch(problem -> problem.startsWith("phigate:environment: {not json (expected: "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "aws"})
    void theTrainingRunsHaveIntentsOfTheirOwn(String target) throws IOException {
        assertThat(Intent.read(target, Training.configuration(target)).environment())
                .isEqualTo("training");
    }
}
