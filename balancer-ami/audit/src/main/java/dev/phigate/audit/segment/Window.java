package dev.phigate.audit.segment;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A part of a segment's file in memory, which moves along the file: 256 KiB, however large the segment is. A copy and no mapping,
 * because sealing cuts the file, and whoever touched a mapping behind the cut would die of it. What was cut off meanwhile reads as
 * zeros. Where only the shipped file (RFC 1952) is there, it is unpacked on the way; moving back begins to unpack it anew. One thread.
 */
final class Window implements Closeable {
    /** How much of the file is in memory at most. */
    static final int BYTES = 1 << 18;

    private static final int MOST_FILE = 1 << 30;

    private final byte[] bytes = new byte[BYTES];
    private Path file = Path.of("");
    private @Nullable FileChannel plain;
    private @Nullable InputStream unpacking;
    /** How far {@link #unpacking} has come in the unpacked file. */
    private int unpacked;

    private int start;
    private int stop;
    private int end;

    /**
     * Begins with a file, or with its compressed form where only that is there.
     *
     * @return its bytes, unpacked
     * @throws IOException when it is not there, cannot be read, or is larger than a segment can be (1 GiB)
     */
    int open(Path segment) throws IOException {
        close();
        start = 0;
        stop = 0;
        Arrays.fill(bytes, 0, SegmentHeader.BYTES, (byte) 0);
        Path compressed = segment.resolveSibling(segment.getFileName() + ".gz");
        boolean packed = !Files.exists(segment) && Files.exists(compressed);
        file = packed ? compressed : segment;
        long size;
        if (packed) {
            size = unpackedSize();
            unpack();
        } else {
            FileChannel channel = FileChannel.open(segment);
            plain = channel;
            size = channel.size();
        }
        if (size > MOST_FILE) {
            close();
            String what = file + ": " + size + " bytes (expected: at most " + MOST_FILE + ", 1 GiB)";
            throw packed ? new ZipException(what) : new IOException(what);
        }
        end = (int) size;
        return end;
    }

    /**
     * Brings a range into memory, as far as the file goes.
     *
     * @param keep from where on what lies before it is kept as well
     */
    void show(int keep, int from, int count) throws IOException {
        if (from < start || Math.min(end, from + count) > stop) {
            move(Math.min(keep, end));
        }
    }

    /** Reads a place again, where the process that writes to the file may have gone on; answers whether that is possible. */
    boolean refresh(int from) throws IOException {
        if (plain == null || from >= end) {
            return false;
        }
        stop = start;
        move(from);
        return true;
    }

    private void move(int to) throws IOException {
        if (to >= start && to < stop) {
            System.arraycopy(bytes, to - start, bytes, 0, stop - to);
        } else {
            stop = to;
        }
        start = to;
        int wanted = Math.min(end, start + BYTES);
        if (plain != null) {
            read(plain, wanted);
        } else {
            unpack(wanted);
        }
        Arrays.fill(bytes, stop - start, BYTES, (byte) 0);
    }

    private void read(FileChannel channel, int wanted) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(bytes, stop - start, wanted - stop);
        while (into.hasRemaining()) {
            if (channel.read(into, (long) start + into.position()) < 0) {
                Arrays.fill(bytes, into.position(), into.limit(), (byte) 0);
                break;
            }
        }
        stop = wanted;
    }

    private void unpack(int wanted) throws IOException {
        InputStream in = unpacking;
        if (in == null || unpacked > stop) {
            in = unpack();
        }
        in.skipNBytes(stop - unpacked);
        int count = in.readNBytes(bytes, stop - start, wanted - stop);
        unpacked = stop + count;
        if (unpacked < wanted) {
            throw new ZipException(file + ": it is not as long as it says");
        }
        stop = wanted;
    }

    private InputStream unpack() throws IOException {
        close();
        InputStream in = Files.newInputStream(file);
        try {
            in = new GZIPInputStream(in, BYTES / 4);
        } catch (IOException e) {
            in.close();
            throw e;
        }
        unpacking = in;
        unpacked = 0;
        return in;
    }

    /** The last four bytes of a compressed file (RFC 1952, section 2.3.1). */
    private long unpackedSize() throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            ByteBuffer size = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(size, Math.max(0, channel.size() - Integer.BYTES));
            return Integer.toUnsignedLong(size.flip().remaining() < Integer.BYTES ? 0 : size.getInt());
        }
    }

    /**
     * Ends with the file.
     *
     * @throws ZipException when it is compressed and its end is not what its beginning was compressed from
     */
    void finish() throws IOException {
        InputStream in = unpacking;
        if (in != null) {
            in.skipNBytes(Math.max(0, end - unpacked));
            if (in.read() >= 0) {
                throw new ZipException(file + ": it is not as long as it says");
            }
        }
        close();
    }

    /** The memory. A place of the file is in it at {@link #index}. */
    byte[] bytes() {
        return bytes;
    }

    /** Where a place of the file is in memory; it must have been shown. */
    int index(int place) {
        return place - start;
    }

    /** The end of what is in memory, as a place of the file. */
    int stop() {
        return stop;
    }

    /** A byte that must have been shown. */
    byte at(int place) {
        return bytes[place - start];
    }

    @Override
    public void close() throws IOException {
        if (plain != null) {
            plain.close();
            plain = null;
        }
        if (unpacking != null) {
            unpacking.close();
            unpacking = null;
        }
    }
}
