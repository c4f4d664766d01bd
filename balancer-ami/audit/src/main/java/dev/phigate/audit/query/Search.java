package dev.phigate.audit.query;

import dev.phigate.audit.index.SegmentIndex;
import dev.phigate.audit.record.Field;
import dev.phigate.audit.record.RecordText;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks for records in logs, in the order they were written, and reads only segments whose index does not rule them out. One thread. */
public final class Search {
    private final Filter filter;
    private final byte[][] needles;
    private long read;
    private long skipped;

    /** A search for what a filter describes. */
    public Search(Filter filter) {
        this.filter = filter;
        // A plain text stands in a record as it is: most records are passed over without being taken apart.
        this.needles = filter.values().values().stream()
                .filter(value -> value.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\'))
                .map(value -> value.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    /**
     * A record that was found.
     *
     * @param origin whose log
     * @param fields what it says, unescaped
     * @param json the record itself
     */
    public record Hit(String origin, Map<Field, String> fields, String json) {}

    /** Tells of every record of a log that is asked for, until told to stop by a false answer. */
    public void in(LogFolder folder, Predicate<Hit> each) throws IOException {
        try (SegmentScan scan = new SegmentScan()) {
            in(folder, scan, each);
        }
    }

    private void in(LogFolder folder, SegmentScan scan, Predicate<Hit> each) throws IOException {
        String origin = folder.path().getFileName().toString();
        for (long number : folder.numbers()) {
            @Nullable SegmentIndex index = SegmentIndex.read(folder.index(number));
            if (index != null && !filter.mayMatch(index)) {
                skipped++;
                continue;
            }
            read++;
            try {
                scan.open(folder.segment(number), number);
            } catch (NoSuchFileException e) {
                continue;
            }
            if (!segment(origin, scan, each)) {
                return;
            }
        }
    }

    private boolean segment(String origin, SegmentScan scan, Predicate<Hit> each) throws IOException {
        for (SegmentScan.Found found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
            if (found != SegmentScan.Found.RECORD || !mayMatch(scan)) {
                continue;
            }
            @Nullable Map<Field, String> fields = RecordText.read(scan.bytes(), scan.payload(), scan.length());
            if (fields != null && filter.matches(fields)) {
                String json = new String(scan.bytes(), scan.payload(), scan.length(), StandardCharsets.UTF_8);
                if (!each.test(new Hit(origin, fields, json))) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean mayMatch(SegmentScan scan) {
        for (byte[] needle : needles) {
            if (!contains(scan, needle)) {
                return false;
            }
        }
        return true;
    }

    private boolean contains(SegmentScan scan, byte[] needle) {
        byte[] bytes = scan.bytes();
        int last = scan.payload() + scan.length() - needle.length;
        for (int at = scan.payload(); at <= last; at++) {
            int i = 0;
            while (i < needle.length && bytes[at + i] == needle[i]) {
                i++;
            }
            if (i == needle.length) {
                return true;
            }
        }
        return false;
    }

    /** Segments that were read. */
    public long segmentsRead() {
        return read;
    }

    /** Segments that an index ruled out. */
    public long segmentsSkipped() {
        return skipped;
    }
}
