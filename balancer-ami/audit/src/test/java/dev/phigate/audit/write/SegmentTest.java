package dev.phigate.audit.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.audit.segment.Frame.Checksum;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.segment.SegmentHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a segment that is being written costs the disk. */
@Tag("A1")
class SegmentTest {
    private static final Path COUNTERS = Path.of("/proc/thread-self/io");
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    private static final int RECORD = 700;
    private static final int RECORDS = 200;
    private static final int AHEAD = 256 << 10;

    @Test
    void forcingARecordTakesLittleMoreThanTheRecordToTheDisk(@TempDir Path directory) throws IOException {
        assumeTrue(Files.isReadable(COUNTERS), "the kernel does not count what a thread writes: " + COUNTERS);
        LogFolder folder = new LogFolder(directory.resolve(Logs.ORIGIN));
        Files.createDirectories(folder.segments());
        Segment segment = Segment.prepare(folder, new SegmentHeader(0, 0, 8 << 20, 0), () -> {});
        try {
            byte[] record = new byte[RECORD];
            long forced = SegmentHeader.BYTES;
            long before = written();
            for (int i = 0; i < RECORDS; i++) {
                long end = segment.append(record, record.length, new Checksum().payload(record, 0, record.length));
                segment.force(forced, end);
                segment.touch(end, AHEAD);
                forced = end;
            }
            // What was touched ahead counts as well, once.
            assertThat(written() - before)
                    .as("bytes that %d records of %d bytes took to the disk", RECORDS, RECORD)
                    .isLessThan(RECORDS * (64L << 10) + 2 * AHEAD);
        } finally {
            segment.unmap();
        }
    }

    @Test
    void recordsThatEverybodyHasPassedTakeNoMemory(@TempDir Path directory) throws IOException {
        assumeTrue(Files.isReadable(MAPPINGS), "the kernel does not tell what a mapping takes: " + MAPPINGS);
        LogFolder folder = new LogFolder(directory.resolve(Logs.ORIGIN));
        Files.createDirectories(folder.segments());
        Segment segment = Segment.prepare(folder, new SegmentHeader(0, 0, 16 << 20, 0), () -> {});
        try {
            byte[] record = new byte[RECORD];
            record[0] = 'x';
            long end = SegmentHeader.BYTES;
            while (end < 12 << 20) {
                end = segment.append(record, record.length, new Checksum().payload(record, 0, record.length));
            }
            assertThat(resident(folder.segment(0))).isGreaterThan(12L << 20);

            segment.release(end);

            assertThat(resident(folder.segment(0))).isLessThan(3L << 20);
            byte[] first = new byte[RECORD];
            segment.copy(SegmentHeader.BYTES, segment.lengthAt(SegmentHeader.BYTES), first);
            assertThat(first).isEqualTo(record);
            segment.force(SegmentHeader.BYTES, end);
            assertThat(Files.readAllBytes(folder.segment(0))).contains('x');
        } finally {
            segment.unmap();
        }
    }

    @Test
    void aSegmentThatCannotBePutInItsPlaceIsNotMappedAnyMore(@TempDir Path directory) throws IOException {
        assumeTrue(Files.isReadable(MAPPINGS), "the kernel does not tell what is mapped: " + MAPPINGS);
        LogFolder folder = new LogFolder(directory.resolve(Logs.ORIGIN));
        Files.createDirectories(folder.segments());
        Path obstacle = Files.createDirectories(folder.segment(0).resolve("in the way"));
        SegmentHeader header = new SegmentHeader(0, 0, 1 << 20, 0);
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> Segment.prepare(folder, header, () -> {})).isInstanceOf(IOException.class);
        }
        assertThat(mappedBelow(directory)).isEmpty();

        Files.delete(obstacle);
        Files.delete(folder.segment(0));
        Segment segment = Segment.prepare(folder, header, () -> {});
        assertThat(mappedBelow(directory)).hasSize(1);
        segment.unmap();
    }

    private static List<String> mappedBelow(Path directory) throws IOException {
        return Files.readAllLines(MAPPINGS).stream()
                .filter(line -> line.contains(directory.toString()))
                .toList();
    }

    /** What this process holds of a mapped file, in bytes. */
    private static long resident(Path file) throws IOException {
        boolean itsOwn = false;
        long kilobytes = 0;
        for (String line : Files.readAllLines(MAPPINGS)) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                itsOwn = line.endsWith(file.toString());
            } else if (itsOwn && line.startsWith("Rss:")) {
                kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kilobytes << 10;
    }

    private static long written() throws IOException {
        return Files.readAllLines(COUNTERS).stream()
                .filter(line -> line.startsWith("write_bytes: "))
                .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
                .findFirst()
                .orElseThrow();
    }
}
