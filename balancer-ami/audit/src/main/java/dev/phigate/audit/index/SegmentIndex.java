package dev.phigate.audit.index;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.form.RecordText;
import dev.phigate.audit.segment.Breather;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentScan;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The times and values of one segment: between which times its records are, and a Bloom filter over every value that a search asks
 * for. It may say that something could be there which is not, and never the reverse.
 *
 * <pre>
 *  0  "phigate-index-2\n"
 * 16  records, the earliest and the latest time as 27 characters each
 * 78  bits of the filter, as 64-bit words
 *  n  CRC-32C over everything before
 * </pre>
 */
public final class SegmentIndex {
    /** The fields whose values the filter holds. */
    public static final Set<Field> FIELDS = EnumSet.of(
            Field.CONNECTION,
            Field.EXCHANGE,
            Field.IDENTITY,
            Field.REASON,
            Field.ROUTE,
            Field.SESSION,
            Field.SOURCE,
            Field.STATUS,
            Field.SUBJECT,
            Field.TARGET,
            Field.TRACE,
            Field.TYPE,
            Field.UPSTREAM);

    private static final byte[] MAGIC = "phigate-index-2\n".getBytes(StandardCharsets.US_ASCII);
    private static final int TIME = 27;
    private static final int AT_TIMES = 24;
    private static final int AT_FILTER = AT_TIMES + 2 * TIME;
    private static final int PROBES = 6;
    /** With six probes, fewer than one answer in fifty is wrong. */
    private static final int BITS_PER_VALUE = 10;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** An odd number whose bits look like chance: the golden ratio's. */
    private static final long STIR = 0x9e3779b97f4a7c15L;

    private final byte[] bytes;

    private SegmentIndex(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads an index; null when there is none, or it is damaged: then the segment is read instead. */
    public static @Nullable SegmentIndex read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        byte[] bytes = Files.readAllBytes(file);
        int body = bytes.length - Integer.BYTES;
        boolean whole = body >= AT_FILTER
                && new String(bytes, 0, MAGIC.length, StandardCharsets.US_ASCII)
                        .equals(new String(MAGIC, StandardCharsets.US_ASCII))
                && ByteBuffer.wrap(bytes).getInt(body) == checksum(bytes, body);
        return whole ? new SegmentIndex(bytes) : null;
    }

    /** Makes the index of a segment. Takes a fiftieth of the segment's size in memory. */
    static byte[] make(LogFolder folder, long number) throws IOException {
        try (SegmentScan scan = new SegmentScan()) {
            scan.open(folder.segment(number), number);
            Collector collector = new Collector(scan.fileSize());
            RecordText.Visitor visitor = collector.on(scan.bytes());
            RecordText reader = new RecordText();
            Breather breather = new Breather();
            for (SegmentScan.Found found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
                if (found == SegmentScan.Found.RECORD) {
                    collector.records++;
                    reader.visit(scan.bytes(), scan.payload(), scan.length(), visitor);
                    breather.breathe();
                }
            }
            return collector.bytes();
        }
    }

    /** Whether a record may be there whose time is not before one text and not after another. */
    public boolean mayBeBetween(String from, String to) {
        return latest().compareTo(from) >= 0 && earliest().compareTo(to) <= 0;
    }

    /** Whether a record may be there that has a value. */
    public boolean mayHold(Field field, String value) {
        if (!FIELDS.contains(field)) {
            return true;
        }
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        long hash = hash(field, text, 0, text.length);
        long bits = (bytes.length - Integer.BYTES - AT_FILTER) * 8L;
        for (int probe = 0; probe < PROBES; probe++) {
            int bit = bit(hash, probe, bits);
            if ((bytes[AT_FILTER + bit / 8] & 1 << bit % 8) == 0) {
                return false;
            }
        }
        return true;
    }

    /** How many records the segment holds. */
    public long records() {
        return ByteBuffer.wrap(bytes).getLong(MAGIC.length);
    }

    private String earliest() {
        return new String(bytes, AT_TIMES, TIME, StandardCharsets.US_ASCII);
    }

    private String latest() {
        return new String(bytes, AT_TIMES + TIME, TIME, StandardCharsets.US_ASCII);
    }

    /** Eight bytes of the value at a time, stirred at the end as in MurmurHash3, so that the halves are two hashes. */
    private static long hash(Field field, byte[] text, int from, int length) {
        long hash = folded(field.key().hashCode() ^ STIR) + length;
        int at = from;
        for (int end = from + length - Long.BYTES; at <= end; at += Long.BYTES) {
            hash = folded(hash ^ (long) EIGHT.get(text, at));
        }
        for (int end = from + length; at < end; at++) {
            hash = folded(hash ^ text[at]);
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }

    private static long folded(long hash) {
        return Math.multiplyHigh(hash, STIR) ^ hash * STIR;
    }

    private static int bit(long hash, int probe, long bits) {
        return (int) Long.remainderUnsigned(hash + probe * Long.rotateLeft(hash, 32), bits);
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    /**
     * Gathers what an index holds. The filter begins as large as values could ever need and is folded to what they did need: a bit's
     * place in the small filter is the rest of its place in the large one.
     */
    private static final class Collector {
        /** Records have a value for every 60 to 150 bytes; with more of them the filter answers wrong more often. */
        private static final int BYTES_PER_VALUE = 48;

        /** What everything up to 12 divides, so that there is a fold close to the one that is wanted. */
        private static final int DIVISIBLE = 27_720;

        /** Values that came lately, by the low bits of their hashes: most of a record's values came with an earlier one. */
        private final long[] recent = new long[1 << 12];

        private final long[] filter;
        private long count;
        private long records;
        private final byte[] earliest = "9999-12-31T23:59:59.999999Z".getBytes(StandardCharsets.US_ASCII);
        private final byte[] latest = "0000-00-00T00:00:00.000000Z".getBytes(StandardCharsets.US_ASCII);

        Collector(int segmentBytes) {
            int units = words(segmentBytes / BYTES_PER_VALUE) / DIVISIBLE + 1;
            filter = new long[units * DIVISIBLE];
        }

        private static int words(long values) {
            return (int) (values * BITS_PER_VALUE / Long.SIZE) + 1;
        }

        RecordText.Visitor on(byte[] bytes) {
            return (field, from, length) -> {
                if (field == Field.TIME && length == TIME) {
                    time(bytes, from);
                } else if (FIELDS.contains(field)) {
                    add(hash(field, bytes, from, length));
                }
            };
        }

        private void time(byte[] bytes, int from) {
            if (Arrays.compare(bytes, from, from + TIME, earliest, 0, TIME) < 0) {
                System.arraycopy(bytes, from, earliest, 0, TIME);
            }
            if (Arrays.compare(bytes, from, from + TIME, latest, 0, TIME) > 0) {
                System.arraycopy(bytes, from, latest, 0, TIME);
            }
        }

        private void add(long hash) {
            int place = (int) hash & recent.length - 1;
            if (recent[place] == hash && hash != 0) {
                return;
            }
            recent[place] = hash;
            count++;
            for (int probe = 0; probe < PROBES; probe++) {
                int bit = bit(hash, probe, filter.length * (long) Long.SIZE);
                filter[bit / Long.SIZE] |= 1L << bit % Long.SIZE;
            }
        }

        private long[] folded() {
            int times = Math.max(1, filter.length / words(count));
            // What does not divide evenly would put bits at other places.
            while (filter.length % times != 0) {
                times--;
            }
            long[] small = new long[filter.length / times];
            for (int i = 0; i < filter.length; i++) {
                small[i % small.length] |= filter[i];
            }
            return small;
        }

        byte[] bytes() {
            long[] words = folded();
            int body = AT_FILTER + words.length * Long.BYTES;
            byte[] bytes = new byte[body + Integer.BYTES];
            ByteBuffer into = ByteBuffer.wrap(bytes)
                    .put(MAGIC)
                    .putLong(records)
                    .put(earliest)
                    .put(latest)
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (long word : words) {
                into.putLong(word);
            }
            into.order(ByteOrder.BIG_ENDIAN).putInt(checksum(bytes, body));
            return bytes;
        }
    }
}
