package dev.phigate.audit.write;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes records durable in groups: everything that was appended while the disk was busy is forced at once. When the disk refuses
 * even once, the log is broken for good, because the kernel may have dropped what it could not write.
 */
final class Syncer implements Runnable {
    private static final int AHEAD = 256 << 10;

    private final Cursor cursor;
    private final Status status;
    private final long intervalNanos;
    private final Runnable onProgress;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean ending;
    private volatile boolean ended;
    private long forced;

    private record Waiting(long position, CompletableFuture<Void> done) {}

    /**
     * A syncer that does not run yet.
     *
     * @param interval how long records may wait for the disk; zero: as short as the disk allows
     * @param onProgress called after each group
     */
    Syncer(Segment first, Duration interval, Status status, Runnable onProgress) {
        this.cursor = new Cursor(first);
        this.status = status;
        this.intervalNanos = interval.toNanos();
        this.onProgress = onProgress;
        this.forced = cursor.at();
        this.thread = Thread.ofPlatform().name("audit-syncer").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Everything before this position is on the disk. */
    long durable() {
        return cursor.position();
    }

    /** Completes once everything before a position is on the disk, exceptionally when it never will be. Never blocks. */
    CompletionStage<Void> whenDurable(long position) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        waiting.add(new Waiting(position, done));
        LockSupport.unpark(thread);
        if (ended) {
            fail(status.broken());
        }
        return done;
    }

    /** Forces what is left of segments that are over, and ends. */
    void end() throws InterruptedException {
        ending = true;
        LockSupport.unpark(thread);
        thread.join();
    }

    @Override
    public void run() {
        while (true) {
            boolean last = ending;
            long begun = System.nanoTime();
            try {
                collect();
            } catch (RuntimeException | InternalError e) {
                status.breakFor("the disk refused records of the log: " + e.getMessage());
            } catch (Error e) {
                status.breakFor("records of the log could not be brought to the disk: " + e);
            }
            answer();
            @Nullable String broken = status.broken();
            if (last || broken != null) {
                fail(broken);
                onProgress.run();
                if (last) {
                    ended = true;
                    fail(broken);
                    return;
                }
            }
            pause(begun);
        }
    }

    private void collect() {
        if (status.broken() != null) {
            return;
        }
        while (true) {
            switch (cursor.peek()) {
                case RECORD -> cursor.pass();
                case NOTHING -> {
                    if (force()) {
                        cursor.segment().touch(forced, AHEAD);
                    }
                    return;
                }
                case END -> {
                    var _ = force();
                    if (!cursor.turn()) {
                        return;
                    }
                    forced = cursor.at();
                    cursor.publish();
                }
            }
        }
    }

    /** Answers whether there was anything to force. */
    private boolean force() {
        if (cursor.at() <= forced) {
            return false;
        }
        cursor.segment().force(forced, cursor.at());
        forced = cursor.at();
        cursor.publish();
        onProgress.run();
        return true;
    }

    private void answer() {
        long durable = cursor.position();
        waiting.removeIf(one -> one.position() <= durable && one.done().complete(null));
    }

    private void fail(@Nullable String broken) {
        String reason = broken == null ? "the log was closed before" : broken;
        waiting.removeIf(one -> one.done().completeExceptionally(new IllegalStateException(reason)));
    }

    private void pause(long begun) {
        long rest = intervalNanos - (System.nanoTime() - begun);
        if (intervalNanos == 0) {
            if (waiting.isEmpty()) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        } else if (rest > 0 && !ending) {
            LockSupport.parkNanos(rest);
        }
    }
}
