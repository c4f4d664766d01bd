package dev.phigate.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.record.SessionEnded;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.StoreShipper;
import dev.phigate.audit.write.LogWriter;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The audit commands read a log where it was shipped to, with the clients of the clouds that are loaded for it. */
@Tag("A3")
@Tag("A5")
class StoreAddressTest {
    private static final OpaqueId SESSION = new OpaqueId(0, 0x5e55);
    private static final String ADDRESS = "s3://bucket/audit";

    @TempDir
    Path directory;

    @AutoClose
    private S3Folder s3;

    private final StringWriter out = new StringWriter();

    @BeforeEach
    void ship() throws IOException {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        AuditLogConfig config = AuditLogConfig.of(directory.resolve("written"), "balancer-1");
        try (AuditLog log = AuditLog.open(config)) {
            assertThat(log.append(new SessionEnded(
                            Instant.parse("2026-11-22T08:00:00Z"),
                            new Identity(Identity.Kind.LOGIN, "nurse"),
                            SESSION,
                            SessionEnded.Reason.IDLE,
                            1)))
                    .isInstanceOf(dev.phigate.audit.Appended.Written.class);
        }
        try (ObjectStore store = new FolderStore(directory.resolve("bucket/audit"))) {
            new StoreShipper(config.folder(), store).ship();
        }
        s3 = new S3Folder(directory.resolve("bucket"));
    }

    @AfterEach
    void forget() {
        System.clearProperty("aws.accessKeyId");
        System.clearProperty("aws.secretAccessKey");
    }

    private int run(String command, String address, String... more) {
        out.getBuffer().setLength(0);
        String[] arguments = new String[more.length + 6];
        System.arraycopy(
                new String[] {command, address, "--region", "eu-central-1", "--endpoint", s3.endpoint()},
                0,
                arguments,
                0,
                6);
        System.arraycopy(more, 0, arguments, 6, more.length);
        return new CommandLine(new AuditCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .setExecutionExceptionHandler((problem, line, parsed) -> {
                    if (problem instanceof Stop stop) {
                        out.append(stop.getMessage());
                        return stop.exitCode();
                    }
                    throw problem;
                })
                .execute(arguments);
    }

    @Test
    void everyReadingCommandTakesTheAddressOfALogOrOfAll() throws IOException {
        assertThat(run("verify", ADDRESS)).isZero();
        assertThat(out.toString()).contains("balancer-1: whole");
        assertThat(run("verify", ADDRESS + "/balancer-1", "--key", keys())).isZero();
        assertThat(run("query", ADDRESS, "--session", SESSION.toString())).isZero();
        assertThat(out.toString()).contains("session-ended");
        assertThat(run("query", ADDRESS, "--session", new OpaqueId(1, 1).toString()))
                .isEqualTo(1);
        assertThat(run("timeline", ADDRESS, SESSION.toString())).isZero();
        Path page = directory.resolve("report.html");
        assertThat(run("report", ADDRESS, "--out", page.toString())).isZero();
        assertThat(page).content().contains("balancer-1");
    }

    @Test
    void anAnchorIsTakenFromWhereItWasShippedTo() throws IOException {
        String anchors = ADDRESS + "/balancer-1/anchors";
        Path written = directory.resolve("written/balancer-1");
        try (ObjectStore store = new FolderStore(directory.resolve("bucket/audit"))) {
            assertThat(new StoreShipper(new LogFolder(written), store).anchor()).isPositive();
        }
        assertThat(run("verify", written.toString(), "--key", keys(), "--anchor", anchors))
                .as(out.toString())
                .isZero();
        assertThat(out.toString()).doesNotContain("note:");
        assertThat(run("verify", ADDRESS, "--key", keys(), "--anchor", anchors))
                .as(out.toString())
                .isZero();
        // Whoever cuts the log here cannot cut what is there.
        Path other = directory.resolve("other/balancer-1");
        try (LogWriter shorter = LogWriter.open(
                new LogFolder(Files.createDirectories(other)),
                LogKey.open(directory.resolve("written/balancer-1.key"), "balancer-1"),
                AuditLogConfig.of(other, "balancer-1").settings())) {
            assertThat(shorter.records()).isZero();
        }
        assertThat(run("verify", other.toString(), "--anchor", anchors)).isEqualTo(1);
        assertThat(out.toString()).contains("the tail is cut");
        assertThat(run("verify", written.toString(), "--anchor", "s3://another/anchors"))
                .isEqualTo(3);
        assertThat(out.toString()).contains("--anchor s3://another/anchors cannot be read");
    }

    private String keys() {
        return directory.resolve("written/balancer-1/keys").toString();
    }

    @Test
    void anAlteredLogEndsWith1AndAStoreThatIsAwayWith3() throws IOException {
        Path segment = directory.resolve("bucket/audit/balancer-1/segments/0000000000.seg.gz");
        Files.write(segment, new byte[] {1, 2, 3});
        assertThat(run("verify", ADDRESS)).isEqualTo(1);
        assertThat(out.toString()).contains("ALTERED", "0000000000.seg.gz");
        assertThat(run("verify", ADDRESS + "/records")).isEqualTo(2);
        assertThat(out.toString()).contains("no audit log is in s3://bucket/audit/records");
        assertThat(run("verify", "s3://bucket/nothing")).isEqualTo(3);
        assertThat(out.toString()).contains("s3://bucket/nothing");
        assertThat(run("verify", "s3://another/audit")).isEqualTo(3);
        assertThat(out.toString()).contains("s3://another/audit", "cannot be listed");
    }

    @Test
    void whatIsNoAddressIsRefusedWithWhatIsExpected() {
        assertThat(run("verify", "ftp://bucket/audit")).isEqualTo(2);
        assertThat(out.toString()).contains("ftp://bucket/audit", "s3://bucket/prefix");
        assertThat(run("verify", "azure://account")).isEqualTo(2);
        assertThat(run("ship", ADDRESS, directory.resolve("to").toString())).isEqualTo(2);
        assertThat(out.toString()).contains("expected: a folder");
    }

    @Test
    void theClientsOfTheCloudsAreNotOnTheCommandLinesOwnClassPath() {
        assertThatThrownBy(() -> Class.forName("software.amazon.awssdk.services.s3.S3Client"))
                .isInstanceOf(ClassNotFoundException.class);
    }
}
