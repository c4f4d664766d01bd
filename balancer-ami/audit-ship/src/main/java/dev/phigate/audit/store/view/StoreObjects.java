package dev.phigate.audit.store.view;

import dev.phigate.audit.ship.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a store as files: names are asked for a folder at a time and kept, contents are fetched into one temporary file, whose
 * owner alone may read it and which the next content replaces. So what a reader takes on this machine does not grow with the log.
 *
 * <p>A store that fails is told by {@link UncheckedIOException}: for {@link Files#exists} and for whoever looks for altered files, a checked
 * one would mean that something is not there. Any thread.
 */
final class StoreObjects implements AutoCloseable {
    private static final String FOLDER = "/";

    private final ObjectStore store;
    private final Map<String, Set<String>> folders = new HashMap<>();
    private final Map<String, Sealed> logs = new HashMap<>();
    private final Thread atExit = new Thread(this::forget, "audit-store-temporary-file");
    private @Nullable Path file;
    private String fetched = "";

    StoreObjects(ObjectStore store) {
        this.store = store;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** What a name stands for. */
    enum Kind {
        FILE,
        FOLDER,
        NOTHING
    }

    /** What an object's name stands for; the empty one for the whole bucket. */
    synchronized Kind kind(String name) {
        if (name.isEmpty()) {
            return Kind.FOLDER;
        }
        int slash = name.lastIndexOf('/');
        Set<String> beside = children(name.substring(0, Math.max(slash, 0)));
        String last = name.substring(slash + 1);
        return beside.contains(last) ? Kind.FILE : beside.contains(last + FOLDER) ? Kind.FOLDER : Kind.NOTHING;
    }

    /** What is directly in a folder: files by their names, folders with a slash behind. */
    synchronized Set<String> children(String folder) {
        @Nullable Set<String> known = folders.get(folder);
        if (known != null) {
            return known;
        }
        try {
            Set<String> names = listed(folder);
            folders.put(folder, names);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Set<String> listed(String folder) throws IOException {
        Set<String> names = new TreeSet<>(store.children(folder.isEmpty() ? "" : folder + FOLDER));
        if (names.contains(Sealed.SEGMENTS + FOLDER)) {
            Sealed log = Sealed.of(folder, store.children(folder + FOLDER + Sealed.SEGMENTS + FOLDER), store);
            logs.put(folder, log);
            names.addAll(log.instead(names));
        }
        names.removeAll(unsealed(folder, names));
        return names;
    }

    /** What belongs to a segment that is on its way is not shown: it is not there whole yet. */
    private List<String> unsealed(String folder, Set<String> names) {
        for (int slash = folder.lastIndexOf('/'); slash > 0; slash = folder.lastIndexOf('/', slash - 1)) {
            String log = folder.substring(0, slash);
            if (folder.startsWith(Sealed.SEGMENTS, slash + 1) || folder.startsWith(Sealed.TILES, slash + 1)) {
                children(log);
                @Nullable Sealed sealed = logs.get(log);
                if (sealed != null) {
                    String below = folder.substring(slash + 1);
                    return names.stream()
                            .filter(name -> !sealed.shows(below + FOLDER + name))
                            .toList();
                }
            }
        }
        return List.of();
    }

    /**
     * An object's content as a file of this machine, until the next one is asked for: who has opened it by then may read on.
     *
     * @throws NoSuchFileException when there is none
     */
    synchronized Path content(String name) throws IOException {
        Path known = file;
        if (known != null && fetched.equals(name)) {
            return known;
        }
        if (kind(name) != Kind.FILE) {
            throw new NoSuchFileException(name);
        }
        forget();
        try {
            Path fresh = Files.createTempFile("phigate-audit-", ".tmp");
            file = fresh;
            fetch(inStore(name), fresh);
            fetched = name;
            return fresh;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fetch(String name, Path to) throws IOException {
        try (OutputStream out = Files.newOutputStream(to, StandardOpenOption.TRUNCATE_EXISTING)) {
            if (!store.fetch(name, out)) {
                throw new IOException(name + ": it is listed and cannot be read");
            }
        }
    }

    private String inStore(String name) {
        int slash = name.lastIndexOf('/');
        @Nullable Sealed log = logs.get(name.substring(0, Math.max(slash, 0)));
        return log == null ? name : log.standIn(name);
    }

    /** Deletes the temporary file. */
    private synchronized void forget() {
        Path known = file;
        file = null;
        fetched = "";
        if (known != null) {
            try {
                Files.deleteIfExists(known);
            } catch (IOException e) {
                System.err.println("the temporary file " + known + " cannot be deleted: " + e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        forget();
        store.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is ending: there is nothing left to do for the hook.
            return;
        }
    }
}
