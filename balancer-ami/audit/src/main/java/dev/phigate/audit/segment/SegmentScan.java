package dev.phigate.audit.segment;

import dev.phigate.audit.segment.Frame.Checksum;
import dev.phigate.audit.segment.Frame.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment's file from its beginning, whatever state it is in: a hole or a torn frame is found as such, and reading goes
 * on at the next whole frame. Works on a copy, so the file may grow or be sealed meanwhile. One thread.
 */
public final class SegmentScan {
    private static final Kind[] KINDS = Kind.values();

    private final Checksum checksum = new Checksum();
    private byte[] bytes = new byte[0];
    private int end;
    private int at;
    private boolean begun;
    private int payload;
    private int length;
    private long base;
    private long number;
    private int capacity;

    /** What was found. */
    public enum Found {
        /** A whole record. */
        RECORD,
        /** Bytes that a recovery sealed as torn. */
        TORN,
        /** Bytes that are no frame, and not sealed as torn either. */
        DAMAGED,
        /** Nothing but zeros, or a padding, or nothing at all from here to the end of the file. */
        END
    }

    /**
     * Begins with a file; the same scan can read one file after the other.
     *
     * @throws IOException when it cannot be read, or its header is damaged
     */
    public void open(Path file, long segment) throws IOException {
        begin(file, segment);
        SegmentHeader header = SegmentHeader.read(bytes, end, segment);
        base = header.base();
        capacity = header.capacity();
    }

    /**
     * Begins with a file whose header may be damaged.
     *
     * @param expectedBase where the segment begins in the log if its header does not tell; negative when nobody knows
     * @return whether the header is whole
     * @throws IOException when it cannot be read
     */
    public boolean open(Path file, long segment, long expectedBase) throws IOException {
        begin(file, segment);
        @Nullable SegmentHeader header = SegmentHeader.whole(bytes, end, segment);
        if (header == null && end < SegmentHeader.BYTES) {
            bytes = new byte[SegmentHeader.BYTES];
            end = SegmentHeader.BYTES;
        }
        SegmentHeader believed = header == null ? SegmentHeader.unchecked(bytes, segment) : header;
        base = header == null && expectedBase >= 0 ? expectedBase : believed.base();
        capacity = believed.capacity();
        return header != null;
    }

    private void begin(Path file, long segment) throws IOException {
        number = segment;
        read(file);
        at = 0;
        begun = false;
    }

    private void read(Path file) throws IOException {
        Path compressed = file.resolveSibling(file.getFileName() + ".gz");
        boolean plain = Files.exists(file) || !Files.exists(compressed);
        try (InputStream in =
                plain ? Files.newInputStream(file) : new GZIPInputStream(Files.newInputStream(compressed))) {
            long size = plain ? Files.size(file) : unpackedSize(compressed);
            if (size > Integer.MAX_VALUE - 64) {
                throw new IOException(file + ": " + size + " bytes (expected: at most 1 GiB)");
            }
            if (bytes.length < size) {
                // Not both at once: a segment may be as large as the heap is small.
                bytes = new byte[0];
                bytes = new byte[(int) size];
            }
            end = in.readNBytes(bytes, 0, (int) size);
            if (!plain && (end < size || in.read() >= 0)) {
                throw new ZipException(compressed + ": it is not as long as it says");
            }
        }
    }

    /** The last four bytes of a compressed file (RFC 1952, section 2.3.1). */
    private static long unpackedSize(Path compressed) throws IOException {
        try (FileChannel channel = FileChannel.open(compressed)) {
            ByteBuffer size = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(size, Math.max(0, channel.size() - Integer.BYTES));
            return Integer.toUnsignedLong(size.flip().remaining() < Integer.BYTES ? 0 : size.getInt());
        }
    }

    /** Goes to the next thing there is. */
    public Found next() {
        at += begun ? Frame.size(length) : SegmentHeader.BYTES;
        begun = true;
        if (end - at < Frame.SMALLEST) {
            return blank(at) ? stop() : damaged(end);
        }
        Kind kind = kindAt(at);
        if (kind == Kind.PADDING) {
            return blank(at + Frame.HEADER) ? stop() : damaged(end);
        }
        if (kind != null) {
            payload = at + Frame.HEADER;
            length = Frame.intAt(bytes, at);
            return kind == Kind.RECORD ? Found.RECORD : Found.TORN;
        }
        return blank(at) ? stop() : damaged(nextFrame());
    }

    private Found stop() {
        payload = at;
        length = 0;
        return Found.END;
    }

    private Found damaged(int to) {
        payload = at + Frame.HEADER;
        length = Math.max(to - at, Frame.SMALLEST) - Frame.HEADER;
        return Found.DAMAGED;
    }

    /** The kind of the whole frame at a place, or null when there is none. */
    private @Nullable Kind kindAt(int place) {
        int word = Frame.intAt(bytes, place + Frame.AT_KIND);
        for (Kind kind : KINDS) {
            if (kind.word == word) {
                return holds(place, kind) ? kind : null;
            }
        }
        return null;
    }

    private boolean holds(int place, Kind kind) {
        int size = Frame.intAt(bytes, place);
        int room = end - place - Frame.HEADER;
        if (kind == Kind.PADDING) {
            return size == room && checksumHolds(place, 0, size, kind);
        }
        if (size <= 0 || size > room) {
            return false;
        }
        for (int i = place + Frame.HEADER + size; i < place + Frame.size(size); i++) {
            if (i < end && bytes[i] != 0) {
                return false;
            }
        }
        return checksumHolds(place, size, size, kind);
    }

    private boolean checksumHolds(int place, int covered, int size, Kind kind) {
        int expected = checksum.payload(bytes, place + Frame.HEADER, covered).of(base + place, size, kind);
        return Frame.intAt(bytes, place + Frame.AT_CHECKSUM) == expected;
    }

    private int nextFrame() {
        for (int place = at + Frame.ALIGNMENT; place + Frame.SMALLEST <= end; place += Frame.ALIGNMENT) {
            if (bytes[place + Frame.AT_KIND] == (byte) 0xFF && kindAt(place) != null) {
                return place;
            }
        }
        int last = end;
        while (last > at && bytes[last - 1] == 0) {
            last--;
        }
        return (last + Frame.ALIGNMENT - 1) & -Frame.ALIGNMENT;
    }

    private boolean blank(int from) {
        for (int i = from; i < end; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Where what was found begins in the file. */
    public int at() {
        return at;
    }

    /** How much of the file it takes. */
    public int size() {
        return Math.min(Frame.size(length), end - at);
    }

    /** The file's bytes, not to be changed; valid until the next file is opened. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the payload of a record begins in {@link #bytes()}. */
    public int payload() {
        return payload;
    }

    /** The payload's length. */
    public int length() {
        return length;
    }

    /** Bytes of the file when it was read. */
    public int fileSize() {
        return end;
    }

    /** The position of the segment's first byte in the log. */
    public long base() {
        return base;
    }

    /** Bytes the segment was made for. */
    public int capacity() {
        return capacity;
    }

    /** The segment's number. */
    public long number() {
        return number;
    }

    /** What a torn frame must be sealed with, header only. */
    byte[] tornHeader() {
        byte[] header = new byte[Frame.HEADER];
        Frame.putInt(header, 0, length);
        Frame.putInt(
                header,
                Frame.AT_CHECKSUM,
                checksum.payload(bytes, payload, length).of(base + at, length, Kind.TORN));
        Frame.putInt(header, Frame.AT_KIND, Kind.TORN.word);
        return header;
    }
}
