package dev.phigate.audit.query;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.form.RecordText;
import dev.phigate.audit.index.SegmentIndex;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentScan;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Looks for records in logs, in the order they were written, and reads only segments whose index does not rule them out. One thread. */
public final class Search {
    private final Filter filter;
    private final Needle[] needles;
    private final byte[] buffer = new byte[1 << 18];
    private long read;
    private long skipped;

    /** A search for what a filter describes. */
    public Search(Filter filter) {
        this.filter = filter;
        // A plain text stands in a record as it is: most records are passed over without being taken apart.
        this.needles = filter.values().values().stream()
                .filter(value -> value.chars().allMatch(c -> c >= ' ' && c < 0x7F && c != '"' && c != '\\'))
                .map(value -> new Needle(value.getBytes(StandardCharsets.US_ASCII)))
                .toArray(Needle[]::new);
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
            if (!mayStandIn(folder.segment(number))) {
                continue;
            }
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

    /** Whether a file has the bytes of every plain text that is asked for: a fraction of what reading its records costs. */
    private boolean mayStandIn(Path segment) throws IOException {
        for (Needle needle : needles) {
            try (FileChannel channel = FileChannel.open(segment)) {
                if (!needle.isIn(channel, buffer)) {
                    return false;
                }
            } catch (NoSuchFileException e) {
                // There compressed only, or gone meanwhile.
                return true;
            }
        }
        return true;
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
        for (Needle needle : needles) {
            if (!needle.isIn(scan.bytes(), scan.payload(), scan.payload() + scan.length())) {
                return false;
            }
        }
        return true;
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
