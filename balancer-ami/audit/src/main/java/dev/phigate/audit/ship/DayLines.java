package dev.phigate.audit.ship;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.form.RecordText;
import dev.phigate.audit.segment.SegmentScan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;

/**
 * The records of a segment as lines of JSON, compressed, apart for each day of theirs (UTC), so that engines query them where they are
 * stored. They prove nothing: the segment does. A day comes in parts, so that memory does not grow with the segment. One thread.
 */
final class DayLines {
    /** So much compressed in memory at most; what is more goes out. */
    static final int MOST_BYTES = 8 << 20;

    /** So many days at once at most: records come in order of time, unless a clock stepped. */
    private static final int MOST_DAYS = 16;

    private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private final Taker taker;
    private final int most;
    private final Map<String, Lines> days = new TreeMap<>();
    private final Map<String, Integer> parts = new TreeMap<>();
    private final RecordText reader = new RecordText();
    private String day = "";

    /** Takes the lines of one day, or a part of them. */
    @FunctionalInterface
    interface Taker {
        /**
         * Takes lines, each in the order of the log.
         *
         * @param day of the records, as {@code 2026-11-22}
         * @param part which part of the segment's records of that day, from 0
         * @param compressed the lines (RFC 1952)
         */
        void take(String day, int part, byte[] compressed) throws IOException;
    }

    private DayLines(Taker taker, int most) {
        this.taker = taker;
        this.most = most;
    }

    private static final class Lines {
        private final ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        private final GZIPOutputStream lines;

        Lines() throws IOException {
            lines = new GZIPOutputStream(compressed);
        }
    }

    /**
     * Hands over the lines of a sealed segment. What is no record is left out. The same segment makes the same parts every time.
     *
     * @param most how many compressed bytes are gathered, of all days together, before the largest part goes out
     * @throws IOException when the segment cannot be read, or the taker does not take
     */
    static void each(Path segment, long number, int most, Taker taker) throws IOException {
        DayLines lines = new DayLines(taker, most);
        try (SegmentScan scan = new SegmentScan()) {
            scan.open(segment, number);
            for (SegmentScan.Found found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
                if (found == SegmentScan.Found.RECORD) {
                    lines.add(scan.bytes(), scan.payload(), scan.length());
                }
            }
        }
        for (String left : List.copyOf(lines.days.keySet())) {
            lines.handOver(left);
        }
    }

    private void add(byte[] bytes, int from, int length) throws IOException {
        day = "";
        boolean whole = reader.visit(bytes, from, length, (field, at, size) -> {
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
            makeRoom();
        }
    }

    private void makeRoom() throws IOException {
        long bytes = 0;
        for (Lines lines : days.values()) {
            bytes += lines.compressed.size();
        }
        if (bytes > most || days.size() > MOST_DAYS) {
            List<Map.Entry<String, Lines>> all = new ArrayList<>(days.entrySet());
            all.sort(Comparator.comparingInt(
                    entry -> -entry.getValue().compressed.size()));
            handOver(all.getFirst().getKey());
        }
    }

    private void handOver(String finished) throws IOException {
        Lines lines = days.remove(finished);
        if (lines != null) {
            lines.lines.close();
            taker.take(finished, parts.merge(finished, 1, Integer::sum) - 1, lines.compressed.toByteArray());
        }
    }
}
