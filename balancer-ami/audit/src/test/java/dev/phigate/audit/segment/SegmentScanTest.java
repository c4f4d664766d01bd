package dev.phigate.audit.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.segment.SegmentScan.Found;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments that are larger than what a scan holds of them. */
@Tag("A2")
class SegmentScanTest {
    private static final int SEGMENT = 3 << 20;
    private static final int DAMAGES = 60;

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(7);
    private Path file = Path.of("segment");
    private byte[] whole = {};
    private List<Piece> pieces = List.of();

    /** Something that was found, and where. */
    private record Piece(Found found, int at, int size, String text) {
        int end() {
            return at + size;
        }
    }

    @BeforeEach
    void write() throws IOException {
        LogFolder folder = new LogFolder(directory.resolve(Logs.ORIGIN));
        LogSettings settings =
                new LogSettings(SEGMENT, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofDays(1), 1 << 24);
        try (LogWriter writer = Logs.openOwn(folder.path(), settings)) {
            for (int left = SEGMENT - (SEGMENT >> 3); left > 0; ) {
                int length = random.nextInt(20) == 0 ? random.nextInt(60_000, 65_536) : random.nextInt(1, 2000);
                byte[] record = ("r" + left + " ").repeat(length).getBytes(StandardCharsets.US_ASCII);
                assertThat(writer.append(record, length)).isPositive();
                left -= Frame.size(length);
            }
        }
        file = folder.segment(0);
        whole = Files.readAllBytes(file);
        pieces = scan();
        assertThat(whole.length).isGreaterThan(8 * Window.BYTES);
        assertThat(pieces).hasSizeGreaterThan(500).allMatch(piece -> piece.found() == Found.RECORD);
    }

    private List<Piece> scan() throws IOException {
        List<Piece> found = new ArrayList<>();
        try (SegmentScan scan = new SegmentScan()) {
            scan.open(file, 0);
            for (Found next = scan.next(); next != Found.END; next = scan.next()) {
                String text = new String(scan.bytes(), scan.payload(), scan.shown(), StandardCharsets.ISO_8859_1);
                found.add(new Piece(next, scan.at(), scan.size(), text));
            }
            assertThat(scan.next()).isEqualTo(Found.END);
        }
        return found;
    }

    private void compress() throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
            Files.copy(file, out);
        }
        Files.delete(file);
    }

    @Test
    void aSegmentReadsTheSameInPartsAndUnpackedOnTheWay() throws IOException {
        assertThat(pieces.getLast().end()).isEqualTo(whole.length);
        compress();
        assertThat(scan()).isEqualTo(pieces);
    }

    @Test
    void damageOfAnySizeLeavesEveryRecordOutsideItAndIsFoundWhereItIs() throws IOException {
        for (int i = 0; i < DAMAGES; i++) {
            byte[] damaged = whole.clone();
            int from = random.nextInt(SegmentHeader.BYTES, whole.length);
            int to = Math.min(whole.length, from + (1 << random.nextInt(21)) + random.nextInt(100));
            if (i % 2 == 0) {
                Arrays.fill(damaged, from, to, (byte) 0);
            } else {
                for (int k = from; k < to; k++) {
                    damaged[k] = (byte) random.nextInt(256);
                }
            }
            Files.write(file, damaged);
            List<Piece> found = scan();
            List<Piece> outside = pieces.stream()
                    .filter(piece -> piece.end() <= from || piece.at() >= to)
                    .toList();
            assertThat(found).as("%d to %d", from, to).containsAll(outside);
            assertThat(found)
                    .filteredOn(piece -> piece.found() == Found.RECORD)
                    .as("%d to %d", from, to)
                    .allMatch(pieces::contains);
            assertThat(found)
                    .filteredOn(piece -> piece.found() == Found.DAMAGED)
                    .as("%d to %d", from, to)
                    .hasSizeLessThanOrEqualTo(1)
                    .allMatch(piece -> piece.at() <= to && piece.end() >= from);
        }
    }

    @Test
    void aHoleLargerThanMemoryIsSealedAsTornAndPassedOverAfterwards() throws IOException {
        Piece first = pieces.get(100);
        Piece after = pieces.stream()
                .filter(piece -> piece.at() > first.end() + 3 * Window.BYTES)
                .findFirst()
                .orElseThrow();
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, first.at(), after.at(), (byte) 0);
        damaged[first.at() + 5000] = 1;
        Files.write(file, damaged);
        try (SegmentScan scan = new SegmentScan()) {
            scan.open(file, 0);
            Found next = scan.next();
            while (next == Found.RECORD) {
                next = scan.next();
            }
            assertThat(next).isEqualTo(Found.DAMAGED);
            assertThat(scan.at()).isEqualTo(first.at());
            assertThat(scan.at() + scan.size()).isEqualTo(after.at());
            assertThat(scan.shown()).isZero();
            byte[] header = scan.tornHeader();
            System.arraycopy(header, 0, damaged, first.at(), header.length);
            assertThat(scan.next()).isEqualTo(Found.RECORD);
            assertThat(scan.at()).isEqualTo(after.at());
        }
        Files.write(file, damaged);
        List<Piece> expected = new ArrayList<>(pieces.subList(0, 100));
        expected.add(new Piece(Found.TORN, first.at(), after.at() - first.at(), ""));
        expected.addAll(pieces.subList(pieces.indexOf(after), pieces.size()));
        assertThat(scan()).isEqualTo(expected);
        compress();
        assertThat(scan()).isEqualTo(expected);
        damaged[first.at() + 200_000] = 1;
        Files.write(file, damaged);
        compress();
        assertThat(scan()).filteredOn(piece -> piece.found() == Found.DAMAGED).hasSize(1);
    }

    @Test
    void aFrameThatClaimsMoreThanARecordMayHoldIsNone() throws IOException {
        byte[] large = new byte[70_000];
        Arrays.fill(large, (byte) 'x');
        int at = pieces.get(10).at();
        byte[] forged = whole.clone();
        Frame.putInt(forged, at, large.length);
        Frame.putInt(forged, at + Frame.AT_KIND, Frame.Kind.RECORD.word());
        System.arraycopy(large, 0, forged, at + Frame.HEADER, large.length);
        int checksum = new Frame.Checksum().payload(large, 0, large.length).of(at, large.length, Frame.Kind.RECORD);
        Frame.putInt(forged, at + Frame.AT_CHECKSUM, checksum);
        Files.write(file, forged);
        assertThat(scan().get(10).found()).isEqualTo(Found.DAMAGED);
    }

    @Test
    void whatSealingCutsOffWhileItIsReadIsTheEnd() throws IOException {
        int used = pieces.get(pieces.size() / 2).end();
        Files.write(file, Arrays.copyOf(Arrays.copyOf(whole, used), SEGMENT));
        int records = 0;
        try (SegmentScan scan = new SegmentScan()) {
            scan.open(file, 0);
            for (Found next = scan.next(); next != Found.END; next = scan.next()) {
                assertThat(next).isEqualTo(Found.RECORD);
                if (++records == 3) {
                    Files.write(file, Arrays.copyOf(whole, used));
                }
            }
        }
        assertThat(records).isEqualTo(pieces.size() / 2 + 1);
    }

    @Test
    void aCompressedSegmentWhoseEndIsWrongIsSaid() throws IOException {
        compress();
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        byte[] packed = Files.readAllBytes(compressed);
        for (int back : new int[] {1, 4, 5, 8, 2000}) {
            byte[] altered = packed.clone();
            altered[altered.length - back] ^= 0x40;
            Files.write(compressed, altered);
            assertThatThrownBy(this::scan)
                    .as("%d bytes before the end", back)
                    .isInstanceOfAny(ZipException.class, java.io.EOFException.class);
        }
    }
}
