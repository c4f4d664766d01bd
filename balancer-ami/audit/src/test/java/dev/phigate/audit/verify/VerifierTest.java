package dev.phigate.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.Forgery;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A2")
class VerifierTest {
    private static final int RECORDS = 3000;

    @TempDir
    Path directory;

    private Path log;
    private LogFolder folder;

    @BeforeEach
    void write() throws IOException {
        log = directory.resolve(Logs.ORIGIN);
        folder = new LogFolder(log);
        Forgery.log(log, RECORDS);
        assertThat(folder.numbers()).hasSizeGreaterThan(3);
    }

    private VerifierKey key() throws IOException {
        return LogKey.open(directory.resolve("balancer-1.key"), Logs.ORIGIN).verifier();
    }

    private Verification verify() throws IOException {
        return Verifier.verify(folder, new Trust(List.of(key()), Map.of()));
    }

    private Finding only(Kind kind) throws IOException {
        Verification verification = verify();
        assertThat(verification.findings())
                .hasSize(1)
                .first()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo(kind));
        assertThat(verification.verdict()).isEqualTo(Verification.Verdict.ALTERED);
        return verification.findings().getFirst();
    }

    private long firstOf(long segment) throws IOException {
        long first = 0;
        for (long number = 0; number < segment; number++) {
            first += Forgery.count(log, number);
        }
        return first;
    }

    private void forge(long segment, Consumer<List<byte[]>> change) throws IOException {
        Forgery.rewrite(log, segment, change);
    }

    @Test
    void aLogAsItWasWrittenIsWhole() throws IOException {
        Verification verification = verify();
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.verdict()).isEqualTo(Verification.Verdict.WHOLE);
        assertThat(verification.records()).isEqualTo(RECORDS);
        assertThat(verification.proved()).isEqualTo(RECORDS);
        assertThat(verification.remarks()).singleElement().asString().contains("no anchor was given");
    }

    @Test
    void anEditedRecordIsNamedThoughItsChecksumWasMadeToFit() throws IOException {
        long record = firstOf(1) + 17;
        forge(1, records -> records.set(17, "record x".getBytes(StandardCharsets.UTF_8)));
        Finding finding = only(Kind.EDITED);
        assertThat(finding.first()).isEqualTo(record);
        assertThat(finding.message()).startsWith("record " + record + " was edited (segment 1, byte ");
    }

    @Test
    void anInsertedRecordIsNamedByTheOneBehindIt() throws IOException {
        forge(1, records -> records.add(17, "record x".getBytes(StandardCharsets.UTF_8)));
        assertThat(only(Kind.INSERTED).message())
                .startsWith("a record was inserted before record " + (firstOf(1) + 17) + " (segment 1, byte ");
    }

    @Test
    void aRecordThatIsWrittenTwiceIsACopy() throws IOException {
        forge(2, records -> records.add(40, records.get(3)));
        assertThat(only(Kind.INSERTED).message()).startsWith("a copy of record " + (firstOf(2) + 3) + " was inserted");
    }

    @Test
    void removedRecordsAreNamed() throws IOException {
        forge(0, records -> records.subList(5, 8).clear());
        assertThat(only(Kind.REMOVED).message()).isEqualTo("records 5 to 7 were removed");
    }

    @Test
    void aMovedRecordIsNamed() throws IOException {
        forge(0, records -> Collections.swap(records, 5, 6));
        assertThat(only(Kind.REORDERED).first()).isBetween(5L, 6L);
    }

    @Test
    void aCutTailIsNamedThoughTheFileEndsWithAWholeRecord() throws IOException {
        long last = folder.numbers().getLast();
        forge(
                last,
                records -> records.subList(records.size() - 10, records.size()).clear());
        assertThat(only(Kind.CUT).message())
                .isEqualTo("the tail is cut: records " + (RECORDS - 10) + " to " + (RECORDS - 1) + " are missing");
    }

    @Test
    void aTailThatWasCutWithEverythingThatTellsOfItIsFoundByAnAnchor() throws IOException {
        String anchor = Files.readString(folder.checkpoint());
        long last = folder.numbers().getLast();
        long left = firstOf(last);
        Files.delete(folder.segment(last));
        Files.delete(folder.note(last));
        Files.copy(folder.note(last - 1), folder.checkpoint(), StandardCopyOption.REPLACE_EXISTING);
        cutTiles(left);
        assertThat(verify().verdict()).isEqualTo(Verification.Verdict.WHOLE);
        Verification anchored = Verifier.verify(folder, new Trust(List.of(key()), Map.of("kept.note", anchor)));
        assertThat(anchored.findings())
                .filteredOn(finding -> finding.kind() == Kind.CUT)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message())
                        .isEqualTo("the tail is cut: records " + left + " to " + (RECORDS - 1)
                                + " are missing, which anchor kept.note covers"));
    }

    /** Makes the tiles those of a smaller log, as a careful hand would. */
    private void cutTiles(long size) throws IOException {
        Path other = directory.resolve("other");
        try (var _ = new AutoDelete(other)) {
            Forgery.log(other, (int) size);
            new AutoDelete(log.resolve("tile")).close();
            Logs.copy(other.resolve("tile"), log.resolve("tile"));
        }
    }

    private record AutoDelete(Path path) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            Logs.delete(path);
        }
    }

    @Test
    void aMissingSegmentIsNamedWithItsRecords() throws IOException {
        long first = firstOf(1);
        long next = firstOf(2);
        Files.delete(folder.segment(1));
        assertThat(verify().findings())
                .extracting(Finding::message)
                .containsExactly("segment 1 is missing", "records " + first + " to " + (next - 1) + " were removed");
    }

    @Test
    void recordsAndTilesThatWereForgedTogetherAreFoundThoughTheRecordCannotBeNamed() throws IOException {
        forge(0, records -> records.set(17, "record x".getBytes(StandardCharsets.UTF_8)));
        Files.write(log.resolve("tile/0/000"), new byte[256 * 32]);
        Finding finding = only(Kind.ALTERED);
        assertThat(finding.first()).isZero();
        assertThat(finding.count()).isEqualTo(256);
    }

    @Test
    void aDamagedTileIsNamedAndTheRecordsAreWhole() throws IOException {
        Files.write(log.resolve("tile/0/003"), new byte[256 * 32]);
        assertThat(only(Kind.DAMAGED).message()).isEqualTo("tile/0/003: it is not the tile of the records");
        assertThat(verify().proved()).isEqualTo(RECORDS);
    }

    @Test
    void aLogThatAnotherKeySignedIsNotTrusted() throws IOException {
        VerifierKey other =
                LogKey.open(directory.resolve("other.key"), Logs.ORIGIN).verifier();
        Verification verification = Verifier.verify(folder, new Trust(List.of(other), Map.of()));
        assertThat(verification.findings()).isNotEmpty().allMatch(finding -> finding.kind() == Kind.UNTRUSTED);
        assertThat(verification.proved()).isZero();
        assertThat(verification.findings().getFirst().message())
                .isEqualTo("checkpoint: the checkpoint is not signed by " + other.text());
    }

    @Test
    void withoutAKeyTheLogOnlyProvesThatItFitsTogether() throws IOException {
        Verification verification = Verifier.verify(folder, Trust.NOTHING);
        assertThat(verification.verdict()).isEqualTo(Verification.Verdict.WHOLE);
        assertThat(verification.remarks()).anyMatch(remark -> remark.contains("and not who wrote it"));
    }

    @Test
    void twoLogsUnderOneNameAreAFork() throws IOException, NoteException {
        Path other = directory.resolve("other");
        Forgery.log(other, 10);
        Path forked = directory.resolve("forked");
        Forgery.log(forked, 5);
        Forgery.log(forked, 5);
        String anchor = Files.readString(new LogFolder(forked).checkpoint());
        Verification verification =
                Verifier.verify(new LogFolder(other), new Trust(List.of(key()), Map.of("kept.note", anchor)));
        assertThat(verification.findings())
                .extracting(Finding::message)
                .anyMatch(message -> message.contains("two logs were written under one name"));
    }

    @Test
    void whatACrashLeftBehindTheLastCheckpointIsUndecidableUntilTheNextStartSealsIt() throws IOException {
        Path left = directory.resolve("left");
        Logs.crashed(directory.resolve("dying"), left, 50);
        LogFolder crashed = new LogFolder(left);
        Verification whole = Verifier.verify(crashed, Trust.NOTHING);
        assertThat(whole.verdict()).isEqualTo(Verification.Verdict.WHOLE);
        assertThat(whole.remarks()).anyMatch(remark -> remark.startsWith("50 records at the end are not signed yet"));
        byte[] bytes = Files.readAllBytes(crashed.segment(0));
        bytes[64 + 12 + 3] ^= 1;
        Files.write(crashed.segment(0), bytes);
        Verification torn = Verifier.verify(crashed, Trust.NOTHING);
        assertThat(torn.verdict()).isEqualTo(Verification.Verdict.UNDECIDABLE);
        assertThat(torn.unfinishedBytes()).isPositive();
    }

    @Test
    void recordsThatRetentionRemovedAreProvedByTheirHashes() throws IOException {
        long first = firstOf(2);
        Files.delete(folder.segment(0));
        Files.delete(folder.segment(1));
        Verification verification = verify();
        assertThat(verification.findings()).isEmpty();
        assertThat(verification.first()).isEqualTo(first);
        assertThat(verification.records()).isEqualTo(RECORDS - first);
        forge(2, records -> records.set(3, "record x".getBytes(StandardCharsets.UTF_8)));
        assertThat(only(Kind.EDITED).first()).isEqualTo(first + 3);
    }

    @Test
    void aFolderThatIsNoLogIsAnError() {
        assertThatThrownBy(() -> Verifier.verify(new LogFolder(directory), Trust.NOTHING))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no audit log is there");
    }

    private Verification verifyWithin(long memory) throws IOException {
        return Verifier.verify(folder, new Trust(List.of(key()), Map.of()), memory);
    }

    @Test
    void aWholeLogNeedsLittleMemory() throws IOException {
        assertThat(verifyWithin(1 << 20).findings()).isEmpty();
    }

    @Test
    void aSegmentThatIsThereAgainInTheNextOnesPlaceIsNamedAsCopies() throws IOException {
        List<byte[]> copied = new ArrayList<>();
        forge(1, copied::addAll);
        forge(2, records -> records.addAll(9, copied));
        long first = firstOf(1);
        long before = first + copied.size() + 9;
        assertThat(only(Kind.INSERTED).message())
                .startsWith("copies of records " + first + " to " + (first + copied.size() - 1)
                        + " were inserted before record " + before + " (segment 2, byte ");
    }

    @Test
    void recordsThatWereMovedToAnotherSegmentAreNamedOnce() throws IOException {
        List<byte[]> carried = new ArrayList<>();
        forge(3, records -> {
            carried.addAll(records.subList(20, 30));
            records.subList(20, 30).clear();
        });
        long first = firstOf(3) + 20;
        forge(0, records -> records.addAll(4, carried));
        Finding finding = only(Kind.REORDERED);
        assertThat(finding.first()).isEqualTo(first);
        assertThat(finding.count()).isEqualTo(10);
        assertThat(finding.message())
                .startsWith(
                        "records " + first + " to " + (first + 9) + " were moved to another place (segment 0, byte ");
    }

    @Test
    void editsAreNamedThoughATileIsLostWhoseRecordsAreWhole() throws IOException {
        long record = firstOf(1) + 17;
        forge(1, records -> {
            records.set(17, "record x".getBytes(StandardCharsets.UTF_8));
            records.add(30, "record y".getBytes(StandardCharsets.UTF_8));
        });
        Files.delete(log.resolve("tile/0/007"));
        assertThat(verify().findings())
                .extracting(Finding::kind, Finding::first)
                .containsExactly(tuple(Kind.EDITED, record), tuple(Kind.INSERTED, record + 13));
    }

    @Test
    void editsAreNamedThoughTheLevelOfTilesAboveIsLost() throws IOException {
        long record = firstOf(1) + 17;
        forge(1, records -> records.set(17, "record x".getBytes(StandardCharsets.UTF_8)));
        Logs.delete(log.resolve("tile/1"));
        assertThat(only(Kind.EDITED).first()).isEqualTo(record);
    }

    @Test
    void aLogThatIsAlteredInMorePlacesThanAreHeldNamesTheFirstAndCountsTheOthers() throws IOException {
        for (long segment : folder.numbers()) {
            forge(
                    segment,
                    records -> records.replaceAll(record ->
                            ("x" + new String(record, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8)));
        }
        List<Finding> findings = verifyWithin(1 << 20).findings();
        int named = 1024;
        assertThat(findings).hasSize(named + 1);
        for (int record = 0; record < named; record++) {
            assertThat(findings.get(record).kind()).isEqualTo(Kind.EDITED);
            assertThat(findings.get(record).first()).isEqualTo(record);
        }
        assertThat(findings.getLast().kind()).isEqualTo(Kind.ALTERED);
        assertThat(findings.getLast().first()).isEqualTo(named);
        assertThat(findings.getLast().count()).isEqualTo(RECORDS - named);
        assertThat(findings.getLast().message())
                .contains(RECORDS - named + " more records stand there that were not signed there")
                .contains(RECORDS - named + " more that were signed are missing")
                .contains("memory is there for " + named + " differences", "-Xmx");
        assertThat(verifyWithin(1 << 26).findings())
                .hasSize(RECORDS)
                .allMatch(finding -> finding.kind() == Kind.EDITED);
    }

    @Test
    void everySecondRecordEditedIsNamedUpToWhereThereIsRoom() throws IOException {
        for (long segment : folder.numbers()) {
            forge(segment, records -> {
                for (int i = 1; i < records.size(); i += 2) {
                    records.set(i, ("edited " + i).getBytes(StandardCharsets.UTF_8));
                }
            });
        }
        List<Finding> findings = verifyWithin(1 << 20).findings();
        assertThat(findings).hasSizeBetween(1000, 1025);
        assertThat(findings.subList(0, findings.size() - 1)).allMatch(finding -> finding.kind() == Kind.EDITED);
        assertThat(findings.getLast().kind()).isEqualTo(Kind.ALTERED);
        assertThat(findings.getLast().first())
                .isBetween(
                        findings.get(findings.size() - 2).first() + 1,
                        findings.get(findings.size() - 2).first() + 3);
    }
}
