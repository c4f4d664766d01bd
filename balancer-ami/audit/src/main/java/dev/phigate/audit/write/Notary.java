package dev.phigate.audit.write;

import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.TileTree;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what is durable into the tree, writes the tiles, and signs checkpoints. When tiles or checkpoints cannot be written it
 * tries again until they can; meanwhile it falls behind, and once it is further behind than allowed, appending is refused. It does not wait
 * for a signature but at the end of a segment, which is sealed by one.
 */
final class Notary implements Runnable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long TILE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Cursor cursor;
    private final Syncer syncer;
    private final Publisher publisher;
    private final TileTree tree;
    private final Sealer sealer;
    private final Status status;
    private final Signing signing;
    private final long checkpointNanos;
    private final Thread thread;
    private final byte[] record = new byte[AuditRecord.MOST_BYTES];
    private volatile boolean ending;
    private volatile SignedCheckpoint newest;
    private volatile long records;
    private long segmentFirst;
    private @Nullable Segment sealedAlready;
    private long published = System.nanoTime();

    /**
     * A notary that does not run yet.
     *
     * @param tree the tree of everything before the first segment, and the checkpoint over it
     * @param every how often a growing log is signed
     */
    Notary(Segment first, Tree tree, Syncer syncer, Sealer sealer, Status status, Duration every) {
        this.cursor = new Cursor(first);
        this.tree = tree.tree();
        this.publisher = tree.publisher();
        this.newest = tree.newest();
        this.syncer = syncer;
        this.sealer = sealer;
        this.status = status;
        this.signing = new Signing(status, this::wake);
        this.checkpointNanos = every.toNanos();
        this.segmentFirst = this.tree.size();
        this.records = this.tree.size();
        this.thread = Thread.ofPlatform().name("audit-notary").daemon().unstarted(this);
    }

    /** What a log's tree is at some moment, and what writes it. */
    record Tree(TileTree tree, Publisher publisher, SignedCheckpoint newest) {}

    void start() {
        thread.start();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    /** Up to here everything is in the tree, as a position in the log. */
    long position() {
        return cursor.position();
    }

    /** How many records are in the tree. */
    long records() {
        return records;
    }

    SignedCheckpoint newest() {
        return newest;
    }

    /** Brings in everything that is durable, seals what is over, and ends. The syncer must have ended before. */
    void end() throws InterruptedException {
        ending = true;
        wake();
        thread.join();
    }

    @Override
    public void run() {
        boolean finished = false;
        boolean hurried = false;
        while (!finished) {
            boolean last = ending;
            if (last && !hurried) {
                // Closing is the last attempt: it does not wait until the next is due.
                signing.hurry();
                hurried = true;
            }
            try {
                settle();
                boolean more = bringIn();
                if (unsigned() && (last || overdue())) {
                    sign();
                }
                status.fine(Status.Part.TREE);
                finished = last && (signing.failed() || (!more && !unsigned()));
            } catch (IOException | OutOfMemoryError e) {
                // Files are written by way of direct memory, which is shared with the connections and may be there
                // again soon.
                status.trouble(Status.Part.TREE, "the tree cannot be written: " + e);
                finished = last;
                LockSupport.parkNanos(RETRY_NANOS);
            } catch (RuntimeException | Error e) {
                // An InternalError: the disk took the mapped pages away (SIGBUS).
                status.breakFor("the tree failed: " + e);
                finished = true;
            }
            if (!ending || signing.waits()) {
                LockSupport.parkNanos(TICK_NANOS);
            }
        }
    }

    /** Hashes what is durable, and answers whether there is more already. */
    private boolean bringIn() throws IOException {
        publisher.writePending();
        long durable = syncer.durable();
        Cursor.Step step = cursor.peek();
        while (step == Cursor.Step.END || cursor.segment().header.base() + cursor.at() < durable) {
            if (step == Cursor.Step.END) {
                if (!turn(durable)) {
                    break;
                }
            } else {
                take();
            }
            step = cursor.peek();
        }
        // What is handed over to be sealed may be unmapped at any time.
        if (cursor.segment() != sealedAlready) {
            cursor.segment().release(cursor.at());
        }
        cursor.publish();
        records = tree.size();
        return syncer.durable() > durable;
    }

    private void take() throws IOException {
        Segment segment = cursor.segment();
        int length = segment.lengthAt(cursor.at());
        segment.copy(cursor.at(), length, record);
        try {
            tree.append(record, 0, length);
        } catch (OutOfMemoryError e) {
            // It may be in the tree in part: a second attempt would make another tree of the log.
            throw new IllegalStateException("a record could not be hashed", e);
        }
        cursor.pass();
        if (publisher.hasPending()) {
            cursor.publish();
            publisher.writePending();
            if (due()) {
                sign();
            }
        }
    }

    /** Goes over the end of a segment, once it is durable up to there. */
    private boolean turn(long durable) throws IOException {
        Segment over = cursor.segment();
        long used = cursor.at();
        if (over.header.base() + used > durable || sealedAlready == over) {
            return sealedAlready == over && cursor.turn();
        }
        if (unsigned()) {
            sign();
        }
        if (unsigned()) {
            return false;
        }
        sealer.seal(over, new Seal(over.header.number(), used, segmentFirst, newest));
        segmentFirst = tree.size();
        sealedAlready = over;
        return cursor.turn();
    }

    private boolean unsigned() {
        return tree.size() > newest.checkpoint().size();
    }

    /** Has the tree as it is signed, at once where the key is at hand. */
    private void sign() throws IOException {
        if (signing.mayAsk()) {
            signing.ask(publisher.begin(tree));
        }
        settle();
    }

    /** Publishes what was signed meanwhile. */
    private void settle() throws IOException {
        @Nullable SignedCheckpoint signed = signing.answer();
        if (signed != null) {
            publisher.publish(signed);
            signing.settled();
            newest = signed;
            published = System.nanoTime();
        }
    }

    private boolean due() {
        return System.nanoTime() - published >= checkpointNanos;
    }

    /**
     * A log that grows by tiles is signed where one is full, for the partial tiles of a checkpoint are files that are deleted soon, and some file
     * systems (ext4) search longer for a new file the more were deleted lately.
     */
    private boolean overdue() {
        boolean grows = tree.size() - newest.checkpoint().size() >= Tile.FULL;
        return System.nanoTime() - published >= checkpointNanos + (grows ? TILE_NANOS : 0);
    }
}
