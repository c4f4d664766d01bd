package dev.phigate.audit.write;

import dev.phigate.audit.segment.Breather;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentHeader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one prepared segment ahead of the one that is written to, and seals those that are over. Tries again what fails, for want of
 * memory too: files are written by way of direct memory, which is shared with the connections and may be there again soon.
 */
final class Sealer implements Runnable {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int MOST_WAITING = 16;

    private final LogFolder folder;
    private final Status status;
    private final Supplier<Segment> current;
    private final LongSupplier passed;
    private final int capacity;
    private final Duration maximumAge;
    private final Spooling spool;
    private final Queue<Over> handed = new ConcurrentLinkedQueue<>();
    private final Deque<Over> waiting = new ArrayDeque<>();
    private final Deque<Segment> sealed = new ArrayDeque<>();
    private final Breather breather = new Breather();
    private final Thread thread;
    private volatile boolean finish;
    private Segment newest;
    private boolean ending;

    private record Over(Segment segment, Seal seal) {}

    /**
     * A sealer that does not run yet.
     *
     * @param first the segment that is written to first
     * @param current tells which one is written to now
     * @param passed tells the position that every thread behind the writers has passed
     * @param spool tells whether no more may wait for the store
     */
    Sealer(
            LogFolder folder,
            Segment first,
            Supplier<Segment> current,
            LongSupplier passed,
            LogSettings settings,
            Spooling spool,
            Status status) {
        this.folder = folder;
        this.newest = first;
        this.current = current;
        this.passed = passed;
        this.capacity = settings.segmentBytes();
        this.maximumAge = settings.segmentAge();
        this.status = status;
        this.spool = spool;
        this.thread = Thread.ofPlatform().name("audit-sealer").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    void seal(Segment segment, Seal seal) {
        handed.add(new Over(segment, seal));
        wake();
    }

    /** Ends the preparing; afterwards the chain of segments does not grow. */
    synchronized void stopPreparing() {
        ending = true;
    }

    /** Seals what is handed over, once, and ends. The notary must have ended before. */
    void end() throws InterruptedException {
        stopPreparing();
        finish = true;
        wake();
        thread.join();
    }

    @Override
    public void run() {
        boolean last = false;
        while (!last) {
            last = finish;
            boolean failed;
            try {
                endOld();
                failed = !prepared();
                failed |= !sealed();
                unmap(last);
            } catch (RuntimeException | Error e) {
                status.breakFor("the sealing of segments failed: " + e);
                failed = true;
            }
            if (!last) {
                LockSupport.parkNanos(failed ? RETRY_NANOS : TICK_NANOS);
            }
        }
    }

    /** A segment ends after a time, so that what is in it is sealed and can be shipped. */
    private void endOld() {
        Segment segment = current.get();
        boolean used = segment.position() > segment.header.base() + SegmentHeader.BYTES;
        if (used && segment.ageNanos() > maximumAge.toNanos() && segment.next() != null && !segment.isOver()) {
            segment.end();
        }
    }

    private synchronized boolean prepared() {
        // Segments that cannot be sealed must not pile up: then appending ends when the prepared one is full.
        if (ending || current.get() != newest || waiting.size() > MOST_WAITING) {
            return true;
        }
        if (!room()) {
            return false;
        }
        SegmentHeader before = newest.header;
        SegmentHeader header = new SegmentHeader(
                before.number() + 1,
                before.base() + before.capacity(),
                capacity,
                TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()));
        try {
            Segment next = Segment.prepare(folder, header, this::breathe);
            newest.follow(next);
            newest = next;
            status.fine(Status.Part.NEXT_SEGMENT);
            return true;
        } catch (IOException | OutOfMemoryError e) {
            status.trouble(
                    Status.Part.NEXT_SEGMENT,
                    "no next segment (" + e + "): records are refused once the current one is full");
            return false;
        }
    }

    /** Where appending comes close to needing the next segment, there is no time to rest. */
    private void breathe() {
        Segment segment = current.get();
        if (segment.position() - segment.header.base() < segment.header.capacity() / 2) {
            breather.breathe();
        }
    }

    /** A segment is not begun when too much waits for the store: appending ends where the store must not fall behind any more. */
    private boolean room() {
        try {
            if (!spool.full()) {
                status.fine(Status.Part.SPOOL);
                return true;
            }
            status.trouble(
                    Status.Part.SPOOL,
                    "the spool is full: the store has not taken the segments that wait for it (audit.ship.spool)");
        } catch (IOException | OutOfMemoryError e) {
            status.trouble(Status.Part.SPOOL, "the spool cannot be measured: " + e);
        }
        return false;
    }

    private boolean sealed() {
        handed.removeIf(waiting::add);
        for (@Nullable Over next = waiting.peek(); next != null; next = waiting.peek()) {
            try {
                next.seal().write(folder);
            } catch (IOException | OutOfMemoryError e) {
                status.trouble(Status.Part.SEAL, "segment " + next.seal().number() + " cannot be sealed: " + e);
                return false;
            }
            sealed.add(next.segment());
            waiting.remove();
            prepared();
        }
        status.fine(Status.Part.SEAL);
        return true;
    }

    /** Unmaps what is sealed and left behind by everybody: whoever touched it afterwards would break the log. */
    private void unmap(boolean last) {
        long behind = passed.getAsLong();
        for (@Nullable Segment next = sealed.peek();
                next != null && (last || next.header.base() + next.header.capacity() <= behind);
                next = sealed.peek()) {
            next.unmap();
            sealed.remove();
        }
    }
}
