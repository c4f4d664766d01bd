package dev.phigate.balancer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the balancer leaves in its audit log, and when. */
@Tag("A1")
final class AuditTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String field(String record, String key) {
        return record.replaceAll(".*\"" + key + "\":\"([^\"]*)\".*", "$1");
    }

    @Test
    @Tag("B11")
    @Tag("A5")
    void aConnectionLeavesItsRecordsInOrderUnderOneId() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send(GET).read();
            wire.send("GET /nowhere HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")
                    .read();
        }
        List<String> records = bench.records().stream()
                .filter(record -> record.contains("\"listener\":\"https\""))
                .toList();
        assertThat(records)
                .extracting(record -> field(record, "type"))
                .containsExactly("connection-accepted", "handshake-done", "exchange", "refused");
        assertThat(records)
                .extracting(record -> field(record, "connection"))
                .containsOnly(field(records.getFirst(), "connection"));
        assertThat(records.get(1)).contains("\"tls\":\"tls-1-3\"", "\"cipher\":\"TLS_AES_256_GCM_SHA384\"");
        assertThat(records.get(2))
                .contains("\"target\":\"127.0.0.1\"", "\"upstream\":\"ehr\"", "\"protocol\":\"http-1-1\"");
    }

    @Test
    void withFsyncAnAnswerWaitsForTheDiskAndIsThere() throws IOException {
        bench.auditExtra = "durability: fsync";
        bench.workload(Workload.OK);
        bench.start();
        try (Wire wire = bench.connect()) {
            for (int i = 0; i < 20; i++) {
                Wire.Answer answer = wire.send(GET).read();
                assertThat(answer.status()).isEqualTo(200);
                assertThat(bench.records("exchange").getLast()).contains(answer.field("x-request-id"));
            }
            wire.send(GET + GET + GET);
            for (int i = 0; i < 3; i++) {
                assertThat(wire.read().status()).isEqualTo(200);
            }
            assertThat(wire.send("GET / HTTP/1.1\r\n\r\n").read().status()).isEqualTo(400);
        }
        assertThat(bench.records("exchange")).hasSize(23);
        assertThat(bench.records("refused")).hasSize(1);
    }

    @Test
    @Tag("A2")
    void aLogOfABalancerThatStoppedIsWhole() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        for (int i = 0; i < 10; i++) {
            bench.get("/");
        }
        bench.balancer().stop();
        bench.stopped();
        Verification verification =
                Verifier.verify(new LogFolder(bench.folder.resolve("audit/test")), new Trust(List.of(), Map.of()));
        assertThat(verification.verdict()).as(verification.toString()).isEqualTo(Verification.Verdict.WHOLE);
        assertThat(verification.proved()).isEqualTo(bench.records().size());
    }
}
