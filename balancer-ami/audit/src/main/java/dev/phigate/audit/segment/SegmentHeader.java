package dev.phigate.audit.segment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first 64 bytes of a segment.
 *
 * @param number which segment of its log, from 0
 * @param base the position of its first byte in the log, all segments counted at their capacity
 * @param capacity bytes it was made for; a sealed segment is shorter
 * @param createdMicros when it was made, microseconds since 1970
 */
public record SegmentHeader(long number, long base, int capacity, long createdMicros) {
    /** How long it is. */
    public static final int BYTES = 64;

    private static final byte[] MAGIC = "phigate-audit-1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int AT_CHECKSUM = 60;

    /** As it stands in the file. */
    public byte[] bytes() {
        byte[] bytes = Arrays.copyOf(MAGIC, BYTES);
        Frame.putLong(bytes, 16, number);
        Frame.putLong(bytes, 24, base);
        Frame.putInt(bytes, 32, capacity);
        Frame.putLong(bytes, 40, createdMicros);
        Frame.putInt(bytes, AT_CHECKSUM, checksum(bytes));
        return bytes;
    }

    /**
     * Reads the beginning of a segment.
     *
     * @throws IOException when it is not the header of this segment
     */
    static SegmentHeader read(byte[] bytes, int length, long number) throws IOException {
        @Nullable SegmentHeader header = whole(bytes, length, number);
        if (header == null) {
            throw new IOException("segment " + number + ": its header is damaged");
        }
        return header;
    }

    /** The header of this segment, or null when it is none. */
    static @Nullable SegmentHeader whole(byte[] bytes, int length, long number) {
        boolean whole = length >= BYTES
                && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                && Frame.intAt(bytes, AT_CHECKSUM) == checksum(bytes)
                && Frame.longAt(bytes, 16) == number;
        return whole ? unchecked(bytes, number) : null;
    }

    /** What 64 bytes say, true or not. */
    static SegmentHeader unchecked(byte[] bytes, long number) {
        return new SegmentHeader(number, Frame.longAt(bytes, 24), Frame.intAt(bytes, 32), Frame.longAt(bytes, 40));
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, AT_CHECKSUM);
        return (int) crc.getValue();
    }
}
