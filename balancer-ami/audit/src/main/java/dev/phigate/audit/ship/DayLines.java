package dev.phigate.audit.ship;

import dev.phigate.audit.record.Field;
import dev.phigate.audit.record.RecordText;
import dev.phigate.audit.segment.SegmentScan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The records of a segment as lines of JSON, compressed, apart for each day of theirs (UTC), so that engines query them where they are
 * stored. They prove nothing: the segment does. One thread.
 */
final class DayLines {
    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private final NavigableMap<String, Lines> days = new TreeMap<>();
    private String day = "";

    private DayLines() {}

    private static final class Lines {
        private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        private final GZIPOutputStream lines;

        Lines() throws IOException {
            lines = new GZIPOutputStream(compressed);
        }
    }

    /**
     * The lines of a sealed segment by their days, each in the order of the log. What is no record is left out.
     *
     * @throws IOException when the segment cannot be read
     */
    static NavigableMap<String, byte[]> of(Path segment, long number) throws IOException {
        DayLines lines = new DayLines();
        SegmentScan scan = new SegmentScan();
        scan.open(segment, number);
        for (SegmentScan.Found found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
            if (found == SegmentScan.Found.RECORD) {
                lines.add(scan.bytes(), scan.payload(), scan.length());
            }
        }
        NavigableMap<String, byte[]> finished = new TreeMap<>();
        for (Map.Entry<String, Lines> entry : lines.days.entrySet()) {
            entry.getValue().lines.close();
            finished.put(entry.getKey(), entry.getValue().compressed.toByteArray());
        }
        return finished;
    }

    private void add(byte[] bytes, int from, int length) throws IOException {
        day = "";
        boolean whole = RecordText.visit(bytes, from, length, (field, at, size) -> {
            if (field == Field.TIME && size >= 10) {
                day = new String(bytes, at, 10, StandardCharsets.ISO_8859_1);
            }
        });
        if (whole && DAY.matcher(day).matches()) {
            Lines known = days.get(day);
            if (known == null) {
                known = new Lines();
                days.put(day, known);
            }
            known.lines.write(bytes, from, length);
            known.lines.write('\n');
        }
    }
}
