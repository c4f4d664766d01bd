package dev.phigate.audit.store.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is proved and found of a log where it was shipped to is what is proved and found of a folder. */
@Tag("A3")
class StoreViewTest {
    private static final int COUNT = 2000;

    @TempDir
    Path directory;

    private final List<String> fetched = new CopyOnWriteArrayList<>();
    private LogFolder log;
    private String failing = "";

    /** A folder as a store that tells what is fetched, and keeps first versions when it is told to. */
    private final class Told extends StoreAround {
        private final boolean versions;

        Told(boolean versions) {
            super(new FolderStore(directory.resolve("store")));
            this.versions = versions;
        }

        @Override
        public boolean putNewest(String name, byte[] content) throws IOException {
            return versions && inner.putNewest(name, content);
        }

        @Override
        public boolean fetch(String name, OutputStream to) throws IOException {
            fetched.add(name);
            if (!failing.isEmpty() && name.contains(failing)) {
                throw new IOException(name + ": the connection is reset");
            }
            return inner.fetch(name, to);
        }
    }

    @BeforeEach
    void write() throws IOException {
        log = Exchanges.written(directory.resolve("audit"), "balancer-1", COUNT);
        assertThat(log.numbers()).hasSizeGreaterThan(5);
    }

    private void ship(boolean versions) throws IOException {
        try (ObjectStore store = new Told(versions)) {
            assertThat(new StoreShipper(log, store).ship().waiting()).isZero();
        }
        fetched.clear();
    }

    private StoreFileSystem open() {
        return new StoreFileSystem(new StoreProvider.S3(), "s3://bucket", new StoreObjects(new Told(true), directory));
    }

    private static LogFolder shipped(StoreFileSystem store) {
        return new LogFolder(store.getPath("/balancer-1"));
    }

    private Path stored(String name) {
        return directory.resolve("store/balancer-1").resolve(name);
    }

    @Test
    void theProofIsThatOfAFolder() throws IOException {
        ship(true);
        try (StoreFileSystem store = open()) {
            Verification proof = Verifier.verify(shipped(store), Trust.NOTHING);
            assertThat(proof.findings()).isEmpty();
            assertThat(proof)
                    .isEqualTo(Verifier.verify(new LogFolder(directory.resolve("store/balancer-1")), Trust.NOTHING));
        }
    }

    @Test
    void aSearchFetchesIndexesAndThenOnlySegmentsThatMayHoldSomething() throws IOException {
        ship(true);
        Search search =
                new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of(Field.SESSION, Exchanges.session(7))));
        List<Search.Hit> hits = new ArrayList<>();
        try (StoreFileSystem store = open()) {
            search.in(shipped(store), hits::add);
        }
        assertThat(hits)
                .hasSize(Exchanges.A_SESSION)
                .allMatch(hit -> hit.origin().equals("balancer-1"));
        assertThat(search.segmentsSkipped()).isPositive();
        List<String> segments =
                fetched.stream().filter(name -> name.endsWith(".seg.gz")).toList();
        assertThat(segments).doesNotHaveDuplicates().hasSize((int) search.segmentsRead());
        assertThat(fetched).noneMatch(name -> name.contains("/tile/"));
    }

    @Test
    void aStoreThatFailsIsNoAlteredLog() throws IOException {
        ship(true);
        for (String what : List.of("/tile/0/001", "0000000002.seg.gz", "/keys", "0000000001.note")) {
            failing = what;
            try (StoreFileSystem store = open()) {
                assertThatThrownBy(() -> Verifier.verify(shipped(store), Trust.NOTHING))
                        .as(what)
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContainingAll(what, "the connection is reset");
            }
        }
    }

    @Test
    void anAlteredSegmentIsFoundByName() throws IOException {
        ship(true);
        Files.write(stored("segments/0000000001.seg.gz"), new byte[] {1, 2, 3});
        try (StoreFileSystem store = open()) {
            Verification proof = Verifier.verify(shipped(store), Trust.NOTHING);
            assertThat(proof.verdict()).isEqualTo(Verification.Verdict.ALTERED);
            assertThat(proof.findings().toString()).contains("0000000001.seg.gz");
        }
    }

    @Test
    void aSegmentThatIsOnItsWayIsNotThereYet() throws IOException {
        ship(true);
        long last = log.numbers().getLast();
        Files.delete(stored("segments/" + log.note(last).getFileName()));
        try (StoreFileSystem store = open()) {
            Verification proof = Verifier.verify(shipped(store), Trust.NOTHING);
            // The checkpoint says that there is more: only that is told, and no half segment is taken for an altered
            // one.
            assertThat(proof.findings().toString()).doesNotContain(".seg.gz");
        }
        Files.delete(stored("checkpoint"));
        try (StoreFileSystem store = open()) {
            Verification proof = Verifier.verify(shipped(store), Trust.NOTHING);
            assertThat(proof.findings()).isEmpty();
            assertThat(proof.proved()).isLessThan(COUNT).isPositive();
            assertThat(shipped(store).numbers()).hasSize((int) last);
        }
    }

    @Test
    void aMissingSealInTheMiddleHidesNothing() throws IOException {
        ship(true);
        Files.delete(stored("segments/0000000001.seg.gz"));
        Files.delete(stored("segments/0000000001.note"));
        try (StoreFileSystem store = open()) {
            assertThat(Verifier.verify(shipped(store), Trust.NOTHING).verdict())
                    .isEqualTo(Verification.Verdict.ALTERED);
        }
    }

    @Test
    void aStoreThatKeepsFirstVersionsProvesItselfByItsNewestSealAndLongestKeys() throws IOException {
        ship(false);
        assertThat(stored("checkpoint")).doesNotExist();
        try (var names = Files.list(stored("segments").resolveSibling("."))) {
            assertThat(names.map(file -> file.getFileName().toString()))
                    .filteredOn(name -> name.startsWith("keys"))
                    .singleElement()
                    .asString()
                    .matches("keys-[0-9a-f]{32}");
        }
        // As an earlier version named it.
        Files.write(stored("keys-0"), new byte[0]);
        try (StoreFileSystem store = open()) {
            Verification proof = Verifier.verify(shipped(store), Trust.NOTHING);
            assertThat(proof.findings()).isEmpty();
            assertThat(proof.proved()).isGreaterThanOrEqualTo(COUNT);
        }
    }

    @Test
    void whatItTakesOnThisMachineIsOneObjectForItsOwnerAndGoesWithIt() throws IOException {
        ship(true);
        Path temporary;
        try (StoreFileSystem store = open()) {
            temporary = store.objects().content("balancer-1/keys");
            assertThat(Files.getPosixFilePermissions(temporary)).hasSize(2);
            Path next = store.objects().content("balancer-1/checkpoint");
            assertThat(temporary).doesNotExist();
            assertThat(next).exists();
            temporary = next;
        }
        assertThat(temporary).doesNotExist();
    }

    @Test
    void nothingCanBeWrittenAndWhatIsMissingIsNamedByItsAddress() throws IOException {
        ship(true);
        try (StoreFileSystem store = open()) {
            Path keys = shipped(store).keys();
            assertThatThrownBy(() -> Files.write(keys, new byte[] {1})).isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.delete(keys)).isInstanceOf(ReadOnlyFileSystemException.class);
            assertThatThrownBy(() -> Files.readAllBytes(store.getPath("/balancer-1/nothing")))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage("s3://bucket/balancer-1/nothing");
            assertThatThrownBy(() -> Verifier.verify(new LogFolder(store.getPath("/balancer-2")), Trust.NOTHING))
                    .hasMessageContaining("s3://bucket/balancer-2");
        }
    }
}
