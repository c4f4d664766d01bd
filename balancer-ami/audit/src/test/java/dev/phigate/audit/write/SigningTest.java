package dev.phigate.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.note.Checkpoint;
import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.Signer;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.Frame;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log whose key is somewhere else: slow, away, or not for us. */
@Tag("A1")
class SigningTest {
    private static final int BACKLOG = 1 << 15;
    private static final byte[] RECORD = "x".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private Path log;
    private FarKey key;

    @BeforeEach
    void place() throws IOException {
        log = directory.resolve(Logs.ORIGIN);
        key = new FarKey(LogKey.open(directory.resolve(Logs.ORIGIN + ".key"), Logs.ORIGIN));
    }

    /** A key of a file that answers when a test wants it to. */
    private static final class FarKey implements Signer {
        private final LogKey key;
        final AtomicInteger asked = new AtomicInteger();
        final ConcurrentLinkedQueue<Map.Entry<Checkpoint, CompletableFuture<SignedCheckpoint>>> held =
                new ConcurrentLinkedQueue<>();
        volatile boolean holds;
        volatile @Nullable Supplier<IOException> refusal;
        volatile @Nullable Supplier<Error> error;

        FarKey(LogKey key) {
            this.key = key;
        }

        @Override
        public VerifierKey verifier() {
            return key.verifier();
        }

        @Override
        public CompletableFuture<SignedCheckpoint> begin(Checkpoint checkpoint) {
            asked.incrementAndGet();
            @Nullable Supplier<Error> what = error;
            if (what != null) {
                throw what.get();
            }
            @Nullable Supplier<IOException> why = refusal;
            if (why != null) {
                return CompletableFuture.failedFuture(why.get());
            }
            if (!holds) {
                return key.begin(checkpoint);
            }
            CompletableFuture<SignedCheckpoint> answer = new CompletableFuture<>();
            held.add(Map.entry(checkpoint, answer));
            return answer;
        }

        void answer() {
            for (var next = held.poll(); next != null; next = held.poll()) {
                next.getValue().complete(key.sign(next.getKey()));
            }
        }

        @Override
        public void close() {
            key.close();
        }
    }

    private LogWriter open(Duration every) throws IOException {
        LogSettings settings = new LogSettings(Logs.SEGMENT, Duration.ofDays(1), Duration.ofMillis(1), every, BACKLOG);
        return LogWriter.open(new LogFolder(log), key, settings);
    }

    private static int fill(LogWriter writer) {
        int appended = 0;
        while (writer.append(RECORD, RECORD.length) >= 0) {
            appended++;
        }
        return appended;
    }

    @Test
    void whileASignatureIsOnItsWayRecordsAreTakenAndHashedAndNoOtherIsAskedFor() throws IOException {
        LogWriter writer = open(Duration.ofMillis(1));
        key.holds = true;
        int before = key.asked.get();
        Logs.append(writer, 0, 1);
        Logs.await("the first signature is asked for", () -> !key.held.isEmpty());
        Logs.append(writer, 1, 200);
        Logs.await("all are in the tree", () -> writer.records() == 200);
        assertThat(key.asked.get()).isEqualTo(before + 1);
        assertThat(writer.checkpoint().checkpoint().size()).isZero();
        assertThat(writer.trouble()).isEmpty();
        key.answer();
        Logs.await(
                "a checkpoint of what there was when it was asked for",
                () -> writer.checkpoint().checkpoint().size() > 0);
        key.holds = false;
        key.answer();
        Logs.await(
                "a checkpoint over all", () -> writer.checkpoint().checkpoint().size() == 200);
        writer.close();
        assertThat(Logs.read(log).records()).hasSize(200);
    }

    @Test
    void aKeyThatRefusesIsTroubleThatNamesItRecordsAreTakenUntilTheBacklogIsFullAndItCatchesUp() throws IOException {
        LogWriter writer = open(Duration.ofMillis(1));
        key.refusal = () -> new IOException("aws-kms: throttled");
        AtomicInteger appended = new AtomicInteger();
        // The rest of the segment, for its end is signed, and the backlog behind it.
        int room = (Logs.SEGMENT + BACKLOG) / Frame.size(RECORD.length);
        Logs.await("all that there is room for", () -> appended.addAndGet(fill(writer)) > room - 20);
        Logs.await("trouble", () -> writer.trouble().contains("cannot be signed (aws-kms: throttled)"));
        assertThat(writer.append(RECORD, RECORD.length)).isEqualTo(LogWriter.FULL);
        assertThat(appended.get()).isLessThanOrEqualTo(room + 1);
        assertThat(writer.accepts()).isFalse();
        assertThat(writer.broken()).isNull();
        assertThat(key.asked.get()).as("it is not asked each time round").isLessThan(20);
        key.refusal = null;
        Logs.await("room", () -> writer.append(RECORD, RECORD.length) >= 0);
        Logs.await("no trouble", () -> writer.trouble().isEmpty());
        writer.close();
        assertThat(Logs.read(log).records()).hasSize(appended.get() + 1);
    }

    @Test
    void aCheckpointThatThereIsNoMemoryForIsTroubleAndIsSignedOnceThereIsSome() throws IOException {
        LogWriter writer = open(Duration.ofMillis(1));
        key.error = () -> new OutOfMemoryError("Cannot reserve 8192 bytes of direct buffer memory");
        Logs.append(writer, 0, 300);
        Logs.await("trouble", () -> writer.trouble().contains("direct buffer memory"));
        assertThat(writer.broken()).isNull();
        Logs.append(writer, 300, 600);
        key.error = null;
        Logs.await(
                "a checkpoint over all", () -> writer.checkpoint().checkpoint().size() == 600);
        Logs.await("no trouble", () -> writer.trouble().isEmpty());
        writer.close();
        assertThat(Logs.read(log).records()).containsExactlyElementsOf(LogWriterTest.texts(0, 600));
        assertThat(HexFormat.of().formatHex(writer.checkpoint().checkpoint().root()))
                .isEqualTo(Logs.read(log).root());
    }

    @Test
    void anErrorThatNothingMendsBreaksTheLogAndSaysWhy() throws IOException {
        LogWriter writer = open(Duration.ofMillis(1));
        key.error = () -> new NoClassDefFoundError("a class of the key");
        Logs.append(writer, 0, 10);
        Logs.await("the end of the log", () -> writer.broken() != null);
        assertThat(writer.broken()).contains("a class of the key");
        assertThat(writer.append(RECORD, RECORD.length)).isEqualTo(LogWriter.OVER);
        key.error = null;
        assertThatThrownBy(writer::close).hasMessageContaining("a class of the key");
        try (LogWriter again = open(Duration.ofDays(1))) {
            assertThat(again.opening().records()).isEqualTo(10);
        }
    }

    @Test
    void aLogIsNotOpenedWhenItsFirstCheckpointIsNotSigned() {
        key.refusal = () -> new IOException("aws-kms: denied");
        assertThatThrownBy(() -> open(Duration.ofMillis(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("aws-kms: denied");
    }

    @Test
    void closingTriesOnceMoreAndLeavesTheRestToTheNextStart() throws IOException {
        LogWriter writer = open(Duration.ofMillis(1));
        key.refusal = () -> new IOException("aws-kms: away");
        Logs.append(writer, 0, 10);
        Logs.await("trouble", () -> !writer.trouble().isEmpty());
        int before = key.asked.get();
        assertThatThrownBy(writer::close).hasMessageContaining("aws-kms: away").hasMessageContaining("recovers it");
        assertThat(key.asked.get()).isGreaterThan(before);
        key.refusal = null;
        try (LogWriter again = open(Duration.ofDays(1))) {
            assertThat(again.opening().unclean()).isTrue();
            assertThat(again.checkpoint().checkpoint().size()).isEqualTo(10);
        }
        assertThat(Files.exists(new LogFolder(log).note(0))).isTrue();
    }

    @Test
    void closingWaitsForASignatureThatIsOnItsWay() throws Exception {
        LogWriter writer = open(Duration.ofMillis(1));
        key.holds = true;
        Logs.append(writer, 0, 10);
        Thread closing = Thread.ofPlatform().start(() -> {
            try {
                writer.close();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        while (closing.isAlive()) {
            key.answer();
            closing.join(Duration.ofMillis(1));
        }
        assertThat(writer.checkpoint().checkpoint().size()).isEqualTo(10);
        assertThat(Files.exists(new LogFolder(log).note(0))).isTrue();
    }
}
