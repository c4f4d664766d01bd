package dev.phigate.audit.index;

import dev.phigate.audit.segment.LogFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Makes the indexes of segments that were sealed, behind everything else: a search without them is slow and not wrong. */
public final class Indexer implements Runnable {
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LogFolder folder;
    private final Thread thread;
    private volatile boolean ending;
    private long done = -1;

    /** An indexer of one log that does not run yet. */
    public Indexer(LogFolder folder) {
        this.folder = folder;
        this.thread = Thread.ofPlatform().name("audit-index").daemon().unstarted(this);
    }

    /** Begins to work in the background. */
    public void start() {
        thread.start();
    }

    /** Ends it, after the index it is at. */
    public void stop() {
        ending = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        while (!ending) {
            try {
                catchUp();
            } catch (IOException | RuntimeException e) {
                // A full disk, or a segment that retention took meanwhile: the next round tries again.
                LockSupport.parkNanos(TICK_NANOS);
            }
            LockSupport.parkNanos(TICK_NANOS);
        }
    }

    /** Makes what is missing. */
    public void catchUp() throws IOException {
        for (long number : folder.numbers()) {
            if (number > done && !ending && Files.exists(folder.note(number))) {
                Path file = folder.index(number);
                if (!Files.exists(file)) {
                    Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
                    Files.write(fresh, SegmentIndex.make(folder, number));
                    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
                }
                done = number;
            }
        }
    }
}
