package dev.phigate.audit.store.view;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The temporary files that hold fetched objects. Their owner alone may read them, and they go at the latest with the process; one that is
 * killed (SIGKILL) leaves them. Any thread.
 */
final class Fetched implements AutoCloseable {
    private final Path folder;
    private final Set<Path> files = ConcurrentHashMap.newKeySet();
    private final Thread atExit = new Thread(this::end, "audit-store-temporary-files");
    private volatile boolean ended;

    /**
     * None yet.
     *
     * @param folder where they are made
     */
    Fetched(Path folder) {
        this.folder = folder;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Makes an empty one.
     *
     * @throws IOException when there is no room for it, or this has ended
     */
    Path make() throws IOException {
        Path file = Files.createTempFile(folder, "phigate-audit-", ".tmp");
        files.add(file);
        if (ended) {
            delete(file);
            throw new IOException("the store is closed");
        }
        return file;
    }

    /** Deletes one; whoever has opened it may read on. */
    void delete(Path file) {
        files.remove(file);
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            System.err.println("the temporary file " + file + " cannot be deleted: " + e.getMessage());
        }
    }

    private void end() {
        ended = true;
        files.forEach(this::delete);
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending: there is nothing left to do for the hook.
            return;
        }
    }
}
