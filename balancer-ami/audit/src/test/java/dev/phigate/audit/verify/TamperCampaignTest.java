package dev.phigate.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.note.LogKey;
import dev.phigate.audit.segment.Forgery;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alters a log in many random ways and requires each to be found. The seed is printed: {@code -Dphigate.seed=N}
 * repeats a run, {@code -Dphigate.flips} and {@code -Dphigate.forgeries} make it longer. */
@Tag("A2")
class TamperCampaignTest {
    private static final int RECORDS = 2000;
    private static final int FLIPS = Integer.getInteger("phigate.flips", 300);
    private static final int FORGERIES = Integer.getInteger("phigate.forgeries", 20);
    private static final long SEED = Long.getLong("phigate.seed", System.nanoTime());

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private Path log;
    private LogFolder folder;
    private Trust trust;

    @BeforeEach
    void write() throws IOException {
        log = directory.resolve(Logs.ORIGIN);
        folder = new LogFolder(log);
        Forgery.log(log, RECORDS);
        trust = new Trust(
                List.of(LogKey.open(directory.resolve("balancer-1.key"), Logs.ORIGIN)
                        .verifier()),
                Map.of());
        assertThat(Verifier.verify(folder, trust).findings()).isEmpty();
    }

    @Test
    void everyFlippedBitInAnyFileIsFound() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var all = Files.walk(log)) {
            all.filter(file -> Files.isRegularFile(file) && !file.endsWith("lock"))
                    .forEach(files::add);
        }
        for (int i = 0; i < FLIPS; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] whole = Files.readAllBytes(file);
            byte[] flipped = whole.clone();
            int at = random.nextInt(whole.length);
            flipped[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);
            assertThat(Verifier.verify(folder, trust).verdict())
                    .as("seed %d: a bit of byte %d of %s", SEED, at, log.relativize(file))
                    .isEqualTo(Verification.Verdict.ALTERED);
            Files.write(file, whole);
        }
        assertThat(Verifier.verify(folder, trust).findings()).isEmpty();
    }

    @Test
    void everyForgedRecordIsFoundAndNamed() throws IOException {
        Map<Kind, Integer> found = new EnumMap<>(Kind.class);
        Kind[] kinds = {Kind.EDITED, Kind.INSERTED, Kind.REMOVED, Kind.REORDERED, Kind.CUT};
        List<Long> numbers = folder.numbers();
        for (int i = 0; i < FORGERIES; i++) {
            for (Kind kind : kinds) {
                long segment = kind == Kind.CUT ? numbers.getLast() : numbers.get(random.nextInt(numbers.size() - 1));
                byte[] whole = Files.readAllBytes(folder.segment(segment));
                long record = firstOf(segment) + forge(kind, segment);
                List<Finding> findings = Verifier.verify(folder, trust).findings();
                assertThat(findings)
                        .as("seed %d: %s record %d", SEED, kind, record)
                        .hasSize(1);
                Finding finding = findings.getFirst();
                assertThat(finding.kind())
                        .as("seed %d: record %d", SEED, record)
                        .isEqualTo(kind);
                assertThat(finding.first()).as("seed %d: %s", SEED, kind).isEqualTo(record);
                found.merge(kind, 1, Integer::sum);
                Files.write(folder.segment(segment), whole);
            }
        }
        assertThat(found)
                .hasSize(kinds.length)
                .allSatisfy((kind, count) -> assertThat(count).isEqualTo(FORGERIES));
    }

    /** Answers which record of the segment was forged. */
    private int forge(Kind kind, long segment) throws IOException {
        int count = Forgery.count(log, segment);
        int at = 1 + random.nextInt(count - 5);
        byte[] other = ("record forged " + random.nextLong()).getBytes(StandardCharsets.UTF_8);
        Forgery.rewrite(log, segment, records -> {
            switch (kind) {
                case EDITED -> records.set(at, other);
                case INSERTED -> records.add(at, other);
                case REMOVED -> records.remove(at);
                case REORDERED -> records.add(at + 3, records.remove(at));
                case CUT -> records.subList(at, records.size()).clear();
                case ALTERED, DAMAGED, UNTRUSTED -> throw new IllegalArgumentException(kind.name());
            }
        });
        return at;
    }

    private long firstOf(long segment) throws IOException {
        long first = 0;
        for (long number = 0; number < segment; number++) {
            first += Forgery.count(log, number);
        }
        return first;
    }
}
