package dev.phigate.audit.write;

import dev.phigate.audit.segment.Frame;
import dev.phigate.audit.segment.Frame.Checksum;
import dev.phigate.audit.segment.Frame.Kind;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A segment that is being written: a mapped file whose blocks exist before anybody writes to it, so that a full disk is met by the
 * thread that prepares segments and never by a store into the mapping.
 *
 * <p>Any number of threads append at once. Each claims its place with one atomic addition, copies, and then sets the length with
 * release semantics: the record is then in the mapping, and the end of this process no longer loses it. Nobody waits for anybody.
 */
final class Segment {
    /** There is no room left; the record belongs into the next segment. */
    static final long OVER = -1;

    private static final VarHandle WORD =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN).varHandle();
    /**
     * How much of a new file is written at once. The kernel keeps in one piece (folio) what came in one piece, and makes writable, and
     * writes back, whole pieces: with 1 MiB each, a record that is forced takes 1 MiB to the disk (docs/performance.md).
     */
    private static final int PIECE = 16 << 10;

    /** Allocated once: direct memory is shared with the connections, and there may be none when the next segment is needed. */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(PIECE).asReadOnlyBuffer();

    /** How much of a new file is forced at once: the kernel lets nobody in between. */
    private static final int FORCED = 4 << 20;

    private static final int FIRST_AHEAD = 1 << 20;
    /** How much is given back at once; the calls would cost more than they save if it were a page. */
    private static final int RELEASED = 1 << 20;

    private static final int PAGE = 4096;

    final SegmentHeader header;
    private final long since = System.nanoTime();
    private final Arena arena;
    private final MemorySegment memory;
    private final AtomicLong tail = new AtomicLong(SegmentHeader.BYTES);
    private volatile @Nullable Segment next;
    private long released;

    private Segment(SegmentHeader header, Arena arena, MemorySegment memory) {
        this.header = header;
        this.arena = arena;
        this.memory = memory;
    }

    /**
     * Makes a segment's file, durably and with all its blocks, and maps it.
     *
     * @param piece called after each piece of the work
     */
    static Segment prepare(LogFolder folder, SegmentHeader header, Runnable piece) throws IOException {
        var fresh = folder.unprepared(header.number());
        Files.deleteIfExists(fresh);
        Set<StandardOpenOption> how =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(fresh, how, ownerOnly)) {
            ByteBuffer zeros = ZEROS.duplicate();
            for (long at = 0; at < header.capacity(); at += PIECE) {
                zeros.clear().limit((int) Math.min(PIECE, header.capacity() - at));
                writeAll(channel, zeros, at);
                if ((at + PIECE) % FORCED == 0) {
                    channel.force(false);
                }
                piece.run();
            }
            writeAll(channel, ByteBuffer.wrap(header.bytes()), 0);
            channel.force(true);
            return put(channel, folder, header);
        }
    }

    /** Maps a prepared file, and gives it the name under which it is read. */
    private static Segment put(FileChannel channel, LogFolder folder, SegmentHeader header) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, header.capacity(), arena);
            Path prepared = folder.unprepared(header.number());
            Files.move(prepared, folder.segment(header.number()), StandardCopyOption.ATOMIC_MOVE);
            LogFolder.force(folder.segments());
            Segment segment = new Segment(header, arena, memory);
            segment.touch(SegmentHeader.BYTES, FIRST_AHEAD);
            return segment;
        } catch (IOException | RuntimeException | Error e) {
            // Nobody else unmaps it, and the blocks of a deleted file stay in use for as long as it is mapped.
            arena.close();
            throw e;
        }
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long place = at;
        while (bytes.hasRemaining()) {
            place += channel.write(bytes, place);
        }
    }

    /**
     * Appends a record.
     *
     * @param checksum has taken the payload already
     * @return where the record ends, in this segment; or {@link #OVER}
     */
    long append(byte[] payload, int length, Checksum checksum) {
        int size = Frame.size(length);
        long at = tail.getAndAdd(size);
        if (at + size > header.capacity()) {
            pad(at);
            return OVER;
        }
        WORD.set(memory, at, -length);
        WORD.set(memory, at + Frame.AT_CHECKSUM, checksum.of(header.base() + at, length, Kind.RECORD));
        WORD.set(memory, at + Frame.AT_KIND, Kind.RECORD.word());
        MemorySegment.copy(payload, 0, memory, ValueLayout.JAVA_BYTE, at + Frame.HEADER, length);
        WORD.setRelease(memory, at, length);
        return at + size;
    }

    /** Ends the segment before it is full. Appending goes on in the next one, if there is one. */
    void end() {
        pad(tail.getAndAdd(header.capacity()));
    }

    /** Only one thread's claim begins inside the segment and ends outside: that thread marks the end. */
    private void pad(long at) {
        long rest = header.capacity() - at;
        if (rest >= Frame.SMALLEST) {
            int length = (int) rest - Frame.HEADER;
            int checksum = new Checksum().payload(new byte[0], 0, 0).of(header.base() + at, length, Kind.PADDING);
            WORD.set(memory, at + Frame.AT_CHECKSUM, checksum);
            WORD.set(memory, at + Frame.AT_KIND, Kind.PADDING.word());
            WORD.setRelease(memory, at, length);
        }
    }

    /** How far claims have come, as a position in the log. */
    long position() {
        return header.base() + Math.min(tail.get(), header.capacity());
    }

    /** Whether nobody can append to it any more. */
    boolean isOver() {
        return tail.get() > header.capacity() - Frame.SMALLEST;
    }

    /** How long ago it was made; the wall clock may step meanwhile. */
    long ageNanos() {
        return System.nanoTime() - since;
    }

    /** The length of the payload at a place; 0 or less while there is none. */
    int lengthAt(long at) {
        return (int) WORD.getAcquire(memory, at);
    }

    boolean isPaddingAt(long at) {
        return (int) WORD.get(memory, at + Frame.AT_KIND) == Kind.PADDING.word();
    }

    /** Copies a payload out. */
    void copy(long at, int length, byte[] to) {
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at + Frame.HEADER, to, 0, length);
    }

    /**
     * Gives the memory before a place, which everybody has passed and which is durable, back to the system. The file keeps what is there.
     * Called by the last thread that follows the records.
     */
    void release(long before) {
        long end = before & -RELEASED;
        if (end > released) {
            memory.asSlice(released, end - released).unload();
            released = end;
        }
    }

    /** Makes a range survive the end of the machine; blocks until the disk has it. */
    void force(long from, long to) {
        memory.asSlice(from, to - from).force();
    }

    /**
     * Makes the pages of a range writable again, which writing back took from them, so that the page faults are not the event
     * loops'. Adding zero atomically changes nothing under a thread that writes there.
     */
    void touch(long from, int length) {
        long end = Math.min(from + length, header.capacity());
        for (long at = from & -PAGE; at < end; at += PAGE) {
            var _ = (int) WORD.getAndAdd(memory, at, 0);
        }
    }

    @Nullable
    Segment next() {
        return next;
    }

    void follow(Segment following) {
        next = following;
    }

    /** Unmaps the file; whoever still holds a place in it gets an exception and not a fault. */
    void unmap() {
        arena.close();
    }
}
