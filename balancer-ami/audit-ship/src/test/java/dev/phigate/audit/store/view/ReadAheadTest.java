package dev.phigate.audit.store.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.StoreShipper;
import dev.phigate.audit.store.Exchanges;
import dev.phigate.audit.store.StoreAround;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proof over a store waits for many objects at once, and says what it says when it waits for one after the other. */
@Tag("A3")
class ReadAheadTest {
    private static final int COUNT = 6_000;

    @TempDir
    static Path written;

    @TempDir
    Path directory;

    private Path store = written.resolve("store");

    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger alone = new AtomicInteger();
    private final List<String> fetched = new CopyOnWriteArrayList<>();
    private final List<String> listed = new CopyOnWriteArrayList<>();
    private String failing = "none";
    private int millis = 1;

    /** A store whose every read takes a while, and which tells what is asked of it. */
    private final class Slow extends StoreAround {
        Slow() {
            super(new FolderStore(store));
        }

        @Override
        public boolean fetch(String name, OutputStream to) throws IOException {
            int now = underWay.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            try {
                fetched.add(name);
                TimeUnit.MILLISECONDS.sleep(millis);
                if (name.endsWith(failing)) {
                    throw new IOException(name + ": the connection is reset");
                }
                return inner.fetch(name, to);
            } catch (InterruptedException e) {
                throw new IOException(name + ": interrupted", e);
            } finally {
                if (underWay.getAndDecrement() == 1 && now == 1) {
                    alone.incrementAndGet();
                }
            }
        }

        @Override
        public List<String> list(String prefix) throws IOException {
            listed.add(prefix);
            return super.list(prefix);
        }

        @Override
        public List<String> children(String folder) throws IOException {
            listed.add(folder);
            return super.children(folder);
        }
    }

    @BeforeAll
    static void ship() throws IOException {
        LogFolder log = Exchanges.written(written.resolve("audit"), "balancer-1", COUNT);
        try (ObjectStore kept = new FolderStore(written.resolve("store"))) {
            assertThat(new StoreShipper(log, kept).ship().waiting()).isZero();
        }
    }

    /** Goes on with a store of its own. */
    private void copy() throws IOException {
        Path own = directory.resolve("store");
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, own.resolve(store.relativize(file)));
            }
        }
        store = own;
    }

    private StoreFileSystem open() {
        return new StoreFileSystem(new StoreProvider.S3(), "s3://bucket", new StoreObjects(new Slow(), directory));
    }

    private static LogFolder shipped(StoreFileSystem bucket) {
        return new LogFolder(bucket.getPath("/balancer-1"));
    }

    private Path stored(String name) {
        return store.resolve("balancer-1").resolve(name);
    }

    private List<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("phigate-audit-"))
                    .toList();
        }
    }

    @Test
    void aProofHasAsManyReadsUnderWayAsThereAreConnectionsAndNeverMore() throws IOException {
        millis = 50;
        try (StoreFileSystem bucket = open()) {
            assertThat(Verifier.verify(shipped(bucket), Trust.NOTHING).findings())
                    .isEmpty();
        }

        assertThat(most).hasValue(ReadAhead.CONNECTIONS);
        // The first ones of each kind are waited for alone; one after the other it would be every one.
        assertThat(fetched).hasSizeGreaterThan(200);
        assertThat(alone.get()).isLessThan(fetched.size() / 5);
    }

    @Test
    void foldersOfPartialTilesAreListedByTheHundred() throws IOException {
        Verification folder = Verifier.verify(new LogFolder(stored("")), Trust.NOTHING);
        try (StoreFileSystem bucket = open()) {
            assertThat(Verifier.verify(shipped(bucket), Trust.NOTHING)).isEqualTo(folder);
        }
        assertThat(fetched).filteredOn(name -> name.contains(".p/")).hasSizeGreaterThan(50);
        assertThat(listed).hasSizeLessThan(20);
    }

    @Test
    void nothingThatAProofReadsIsFetchedTwiceForBeingReadAhead() throws IOException {
        try (StoreFileSystem bucket = open()) {
            Verifier.verify(shipped(bucket), Trust.NOTHING);
        }
        List<String> inOrder = fetched.stream()
                .filter(name -> name.contains(".seg") || name.endsWith(".idx"))
                .toList();
        assertThat(inOrder).doesNotHaveDuplicates().hasSizeGreaterThan(50);
    }

    @Test
    void findingsAreThoseOfTheFolderAndInTheirOrder() throws IOException {
        copy();
        Files.write(stored("segments/0000000003.seg.gz"), new byte[] {1, 2, 3});
        Files.delete(stored("segments/0000000020.seg.gz"));
        Files.write(stored("tile/0/002"), new byte[8192]);
        Files.delete(stored("tile/0/005"));
        Files.write(stored("segments/0000000004.idx"), new byte[] {1});
        Files.write(stored("segments/0000000007.note"), new byte[] {1});
        Verification folder = Verifier.verify(new LogFolder(stored("")), Trust.NOTHING);
        assertThat(folder.findings()).hasSizeGreaterThan(3);
        try (StoreFileSystem bucket = open()) {
            assertThat(Verifier.verify(shipped(bucket), Trust.NOTHING)).isEqualTo(folder);
        }
    }

    @Test
    void aStoreThatFailsInTheMiddleIsToldByTheObjectThatFailedAndLeavesNothingBehind() throws IOException {
        for (String what : List.of("/tile/0/021", "0000000030.seg.gz", "0000000040.note", "0000000011.idx")) {
            failing = what;
            try (StoreFileSystem bucket = open()) {
                assertThatThrownBy(() -> Verifier.verify(shipped(bucket), Trust.NOTHING))
                        .as(what)
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContainingAll(what, "the connection is reset");
            }
        }
        assertThat(temporary()).isEmpty();
    }

    @Test
    void whatFailsAheadOfAReaderWhoNeverAsksForItIsNotTold() throws IOException {
        failing = "0000000003.idx";
        try (StoreFileSystem bucket = open()) {
            for (int number = 0; number < 3; number++) {
                Files.readAllBytes(shipped(bucket).index(number));
            }
        }
        assertThat(fetched).anyMatch(name -> name.endsWith(failing));
    }

    @Test
    void segmentsAreFetchedAheadOnceSeveralWereReadInOrderAndFewOfThem() throws IOException {
        try (StoreFileSystem bucket = open()) {
            for (int number = 0; number < 3; number++) {
                Files.readAllBytes(shipped(bucket).compressed(number));
            }
            assertThat(fetched).filteredOn(name -> name.contains(".seg")).hasSize(3);
            Files.readAllBytes(shipped(bucket).compressed(3));
            // What is ahead is left out once something else is asked for, if nobody has begun with it.
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
                while (fetched.stream().noneMatch(name -> name.contains("5.seg"))) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            });
            Files.readAllBytes(shipped(bucket).compressed(9));
        }
        assertThat(new TreeSet<>(fetched.stream()
                        .filter(name -> name.contains(".seg"))
                        .map(name -> name.replaceAll(".*/0{9}|\\..*", ""))
                        .toList()))
                .containsExactly("0", "1", "2", "3", "4", "5", "9");
    }

    @Test
    void whatLiesOnThisMachineDoesNotGrowWithTheLog() throws IOException {
        try (StoreFileSystem bucket = open()) {
            for (int number = 0; number < 30; number++) {
                Files.readAllBytes(shipped(bucket).index(number));
                Files.readAllBytes(shipped(bucket).compressed(number));
                // The last of each kind is taken by the next: one file, and what is expected.
                assertThat(temporary()).hasSizeLessThanOrEqualTo(1 + ReadAhead.CONNECTIONS + ReadAhead.SEGMENTS);
            }
        }
        assertThat(temporary()).isEmpty();
    }
}
