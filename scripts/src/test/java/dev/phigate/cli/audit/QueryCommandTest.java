package dev.phigate.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Method;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.fact.Who;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.ConnectionAccepted;
import dev.phigate.audit.record.Exchange;
import dev.phigate.audit.record.SessionEnded;
import dev.phigate.audit.record.SessionStarted;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("A5")
class QueryCommandTest {
    private static final Instant MORNING = Instant.parse("2026-11-22T08:00:00Z");
    private static final OpaqueId SESSION = new OpaqueId(0, 0x5e55);
    private static final Client CLIENT =
            new Client(new OpaqueId(0, 0xc0), new Name("https"), new Endpoint("192.0.2.17", 40_000));
    private static final Identity NURSE = new Identity(Identity.Kind.LOGIN, "=nurse \"17\"");

    @TempDir
    Path audit;

    private final StringWriter out = new StringWriter();

    @BeforeEach
    void write() throws IOException {
        try (AuditLog log = AuditLog.open(AuditLogConfig.of(audit, "balancer-1"))) {
            append(log, new ConnectionAccepted(MORNING, CLIENT, new Endpoint("10.0.0.9", 443), null));
            append(log, new SessionStarted(MORNING.plusSeconds(1), CLIENT, NURSE, SESSION));
            append(log, exchange(2, new Who(NURSE, SESSION), 200));
            append(log, exchange(3, Who.UNKNOWN, 401));
            append(
                    log,
                    new SessionEnded(MORNING.plusSeconds(900), NURSE, SESSION, SessionEnded.Reason.IDLE, 900_000_000));
        }
    }

    private static void append(AuditLog log, AuditRecord record) {
        assertThat(log.append(record)).isInstanceOf(dev.phigate.audit.Appended.Written.class);
    }

    private static Exchange exchange(int second, Who who, int status) {
        return new Exchange(
                MORNING.plusSeconds(second),
                who.equals(Who.UNKNOWN)
                        ? new Client(new OpaqueId(0, 0xc1), new Name("https"), new Endpoint("198.51.100.9", 40_001))
                        : CLIENT,
                who,
                new Exchange.Call(new OpaqueId(0, second), Protocol.HTTP_2, Method.GET, null),
                new Target(new Name("fhir"), new Name("ehr"), new Endpoint("10.0.0.4", 18_441), 1),
                new Exchange.Answer(status, Exchange.Outcome.ANSWERED),
                new Traffic(0, 100, 1000, 900));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(new AuditCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .execute(arguments);
    }

    @Test
    void whoReachedWhatFromWhereIsOneCommand() {
        assertThat(run("query", audit.toString(), "--source", "192.0.2.17", "--type", "exchange"))
                .isZero();
        assertThat(out.toString().lines().toList())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("2026-11-22T08:00:02.000000Z  exchange  =nurse \"17\"  192.0.2.17")
                .contains("get  ", "fhir", "10.0.0.4", "200");
        assertThat(run("query", audit.toString(), "--status", "401", "--field", "exchange=" + new OpaqueId(0, 3)))
                .isZero();
        assertThat(run("query", audit.toString(), "--identity", "somebody")).isEqualTo(1);
        assertThat(run("query", audit.toString(), "--from", "2026-11-22T08:10", "--to", "2026-11-22T08:20"))
                .isZero();
        assertThat(out.toString()).contains("session-ended").doesNotContain("exchange ");
    }

    @Test
    void aSessionIsToldInOrderFromItsConnectionToItsEnd() {
        assertThat(run("timeline", audit.toString(), SESSION.toString(), "--format", "json"))
                .isZero();
        assertThat(out.toString().lines().map(line -> line.replaceAll(".*\"type\":\"([a-z-]+)\".*", "$1")))
                .containsExactly("connection-accepted", "session-started", "exchange", "session-ended");
        assertThat(run("timeline", audit.toString(), new OpaqueId(1, 1).toString()))
                .isEqualTo(1);
    }

    @Test
    void aValueThatASpreadsheetWouldComputeIsATextInCsv() {
        assertThat(run("query", audit.toString(), "--type", "session-ended", "--format", "csv"))
                .isZero();
        assertThat(out.toString()).startsWith("origin,action,").contains(",\"'=nurse \"\"17\"\"\",");
    }
}
