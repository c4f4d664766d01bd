package dev.phigate.audit.ship;

import dev.phigate.audit.segment.LogFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.TimeUnit;

/** What waits for the store: segments that are not in it yet. Looked at anew once a second. One thread. */
public final class Spool {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LogFolder folder;
    private final long most;
    private boolean full;
    private long looked;
    private boolean known;

    /**
     * The spool of a log.
     *
     * @param most bytes that may wait; 0 for any number
     */
    public Spool(LogFolder folder, long most) {
        this.folder = folder;
        this.most = most;
    }

    /** Whether no more may wait. */
    public boolean full() throws IOException {
        long now = System.nanoTime();
        if (most > 0 && (!known || now - looked > FRESH_NANOS)) {
            known = true;
            looked = now;
            full = waiting(folder, ShippingState.read(folder)) >= most;
        }
        return full;
    }

    /** How many bytes of segments are not in the store. */
    public static long waiting(LogFolder folder, ShippingState state) throws IOException {
        long bytes = 0;
        for (long number : folder.numbers()) {
            if (number > state.segment()) {
                try {
                    bytes += Files.size(folder.segment(number));
                } catch (NoSuchFileException e) {
                    // It went meanwhile.
                }
            }
        }
        return bytes;
    }
}
