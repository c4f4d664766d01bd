package dev.phigate.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.segment.Frame;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.segment.SegmentHeader;
import dev.phigate.audit.segment.UnusableLog;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A1")
@Tag("A2")
class RecoveryTest {
    @TempDir
    Path directory;

    private Path log;
    private Path left;

    @BeforeEach
    void place() {
        log = directory.resolve(Logs.ORIGIN);
        left = directory.resolve("left");
    }

    /** Leaves what the sudden end of a process leaves after it appended some records, none of them signed. */
    private void crash(LogSettings settings, int records) throws IOException {
        try (LogWriter writer = Logs.open(log, settings)) {
            Logs.append(writer, 0, records);
            if (settings.checkpointInterval().toMillis() == 1) {
                Logs.await(
                        "a checkpoint", () -> writer.checkpoint().checkpoint().size() == records);
            }
            Logs.copy(log, left);
        }
    }

    @Test
    void aCrashLosesNoneOfTheRecordsAndTheSameTreeContinues() throws IOException {
        crash(Logs.patient(), 1700);
        assertThat(Files.readString(new LogFolder(left).checkpoint())).isNotEmpty();
        try (LogWriter recovered = Logs.open(left, Logs.patient())) {
            assertThat(recovered.opening()).isEqualTo(new LogWriter.Opening(1700, true, 0, 0, false));
            Logs.append(recovered, 1700, 1800);
        }
        try (LogWriter whole = Logs.open(log, Logs.patient())) {
            Logs.append(whole, 1700, 1800);
        }
        assertThat(Logs.read(left).records()).containsExactlyElementsOf(LogWriterTest.texts(0, 1800));
        assertThat(checkpoint(left)).isEqualTo(checkpoint(log));
    }

    @Test
    void aRecordThatACrashToreIsSealedAsTornAndTheOnesBehindItStay() throws IOException {
        crash(Logs.patient(), 10);
        long at = tear(3);
        try (LogWriter recovered = Logs.open(left, Logs.patient())) {
            assertThat(recovered.opening().tornRecords()).isEqualTo(1);
            assertThat(recovered.opening().tornBytes())
                    .isEqualTo(Frame.size(Logs.text(3).length()));
            assertThat(recovered.records()).isEqualTo(9);
            Logs.append(recovered, 10, 12);
        }
        Logs.Content content = Logs.read(left);
        assertThat(content.records()).hasSize(11).doesNotContain(Logs.text(3)).contains(Logs.text(4), Logs.text(11));
        assertThat(content.torn()).isEqualTo(1);
        assertThat(content.damaged()).isZero();
        assertThat(at).isPositive();
        try (LogWriter again = Logs.open(left, Logs.patient())) {
            assertThat(again.opening()).isEqualTo(new LogWriter.Opening(11, false, 0, 0, false));
        }
    }

    @Test
    void aPlaceThatWasClaimedAndNeverWrittenToIsATornRecord() throws IOException {
        crash(Logs.patient(), 10);
        try (RandomAccessFile file =
                new RandomAccessFile(new LogFolder(left).segment(0).toFile(), "rw")) {
            file.seek(placeOf(3));
            file.write(new byte[Frame.size(Logs.text(3).length())]);
        }
        try (LogWriter recovered = Logs.open(left, Logs.patient())) {
            assertThat(recovered.opening().tornRecords()).isEqualTo(1);
            assertThat(recovered.records()).isEqualTo(9);
        }
        assertThat(Logs.read(left).torn()).isEqualTo(1);
    }

    @Test
    void aSecondCrashWhileTheFirstIsRecoveredFromChangesNothing() throws IOException {
        crash(Logs.patient(), 10);
        tear(3);
        Logs.open(left, Logs.patient()).close();
        // As if the recovery had died after it signed and before it sealed.
        Files.delete(new LogFolder(left).note(0));
        try (LogWriter recovered = Logs.open(left, Logs.patient())) {
            assertThat(recovered.opening().records()).isEqualTo(9);
        }
        assertThat(Logs.read(left).records()).hasSize(9);
    }

    @Test
    void aSegmentThatWasPreparedAndNotUsedIsForgotten() throws IOException {
        crash(Logs.patient(), 10);
        Files.write(new LogFolder(left).unprepared(7), new byte[100]);
        Logs.open(left, Logs.patient()).close();
        assertThat(new LogFolder(left).numbers()).containsExactly(0L);
        assertThat(new LogFolder(left).unprepared(7)).doesNotExist();
    }

    @Test
    void aSignedRecordThatIsDamagedIsNotRecoveredOverAndNothingIsChanged() throws IOException {
        crash(Logs.eager(), 10);
        tear(3);
        refused("record 3 in segment 0 is damaged");
    }

    @Test
    void aSignedTailThatIsMissingIsNotForgotten() throws IOException {
        crash(Logs.eager(), 10);
        try (RandomAccessFile file =
                new RandomAccessFile(new LogFolder(left).segment(0).toFile(), "rw")) {
            file.setLength(placeOf(8));
        }
        refused("it has 8 records, but its checkpoint covers 10: its tail is missing");
    }

    @Test
    void signedRecordsThatWereReplacedByOthersAreNotContinued() throws IOException {
        crash(Logs.eager(), 10);
        Path other = directory.resolve("other");
        try (LogWriter writer = Logs.open(other, Logs.patient())) {
            Logs.append(writer, 100, 200);
        }
        Files.copy(
                new LogFolder(other).segment(0),
                new LogFolder(left).segment(0),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        refused("its first 10 records do not lead to the root of its checkpoint");
    }

    @Test
    void aSegmentThatIsMissingBetweenOthersIsNamed() throws IOException {
        crash(Logs.patient(), 3000);
        Files.delete(new LogFolder(left).segment(1));
        refused("segment 1 is missing");
    }

    private void refused(String why) throws IOException {
        Map<String, String> before = content(left);
        assertThatThrownBy(() -> Logs.open(left, Logs.patient()))
                .isInstanceOf(UnusableLog.class)
                .hasMessageContaining(left + ": " + why)
                .hasMessageContaining("Keep the folder as evidence");
        assertThat(content(left)).isEqualTo(before);
    }

    /** Changes a byte of a record; the bytes behind it stay. */
    private long tear(int record) throws IOException {
        try (RandomAccessFile file =
                new RandomAccessFile(new LogFolder(left).segment(0).toFile(), "rw")) {
            long at = placeOf(record) + Frame.HEADER + 2;
            file.seek(at);
            file.write('!');
            return at;
        }
    }

    private static long placeOf(int record) {
        long at = SegmentHeader.BYTES;
        for (int i = 0; i < record; i++) {
            at += Frame.size(Logs.text(i).length());
        }
        return at;
    }

    private static String checkpoint(Path folder) throws IOException {
        return Files.readString(new LogFolder(folder).checkpoint());
    }

    private static Map<String, String> content(Path folder) throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(file.toString(), java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return content;
    }

    @Test
    void partialTilesThatNobodyForcedAndAPowerFailureSpoiltAreGoneAfterwards() throws IOException {
        crash(Logs.patient(), 300);
        for (String spoilt : new String[] {"tile/0/000.p/9", "tile/0/001.p/7"}) {
            Files.createDirectories(left.resolve(spoilt).getParent());
            Files.write(left.resolve(spoilt), new byte[0]);
        }
        Logs.open(left, Logs.patient()).close();
        Verification verification = Verifier.verify(new LogFolder(left), Trust.NOTHING);
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.proved()).isEqualTo(300);
    }
}
