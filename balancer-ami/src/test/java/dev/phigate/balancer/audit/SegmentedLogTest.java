package dev.phigate.balancer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A1")
final class SegmentedLogTest {
    @TempDir
    Path directory;

    private AuditConfig config(long segment) {
        return new AuditConfig(directory.resolve("audit"), "origin", segment);
    }

    private static AuditRecord.Configured record(String digest) {
        return new AuditRecord.Configured(Instant.parse("2026-11-01T10:00:00.123456Z"), digest, "loaded");
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("audit/origin"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aRecordIsALineOfJsonInANumberedSegmentOnlyItsOwnerCanRead() throws IOException {
        try (SegmentedLog log = SegmentedLog.open(config(1 << 20))) {
            assertThat(log.append(record("a\"\\\u00e9\n"))).isTrue();
        }
        Path segment = directory.resolve("audit/origin/00000000000000000001.jsonl");
        assertThat(Files.readAllLines(segment).get(1))
                .isEqualTo(
                        "{\"kind\":\"configured\",\"at\":\"2026-11-01T10:00:00.123456Z\",\"digest\":\"a\\\"\\\\\\u00e9\\u000a\",\"outcome\":\"loaded\"}");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segment)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(segment.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void segmentsFollowEachOtherAtTheirSize() throws IOException {
        try (SegmentedLog log = SegmentedLog.open(config(4096))) {
            for (int i = 0; i < 200; i++) {
                assertThat(log.append(record("digest-" + i))).isTrue();
            }
        }
        assertThat(segments().size()).isGreaterThan(3);
        StringBuilder all = new StringBuilder();
        for (Path segment : segments()) {
            assertThat(Files.size(segment)).isLessThan(4096 + 400);
            all.append(Files.readString(segment));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(all).contains("\"digest-" + i + "\"");
        }
    }

    @Test
    void aTornLineStaysAsItIsAndTheNextSegmentSaysSo() throws IOException {
        SegmentedLog.open(config(1 << 20)).close();
        Files.writeString(segments().getFirst(), "{\"kind\":\"exch", StandardOpenOption.APPEND);
        String before = Files.readString(segments().getFirst());
        try (SegmentedLog log = SegmentedLog.open(config(1 << 20))) {
            assertThat(log.append(record("x"))).isTrue();
        }
        assertThat(segments()).hasSize(2);
        assertThat(Files.readString(segments().getFirst())).isEqualTo(before);
        assertThat(Files.readAllLines(segments().getLast()).getFirst())
                .contains("\"previousSegment\":1", "\"tornBytes\":13");
    }

    @Test
    void onlyOneWriterMayHaveALog() throws IOException {
        try (SegmentedLog log = SegmentedLog.open(config(1 << 20))) {
            assertThat(log.available()).isTrue();
            assertThatThrownBy(() -> SegmentedLog.open(config(1 << 20)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.resolve("audit/origin").toString())
                    .hasMessageContaining("writes this log already");
        }
        SegmentedLog.open(config(1 << 20)).close();
    }

    @Test
    @Tag("A3")
    void aLogThatCannotBeWrittenSaysSoAndGoesOnWhenItCan() throws IOException {
        try (SegmentedLog log = SegmentedLog.open(config(4096))) {
            Path origin = directory.resolve("audit/origin");
            Path away = directory.resolve("away");
            Files.move(origin, away);
            int written = 0;
            while (log.append(record("digest-" + written))) {
                written++;
            }
            assertThat(written).isGreaterThan(5);
            assertThat(log.available()).isFalse();
            assertThat(log.trouble()).contains("NoSuchFileException");
            assertThat(log.append(record("refused"))).isFalse();
            Files.move(away, origin);
            long end = System.nanoTime() + 20_000_000_000L;
            while (!log.available() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(log.append(record("again"))).isTrue();
        }
        StringBuilder all = new StringBuilder();
        for (Path segment : segments()) {
            all.append(Files.readString(segment));
        }
        assertThat(all.toString()).contains("\"unrecorded\":2", "\"again\"");
    }

    @Test
    void recordsOfABatchAreWrittenBeforeAnybodyIsTold() throws IOException {
        try (SegmentedLog log = SegmentedLog.open(config(1 << 20))) {
            Batch batch = log.batch();
            List<String> told = new ArrayList<>();
            // More than fits into one write.
            for (int i = 0; i < 1000; i++) {
                String digest = "digest-" + i + ".";
                batch.add(record(digest), recorded -> {
                    assertThat(recorded).isTrue();
                    if (told.isEmpty()) {
                        assertThat(read()).contains("digest-0.", "digest-999.");
                        batch.add(record("while-told"), again -> told.add("while-told"));
                    }
                    told.add(digest);
                });
            }
            assertThat(told).isEmpty();
            batch.write();
            assertThat(told).hasSize(1001).startsWith("digest-0.", "digest-1.").endsWith("digest-999.", "while-told");
        }
        assertThat(read().lines()).hasSize(1002);
    }

    private String read() {
        try {
            return Files.readString(segments().getFirst());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aBatchThatCannotBeWrittenIsToldSo() throws IOException {
        try (SegmentedLog log = SegmentedLog.open(config(4096))) {
            Batch batch = log.batch();
            Path origin = directory.resolve("audit/origin");
            while (Files.size(origin.resolve("00000000000000000001.jsonl")) < 4096) {
                assertThat(log.append(record("fill"))).isTrue();
            }
            Files.move(origin, directory.resolve("away"));
            List<Boolean> told = new ArrayList<>();
            batch.add(record("a"), told::add);
            batch.add(record("b"), told::add);
            batch.write();
            assertThat(told).containsExactly(false, false);
            assertThat(log.available()).isFalse();
            Files.move(directory.resolve("away"), origin);
        }
    }
}
