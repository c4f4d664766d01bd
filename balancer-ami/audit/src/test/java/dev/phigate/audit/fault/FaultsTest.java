package dev.phigate.audit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.audit.Appended;
import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.Health;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.record.Samples;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.verify.Finding;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is promised when the machine fails the log. */
@Tag("A1")
@Tag("A3")
class FaultsTest {
    private static final byte[] RECORD = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private static long fill(LogWriter writer) {
        long taken = 0;
        while (writer.append(RECORD, RECORD.length) >= 0) {
            taken++;
        }
        return taken;
    }

    private static void whole(Path log, long records) throws IOException {
        Verification verification = Verifier.verify(new LogFolder(log), Trust.NOTHING);
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.records()).isEqualTo(records);
        assertThat(verification.proved()).isEqualTo(records);
    }

    @Test
    void aFullDiskRefusesRecordsSaysWhyAndIsForgottenOnceThereIsRoom() throws IOException, InterruptedException {
        Path point = directory.resolve("small");
        try (Mount mount = Mount.tmpfs(point, "2m")) {
            Path ballast = point.resolve("ballast");
            Path log = point.resolve(Logs.ORIGIN);
            LogWriter writer = Logs.openOwn(log, Logs.eager());
            Logs.append(writer, 0, 10);
            Logs.await("the second segment", () -> Files.exists(new LogFolder(log).segment(1)));
            fillDisk(ballast);
            long taken = 10;
            while (!writer.trouble().contains("no next segment")) {
                taken += fill(writer);
            }
            taken += fill(writer);
            assertThat(writer.append(RECORD, RECORD.length)).isEqualTo(LogWriter.FULL);
            assertThat(writer.broken()).isNull();
            Files.delete(ballast);
            Logs.await("room", () -> writer.append(RECORD, RECORD.length) >= 0);
            Logs.await("the end of all trouble", () -> writer.trouble().isEmpty());
            writer.close();
            whole(log, taken + 1);
            assertThat(mount).isNotNull();
        }
    }

    private static void fillDisk(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    @Test
    void aReadOnlyFileSystemIsVerifiedAndNotOpened() throws IOException, InterruptedException {
        Path point = directory.resolve("fixed");
        try (Mount mount = Mount.tmpfs(point, "2m")) {
            Path log = point.resolve(Logs.ORIGIN);
            try (LogWriter writer = Logs.openOwn(log, Logs.eager())) {
                Logs.append(writer, 0, 10);
            }
            mount.readOnly();
            assertThatThrownBy(() -> Logs.openOwn(log, Logs.eager()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(log.toString())
                    .hasMessageContaining("Read-only file system");
            whole(log, 10);
        }
    }

    @Test
    void aRightThatIsTakenAwayRefusesRecordsAndIsForgottenOnceItIsBack() throws IOException, InterruptedException {
        Path log = directory.resolve(Logs.ORIGIN);
        LogWriter writer = Logs.openOwn(log, Logs.eager());
        Logs.append(writer, 0, 10);
        Logs.await("the second segment", () -> Files.exists(new LogFolder(log).segment(1)));
        Path segments = new LogFolder(log).segments();
        assumeTrue(
                Mount.run("chattr", "+i", segments.toString()) == 0,
                "no right to make a folder immutable here (needs root, ext4 or xfs)");
        long taken = 10;
        try {
            while (!writer.trouble().contains("no next segment")) {
                taken += fill(writer);
            }
            taken += fill(writer);
        } finally {
            assertThat(Mount.run("chattr", "-i", segments.toString())).isZero();
        }
        Logs.await("the right", () -> writer.append(RECORD, RECORD.length) >= 0);
        Logs.await("the end of all trouble", () -> writer.trouble().isEmpty());
        writer.close();
        whole(log, taken + 1);
    }

    @Test
    void recordsWhoseTimesGoBackAreInTheOrderTheyWereWritten() throws IOException {
        AuditLogConfig config = AuditLogConfig.of(directory, Logs.ORIGIN);
        try (AuditLog log = AuditLog.open(config)) {
            for (int i = 10; i > 0; i--) {
                assertThat(log.append(Samples.exchange(i))).isInstanceOf(Appended.Written.class);
            }
            assertThat(log.health().state()).isEqualTo(Health.State.WORKING);
        }
        whole(config.folder().path(), 12);
    }

    @Test
    void afterAKeyWasLostBothKeysTogetherVerifyTheLogAndTheOldOneAloneDoesNot() throws IOException {
        AuditLogConfig config = AuditLogConfig.of(directory, Logs.ORIGIN);
        VerifierKey first;
        try (AuditLog log = AuditLog.open(config)) {
            first = log.verifier();
        }
        Files.delete(directory.resolve(Logs.ORIGIN + ".key"));
        VerifierKey second;
        try (AuditLog log = AuditLog.open(config)) {
            second = log.verifier();
        }
        assertThat(Verifier.verify(config.folder(), new Trust(List.of(first, second), Map.of()))
                        .findings())
                .isEmpty();
        assertThat(Verifier.verify(config.folder(), new Trust(List.of(first), Map.of()))
                        .findings())
                .isNotEmpty()
                .allMatch(finding -> finding.kind() == Finding.Kind.UNTRUSTED);
    }
}
