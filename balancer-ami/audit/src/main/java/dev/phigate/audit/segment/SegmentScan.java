package dev.phigate.audit.segment;

import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.segment.Frame.Checksum;
import dev.phigate.audit.segment.Frame.Kind;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment's file from its beginning, whatever state it is in: a hole or a torn frame is found as such, and reading goes
 * on at the next whole frame. Holds 256 KiB of it, however large it is, and works on a copy, so the file may grow or be sealed
 * meanwhile. The file is open until its end was found, another is opened, or the scan is closed. One thread.
 */
public final class SegmentScan implements AutoCloseable {
    private static final Kind[] KINDS = Kind.values();
    /** The largest frame of a record: no more of the file is needed at once. */
    private static final int MOST_FRAME = Frame.size(AuditRecord.MOST_BYTES);

    private final Checksum checksum = new Checksum();
    private final Window window = new Window();
    private int end;
    private int at;
    private boolean begun;
    private boolean over;
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
        SegmentHeader header = SegmentHeader.read(window.bytes(), end, segment);
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
        @Nullable SegmentHeader header = SegmentHeader.whole(window.bytes(), end, segment);
        SegmentHeader believed = header == null ? SegmentHeader.unchecked(window.bytes(), segment) : header;
        end = Math.max(end, SegmentHeader.BYTES);
        base = header == null && expectedBase >= 0 ? expectedBase : believed.base();
        capacity = believed.capacity();
        return header != null;
    }

    private void begin(Path file, long segment) throws IOException {
        number = segment;
        end = window.open(file);
        at = 0;
        begun = false;
        over = false;
        window.show(0, 0, SegmentHeader.BYTES);
    }

    /**
     * Goes to the next thing there is.
     *
     * @throws java.util.zip.ZipException when the file is compressed and cannot be unpacked from here on
     * @throws IOException when it cannot be read
     */
    public Found next() throws IOException {
        if (over) {
            return Found.END;
        }
        at += begun ? Frame.size(length) : SegmentHeader.BYTES;
        begun = true;
        if (end - at < Frame.SMALLEST) {
            return written(at) == end ? stop() : damaged(end);
        }
        @Nullable Kind kind = kindAt(at);
        if (kind == null && window.refresh(at)) {
            // Whoever writes to it may have finished it since it was read.
            kind = kindAt(at);
        }
        if (kind == Kind.PADDING) {
            return written(at + Frame.HEADER) == end ? stop() : damaged(end);
        }
        if (kind != null) {
            payload = at + Frame.HEADER;
            return kind == Kind.RECORD ? Found.RECORD : Found.TORN;
        }
        int first = written(at);
        return first == end ? stop() : damaged(nextFrame(first));
    }

    private Found stop() throws IOException {
        payload = at;
        length = 0;
        over = true;
        window.finish();
        return Found.END;
    }

    private Found damaged(int to) throws IOException {
        payload = at + Frame.HEADER;
        length = Math.max(to - at, Frame.SMALLEST) - Frame.HEADER;
        if (to - at <= MOST_FRAME) {
            window.show(at, at, to - at);
        }
        return Found.DAMAGED;
    }

    /** The kind of the whole frame at a place, or null when there is none. */
    private @Nullable Kind kindAt(int place) throws IOException {
        window.show(place - at <= MOST_FRAME ? at : place, place, MOST_FRAME);
        int word = Frame.intAt(window.bytes(), window.index(place + Frame.AT_KIND));
        for (Kind kind : KINDS) {
            if (kind.word() == word) {
                return holds(place, kind) ? kind : null;
            }
        }
        return null;
    }

    private boolean holds(int place, Kind kind) throws IOException {
        int header = window.index(place);
        int size = Frame.intAt(window.bytes(), header);
        int expected = Frame.intAt(window.bytes(), header + Frame.AT_CHECKSUM);
        int room = end - place - Frame.HEADER;
        boolean possible = switch (kind) {
            case PADDING -> size == room;
            case RECORD -> size > 0 && size <= Math.min(room, AuditRecord.MOST_BYTES);
            case TORN -> size > 0 && size <= room;
        };
        if (!possible) {
            return false;
        }
        int covered = kind == Kind.PADDING ? 0 : size;
        if (checksum(place, covered).of(base + place, size, kind) != expected) {
            return false;
        }
        if (kind != Kind.PADDING) {
            int after = place + Frame.HEADER + size;
            int next = Math.min(end, place + Frame.size(size));
            for (int i = after; i < next; i++) {
                window.show(i, i, 1);
                if (window.at(i) != 0) {
                    return false;
                }
            }
        }
        length = size;
        return true;
    }

    /** Begins a checksum with the payload of a frame, which may be larger than what is in memory at once. */
    private Checksum checksum(int place, int size) throws IOException {
        checksum.begin();
        int from = place + Frame.HEADER;
        int to = from + size;
        while (from < to) {
            window.show(from, from, 1);
            int stop = Math.min(to, window.stop());
            checksum.more(window.bytes(), window.index(from), stop - from);
            from = stop;
        }
        return checksum;
    }

    /** Where the next whole frame begins behind damage, or where nothing is written any more. */
    private int nextFrame(int first) throws IOException {
        // A frame begins with its length, so the first byte that is not zero is at most three behind the next one.
        int place = Math.max(at + Frame.ALIGNMENT, (first - Frame.ALIGNMENT) & -Frame.ALIGNMENT);
        int last = first + 1;
        for (; place + Frame.SMALLEST <= end; place += Frame.ALIGNMENT) {
            window.show(place - at <= MOST_FRAME ? at : place, place, Frame.SMALLEST);
            if (window.at(place + Frame.AT_KIND) == (byte) 0xFF && kindAt(place) != null) {
                return place;
            }
            window.show(place, place, Frame.SMALLEST);
            if (Frame.longAt(window.bytes(), window.index(place)) != 0) {
                last = place + Frame.ALIGNMENT;
            }
        }
        for (int i = Math.max(place, last); i < end; i++) {
            window.show(i, i, 1);
            last = window.at(i) == 0 ? last : i + 1;
        }
        return (last + Frame.ALIGNMENT - 1) & -Frame.ALIGNMENT;
    }

    /** Where the first byte is that is not zero, from a place on; the end of the file when there is none. */
    private int written(int from) throws IOException {
        for (int i = from; i < end; i++) {
            window.show(Math.max(at, i - Frame.SMALLEST), i, 1);
            byte[] bytes = window.bytes();
            int stop = window.index(Math.min(window.stop(), end));
            for (int k = window.index(i); k < stop; k++) {
                if (bytes[k] != 0) {
                    return i + k - window.index(i);
                }
            }
            i += stop - window.index(i) - 1;
        }
        return end;
    }

    /** Where what was found begins in the file. */
    public int at() {
        return at;
    }

    /** How much of the file it takes. */
    public int size() {
        return Math.min(Frame.size(length), end - at);
    }

    /** A part of the file, not to be changed; valid until the scan goes on. */
    public byte[] bytes() {
        return window.bytes();
    }

    /** Where the payload begins in {@link #bytes()}; 0 when nothing of it is {@linkplain #shown() shown}. */
    public int payload() {
        return shown() == 0 ? 0 : window.index(payload);
    }

    /** The payload's length. Of a record all of it is in {@link #bytes()}; of anything else, {@link #shown()}. */
    public int length() {
        return length;
    }

    /** How much of the payload is in {@link #bytes()}: nothing of what is too long to be a record, damaged or not. */
    public int shown() {
        return Frame.size(length) > MOST_FRAME ? 0 : Math.max(0, Math.min(length, end - payload));
    }

    /** Bytes of the file when it was opened. */
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
    public byte[] tornHeader() throws IOException {
        byte[] header = new byte[Frame.HEADER];
        Frame.putInt(header, 0, length);
        Frame.putInt(header, Frame.AT_CHECKSUM, checksum(at, length).of(base + at, length, Kind.TORN));
        Frame.putInt(header, Frame.AT_KIND, Kind.TORN.word());
        return header;
    }

    /** Ends with the file it is at. */
    @Override
    public void close() throws IOException {
        window.close();
    }
}
