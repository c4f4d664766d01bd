package dev.phigate.balancer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What clients and operators see when the disk of the audit log reports errors, and what the log still proves afterwards. */
final class AuditDiskTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Bench bench = new Bench();
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        bench.close();
    }

    private Running run() throws IOException {
        Running running = Running.start(bench.folder, "", "run", bench.file().toString());
        started.add(running.process());
        return running;
    }

    private void endAll() throws InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
    }

    @Test
    @Tag("A1")
    void aDiskThatReportsErrorsEndsTheLogAndNothingThatWasDurableIsLost() throws IOException, InterruptedException {
        bench.auditExtra = "durability: fsync";
        bench.workload(Workload.OK);
        bench.write();
        try (FailingDisk disk = FailingDisk.at(bench.folder.resolve("audit"))) {
            try {
                failAndRecover(disk);
            } finally {
                endAll();
            }
        }
    }

    private void failAndRecover(FailingDisk disk) throws IOException, InterruptedException {
        Running running = run();
        int port = running.port("https");
        List<String> answered = ask(port, 100);
        assertThat(answered).hasSize(100);
        disk.fail();
        assertThat(ask(port, 20)).as("answered though no record is durable").isEmpty();
        Program ready = bench.admin(running.port("admin"), "/readyz", "-w", "%{http_code}");
        assertThat(ready.output())
                .contains("the disk refused records of the log")
                .endsWith("503");
        assertThat(ask(port, 20)).as("answered though the log is over").isEmpty();
        assertThat(bench.workloads.getFirst().received()).as("forwarded").hasSizeLessThan(125);
        running.signal("TERM");
        assertThat(running.exitCode()).isZero();

        disk.replace();
        Running again = run();
        answered.addAll(ask(again.port("https"), 10));
        assertThat(answered).hasSize(110);
        again.signal("TERM");
        assertThat(again.exitCode()).isZero();
        String all = String.join("\n", bench.records("exchange"));
        assertThat(answered).allMatch(all::contains);
        Verification verification = Verifier.verify(new LogFolder(bench.folder.resolve("audit/test")), Trust.NOTHING);
        assertThat(verification.verdict()).as(verification.toString()).isEqualTo(Verification.Verdict.WHOLE);
    }

    /** The ids of exchanges that were answered; others are refused, or their connection is cut. */
    private List<String> ask(int port, int times) throws IOException {
        List<String> answered = new ArrayList<>();
        int asked = 0;
        while (asked < times) {
            try (Wire wire = new Wire(bench.clientContext(), port)) {
                boolean open = true;
                while (asked < times && open) {
                    asked++;
                    Wire.Answer answer = wire.send(GET).read();
                    assertThat(answer.status()).isIn(200, 503);
                    if (answer.status() == 200) {
                        answered.add(answer.field("x-request-id"));
                    }
                    open = answer.field("connection") == null;
                }
            } catch (IOException e) {
                asked++;
            }
        }
        return answered;
    }
}
