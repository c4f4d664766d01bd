package dev.phigate.balancer.audit;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Records that are written together: one system call for all that ended in the same turn of an event loop. Each is held back
 * together with what follows from it, so the promise of {@link AuditLog#append} holds for each. Used by one thread.
 */
public final class Batch {
    private static final int ROOM = 32 * 1024;

    /** Told once whether a record is written, after the attempt. */
    @FunctionalInterface
    public interface Written {
        /**
         * What follows from the record.
         *
         * @param recorded whether the operating system has it; when not, nothing it is about may be answered
         */
        void told(boolean recorded);
    }

    private static final class Entry {
        private final Written then;
        private final int end;
        private boolean tried;
        private boolean recorded;

        Entry(Written then, int end) {
            this.then = then;
            this.end = end;
        }
    }

    private final SegmentedLog log;
    private final ByteBuffer lines = ByteBuffer.allocateDirect(ROOM);
    private final Deque<Entry> entries = new ArrayDeque<>();

    Batch(SegmentedLog log) {
        this.log = log;
    }

    /** Adds a record, and what is to be told once it is written or could not be. */
    public void add(AuditRecord any, Written then) {
        ByteBuffer line = RecordForm.of(any);
        if (line.remaining() > lines.remaining()) {
            store();
        }
        if (line.remaining() > lines.remaining()) {
            Entry alone = new Entry(then, 0);
            alone.tried = true;
            alone.recorded = log.append(any);
            entries.add(alone);
            return;
        }
        log.watcher().accept(any);
        lines.put(line);
        entries.add(new Entry(then, lines.position()));
    }

    /** Writes what was added and tells everybody; also those who add meanwhile. */
    public void write() {
        while (!entries.isEmpty()) {
            store();
            for (int i = entries.size(); i > 0; i--) {
                Entry entry = entries.remove();
                entry.then.told(entry.recorded);
            }
        }
    }

    private void store() {
        if (lines.position() == 0) {
            return;
        }
        int untried = 0;
        for (Entry entry : entries) {
            untried += entry.tried ? 0 : 1;
        }
        int written = log.append(lines.flip(), untried);
        for (Entry entry : entries) {
            if (!entry.tried) {
                entry.tried = true;
                entry.recorded = entry.end <= written;
            }
        }
        lines.clear();
    }
}
