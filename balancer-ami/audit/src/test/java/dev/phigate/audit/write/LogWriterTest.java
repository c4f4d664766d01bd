package dev.phigate.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.segment.UnusableLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A1")
class LogWriterTest {
    @TempDir
    Path directory;

    private Path log;

    @BeforeEach
    void place() {
        log = directory.resolve(Logs.ORIGIN);
    }

    @Test
    void everyRecordOfEveryThreadIsInTheTreeOnceAndInTheThreadsOrder() throws Exception {
        int threads = 4;
        int each = 5000;
        try (LogWriter writer = Logs.open(log, Logs.patient())) {
            List<Thread> running = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                long from = (long) t * each;
                running.add(Thread.ofPlatform().start(() -> Logs.append(writer, from, from + each)));
            }
            for (Thread thread : running) {
                thread.join();
            }
        }
        Logs.Content content = Logs.read(log);
        assertThat(content.records()).containsExactlyInAnyOrderElementsOf(texts(0, (long) threads * each));
        assertThat(content.records().stream().filter(record -> numberOf(record) < each))
                .containsExactlyElementsOf(texts(0, each));
        LogWriter again = Logs.open(log, Logs.patient());
        assertThat(again.checkpoint().checkpoint().size()).isEqualTo((long) threads * each);
        assertThat(root(again)).isEqualTo(content.root());
        assertThat(again.opening().unclean()).isFalse();
        again.close();
    }

    @Test
    void aFullSegmentIsSealedCutToItsContentAndFollowedByTheNext() throws IOException {
        LogFolder folder = new LogFolder(log);
        try (LogWriter writer = Logs.open(log, Logs.patient())) {
            Logs.append(writer, 0, 2000);
            Logs.await("the first segment's seal", () -> Files.exists(folder.note(0)));
            assertThat(Files.size(folder.segment(0))).isLessThanOrEqualTo(Logs.SEGMENT);
        }
        assertThat(folder.numbers()).hasSizeGreaterThan(2);
        for (long number : folder.numbers()) {
            assertThat(folder.note(number)).exists();
        }
        assertThat(Logs.read(log).records()).containsExactlyElementsOf(texts(0, 2000));
        assertThat(folder.segments()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aSegmentEndsAfterItsAgeThoughItIsNotFull() throws IOException {
        LogFolder folder = new LogFolder(log);
        LogSettings hasty =
                new LogSettings(Logs.SEGMENT, Duration.ofMillis(20), Duration.ofMillis(1), Duration.ofDays(1), 1 << 24);
        try (LogWriter writer = Logs.open(log, hasty)) {
            Logs.append(writer, 0, 3);
            Logs.await("the seal of a segment with three records", () -> Files.exists(folder.note(0)));
            Logs.append(writer, 3, 6);
        }
        assertThat(Logs.read(log).records()).containsExactlyElementsOf(texts(0, 6));
    }

    @Test
    void checkpointsGrowWhileTheLogIsOpen() throws IOException {
        try (LogWriter writer = Logs.open(log, Logs.eager())) {
            Logs.append(writer, 0, 300);
            Logs.await(
                    "a checkpoint over 300 records",
                    () -> writer.checkpoint().checkpoint().size() == 300);
            assertThat(root(writer)).isEqualTo(Logs.read(log).root());
            assertThat(Files.readString(new LogFolder(log).checkpoint()))
                    .isEqualTo(writer.checkpoint().note());
        }
    }

    @Test
    void aPositionIsDurableOnceTheDiskHasItAndNeverAfterTheEnd() throws Exception {
        LogWriter writer = Logs.open(log, Logs.patient());
        CompletableFuture<Void> durable =
                writer.whenDurable(Logs.append(writer, 0)).toCompletableFuture();
        durable.get(20, TimeUnit.SECONDS);
        CompletableFuture<Void> never = writer.whenDurable(Long.MAX_VALUE).toCompletableFuture();
        writer.close();
        assertThatThrownBy(() -> never.get(20, TimeUnit.SECONDS)).isInstanceOf(ExecutionException.class);
        assertThatThrownBy(() ->
                        writer.whenDurable(Long.MAX_VALUE).toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("the log was closed before");
        assertThat(writer.append(new byte[1], 1)).isEqualTo(LogWriter.OVER);
    }

    @Test
    void aSecondWriterOnTheFolderIsRefused() throws IOException {
        try (LogWriter first = Logs.open(log, Logs.patient())) {
            assertThat(Logs.append(first, 0)).isPositive();
            assertThatThrownBy(() -> Logs.open(log, Logs.patient()))
                    .isInstanceOf(UnusableLog.class)
                    .hasMessageContaining(log + ": this process writes to it already");
            assertThat(Logs.append(first, 1)).isPositive();
        }
        Logs.open(log, Logs.patient()).close();
    }

    @Test
    void aLogWhoseTreeCannotBeWrittenSaysSoRefusesWhenItIsFarBehindAndCatchesUp() throws IOException {
        LogSettings narrow =
                new LogSettings(Logs.SEGMENT, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofDays(1), 1 << 15);
        LogWriter writer = Logs.open(log, narrow);
        Path obstacle = Files.writeString(log.resolve("tile"), "in the way");
        long appended = 0;
        byte[] record = "x".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        while (writer.append(record, record.length) >= 0) {
            appended++;
        }
        assertThat(appended).isBetween(256L, 1000L);
        Logs.await("trouble", () -> writer.trouble().contains("the tree cannot be written"));
        assertThat(writer.broken()).isNull();
        Files.delete(obstacle);
        Logs.await("room", () -> writer.append(record, record.length) >= 0);
        writer.close();
        assertThat(Logs.read(log).records()).hasSize((int) appended + 1);
    }

    @Test
    void aLogThatHasNoMemoryForItsNextSegmentSaysSoAndGoesOnOnceThereIsSome() throws IOException {
        AtomicBoolean exhausted = new AtomicBoolean(true);
        // It is asked where the next segment is prepared, which is where direct memory is needed.
        Spooling spool = () -> {
            if (exhausted.get()) {
                throw new OutOfMemoryError("Cannot reserve 16384 bytes of direct buffer memory");
            }
            return false;
        };
        LogKey key = LogKey.open(log.resolveSibling(Logs.ORIGIN + ".key"), Logs.ORIGIN);
        LogWriter writer = LogWriter.open(new LogFolder(log), key, Logs.patient(), spool);
        byte[] record = Logs.text(0).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int appended = 0;
        while (writer.append(record, record.length) >= 0) {
            appended++;
        }
        assertThat(writer.accepts()).isFalse();
        Logs.await("trouble", () -> writer.trouble().contains("direct buffer memory"));
        assertThat(writer.broken()).isNull();
        exhausted.set(false);
        Logs.await("room", writer::accepts);
        Logs.append(writer, 0, 3000);
        Logs.await("no trouble", () -> writer.trouble().isEmpty());
        writer.close();
        assertThat(Logs.read(log).records()).hasSize(appended + 3000);
        assertThat(new LogFolder(log).numbers()).hasSizeGreaterThan(2);
    }

    private static String root(LogWriter writer) {
        return HexFormat.of().formatHex(writer.checkpoint().checkpoint().root());
    }

    static List<String> texts(long from, long to) {
        return LongStream.range(from, to).mapToObj(Logs::text).toList();
    }

    private static long numberOf(String record) {
        return Long.parseLong(record.substring("record ".length()).strip());
    }
}
