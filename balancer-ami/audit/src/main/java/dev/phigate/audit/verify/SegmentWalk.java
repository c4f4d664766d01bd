package dev.phigate.audit.verify;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentScan;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.zip.ZipException;

/** Goes over everything that stands in a log's segments, in order, whatever state they are in. */
final class SegmentWalk {
    private final LogFolder folder;
    private long expectedBase;
    private long missing = -1;

    /** What is told about the segments. Places are those of the scan, valid during the call. */
    interface Visitor {
        /** A whole record. */
        void record(SegmentScan scan);

        /** Bytes that are no frame and were not sealed as torn. */
        void damaged(SegmentScan scan);

        /** A segment is over. */
        void end(long segment);

        /** The file of a segment is not what it must be. */
        void problem(String message);
    }

    SegmentWalk(LogFolder folder) {
        this.folder = folder;
    }

    /** Walks over segments, in the order of their numbers. */
    void over(List<Long> numbers, Visitor visitor) throws IOException {
        try (SegmentScan scan = new SegmentScan()) {
            over(numbers, scan, visitor);
        }
    }

    private void over(List<Long> numbers, SegmentScan scan, Visitor visitor) throws IOException {
        for (int i = 0; i < numbers.size(); i++) {
            long number = numbers.get(i);
            if (i > 0 && number != numbers.get(i - 1) + 1) {
                missing = numbers.get(i - 1) + 1;
            }
            try {
                begin(number, i == 0 || number != numbers.get(i - 1) + 1, scan, visitor);
                expectedBase = scan.base() + scan.capacity();
                all(scan, visitor);
                visitor.end(number);
            } catch (NoSuchFileException e) {
                // An unused segment goes when the log is closed.
            } catch (ZipException | EOFException e) {
                visitor.problem("segments/" + folder.compressed(number).getFileName() + ": it cannot be unpacked: "
                        + e.getMessage());
            }
        }
    }

    private void begin(long number, boolean anyBase, SegmentScan scan, Visitor visitor) throws IOException {
        long base = number == 0 ? 0 : anyBase ? -1 : expectedBase;
        if (!scan.open(folder.segment(number), number, base)) {
            visitor.problem("segments/" + folder.segment(number).getFileName() + ": its header is damaged");
        } else if (!anyBase && scan.base() != expectedBase) {
            visitor.problem(
                    "segments/" + folder.segment(number).getFileName() + ": it does not follow the segment before it");
        }
    }

    private void all(SegmentScan scan, Visitor visitor) throws IOException {
        for (SegmentScan.Found found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
            if (missing >= 0) {
                // Told of only now: segments behind it that nobody wrote to are what a crash may leave.
                visitor.problem("segment " + missing + " is missing");
                missing = -1;
            }
            switch (found) {
                case RECORD -> visitor.record(scan);
                case DAMAGED -> visitor.damaged(scan);
                case TORN, END -> {}
            }
        }
    }
}
