package dev.phigate.audit.write;

import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.Signer;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.Frame.Checksum;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentHeader;
import dev.phigate.audit.segment.UnusableLog;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The one writer of a log's folder. Appending is for any thread and never blocks; opening and closing block. */
public final class LogWriter implements AutoCloseable {
    /** The log is further behind than it may be, or has no next segment. Appending may succeed again later. */
    public static final long FULL = -1;

    /** The log is broken or closed. Appending never succeeds again. */
    public static final long OVER = -2;

    private static final int MOST_FIRST_BYTES = 4 << 20;
    private static final long MOST_RESERVE = 256L << 10;

    private final FileChannel lock;
    private final Status status = new Status();
    private final AtomicReference<Segment> current;
    private final Syncer syncer;
    private final Notary notary;
    private final Sealer sealer;
    private final long backlog;
    private final long reserve;
    private final Opening opening;
    private final ThreadLocal<Checksum> checksums = ThreadLocal.withInitial(Checksum::new);
    private volatile boolean closed;

    /**
     * How a log was found when it was opened.
     *
     * @param records how many records it had
     * @param unclean whether the process before had died without closing it
     * @param tornRecords unfinished records that it left; none of them was acknowledged
     * @param tornBytes their bytes
     * @param newKey whether this key never signed this log before
     */
    public record Opening(long records, boolean unclean, long tornRecords, long tornBytes, boolean newKey) {}

    private LogWriter(
            FileChannel lock,
            Segment first,
            Recovery.Found found,
            Opening opening,
            LogFolder folder,
            LogSettings settings,
            Spooling spool) {
        this.lock = lock;
        this.opening = opening;
        this.current = new AtomicReference<>(first);
        this.backlog = settings.backlogBytes();
        this.reserve = Math.min(MOST_RESERVE, Math.min(backlog, settings.segmentBytes()) / 4);
        this.sealer = new Sealer(folder, first, current::get, this::passed, settings, spool, status);
        this.syncer = new Syncer(first, settings.syncInterval(), status, this::wakeNotary);
        this.notary = new Notary(first, found.state(), syncer, sealer, status, settings.checkpointInterval());
    }

    /**
     * Opens a log for writing, after recovering what the process before left.
     *
     * @throws UnusableLog when another process writes to it, or what is there does not lead to its checkpoints
     * @throws IOException when it cannot be read or written
     */
    public static LogWriter open(LogFolder folder, Signer signer, LogSettings settings) throws IOException {
        return open(folder, signer, settings, Spooling.NONE);
    }

    /**
     * Opens a log for writing that is shipped.
     *
     * @param spool tells whether no more may wait for the store; then no segment is begun
     * @throws UnusableLog when another process writes to it, or what is there does not lead to its checkpoints
     * @throws IOException when it cannot be read or written
     */
    public static LogWriter open(LogFolder folder, Signer signer, LogSettings settings, Spooling spool)
            throws IOException {
        folder.create();
        FileChannel lock = lock(folder);
        try {
            List<VerifierKey> keys = keys(folder);
            boolean newKey = !keys.contains(signer.verifier());
            if (newKey) {
                keys.add(signer.verifier());
                LogFolder.replace(
                        folder.keys(),
                        String.join("\n", keys.stream().map(VerifierKey::text).toList()) + "\n");
            }
            Recovery.Found found = Recovery.run(folder, signer, keys);
            long now = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
            Segment first = Segment.prepare(
                    folder,
                    new SegmentHeader(found.nextNumber(), found.nextBase(), firstBytes(settings), now),
                    () -> {});
            Opening opening = new Opening(
                    found.state().tree().size(), found.unclean(), found.tornRecords(), found.tornBytes(), newKey);
            LogWriter writer = new LogWriter(lock, first, found, opening, folder, settings, spool);
            writer.sealer.start();
            writer.notary.start();
            writer.syncer.start();
            return writer;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** The first segment is small: a start waits for its blocks. The next one is prepared while it fills. */
    private static int firstBytes(LogSettings settings) {
        return Math.min(settings.segmentBytes(), MOST_FIRST_BYTES);
    }

    private static FileChannel lock(LogFolder folder) throws IOException {
        FileChannel channel = FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new UnusableLog(folder, "this process writes to it already", e);
        }
        channel.close();
        throw new UnusableLog(folder, "another process writes to it (one balancer, one origin, one folder)");
    }

    private static List<VerifierKey> keys(LogFolder folder) throws IOException {
        List<VerifierKey> keys = new ArrayList<>();
        if (Files.exists(folder.keys())) {
            for (String line : Files.readAllLines(folder.keys())) {
                try {
                    keys.add(VerifierKey.parse(line));
                } catch (NoteException e) {
                    throw new UnusableLog(folder, "keys: " + e.getMessage(), e);
                }
            }
        }
        return keys;
    }

    /**
     * Appends a record. When this answers a position, the record is in the mapping, and the end of the process no longer loses it.
     *
     * @return the position behind it; or {@link #FULL}, or {@link #OVER}
     */
    public long append(byte[] payload, int length) {
        Checksum checksum = checksums.get().payload(payload, 0, length);
        while (status.broken() == null && !closed) {
            Segment segment = current.get();
            if (segment.position() - notary.position() > backlog) {
                return FULL;
            }
            long end;
            try {
                end = segment.append(payload, length, checksum);
            } catch (RuntimeException | InternalError e) {
                status.breakFor("a record could not be written: " + e.getMessage());
                return OVER;
            }
            if (end != Segment.OVER) {
                return segment.header.base() + end;
            }
            @Nullable Segment next = segment.next();
            if (next == null) {
                return closed ? OVER : FULL;
            }
            if (current.compareAndSet(segment, next)) {
                sealer.wake();
            }
            checksum.payload(payload, 0, length);
        }
        return OVER;
    }

    /**
     * Whether there is more room than what is under way already may need. Whoever begins nothing while this says no can record
     * what was begun before.
     */
    public boolean accepts() {
        if (closed || status.broken() != null) {
            return false;
        }
        Segment segment = current.get();
        long position = segment.position();
        return position - notary.position() <= backlog - reserve
                && (segment.next() != null || segment.header.base() + segment.header.capacity() - position > reserve);
    }

    /** Completes once a position is on the disk; exceptionally when it never will be. */
    public CompletionStage<Void> whenDurable(long position) {
        return syncer.whenDurable(position);
    }

    /** How the log was found. */
    public Opening opening() {
        return opening;
    }

    /** How many records are in the tree. */
    public long records() {
        return notary.records();
    }

    /** How many bytes are appended and not in the tree yet. */
    public long backlog() {
        return Math.max(0, current.get().position() - notary.position());
    }

    /** The newest checkpoint. */
    public SignedCheckpoint checkpoint() {
        return notary.newest();
    }

    /** Why the log takes no more records, or null while it does. */
    public @Nullable String broken() {
        return closed ? "it is closed" : status.broken();
    }

    /** What is wrong though the log goes on; empty when nothing is. */
    public String trouble() {
        return status.trouble();
    }

    /** The position that syncer and notary have passed. */
    private long passed() {
        return Math.min(syncer.durable(), notary.position());
    }

    private void wakeNotary() {
        notary.wake();
    }

    /**
     * Ends appending, brings everything that was appended onto the disk and into the tree, signs it, and seals it.
     *
     * @throws IOException when that was not possible; the next opening recovers it
     */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        sealer.stopPreparing();
        endSegments();
        try (lock) {
            syncer.end();
            notary.end();
            sealer.end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the audit log was closed; the next start recovers it", e);
        }
        if (status.broken() != null || !status.trouble().isEmpty()) {
            throw new IOException("the audit log could not be closed whole: "
                    + (status.broken() == null ? status.trouble() : status.broken()) + "; the next start recovers it");
        }
    }

    private void endSegments() {
        try {
            for (@Nullable Segment segment = current.get(); segment != null; segment = segment.next()) {
                segment.end();
            }
        } catch (RuntimeException | InternalError e) {
            status.breakFor("the log could not be ended: " + e.getMessage());
        }
    }
}
