package dev.phigate.audit.store.view;

import dev.phigate.audit.ship.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a store as files: names are asked for a folder at a time and kept, contents are fetched into temporary files, whose owner
 * alone may read them: the one that was asked for last, and the few that {@link ReadAhead} expects next. So what a reader takes on this
 * machine does not grow with the log.
 *
 * <p>A store that fails is told by {@link UncheckedIOException}: for {@link Files#exists} and for whoever looks for altered files, a checked
 * one would mean that something is not there. Any thread.
 */
final class StoreObjects implements AutoCloseable {
    private static final String FOLDER = "/";
    private static final Pattern PARTIALS = Pattern.compile("(.*/)?tile/[0-7]/(x\\d{3}/)*\\d{3}\\.p");
    private static final int PARTIAL_NAME = "000.p".length();
    private static final NavigableSet<String> UNKNOWN = Collections.emptyNavigableSet();

    private final ObjectStore store;
    private final Map<String, NavigableSet<String>> folders = new ConcurrentHashMap<>();
    private final Map<String, Sealed> logs = new ConcurrentHashMap<>();
    private final Fetched files;
    private final ReadAhead ahead;
    private @Nullable Path file;
    private String fetched = "";

    /**
     * What is in a store.
     *
     * @param temporary where contents lie while they are read
     */
    StoreObjects(ObjectStore store, Path temporary) {
        this.store = store;
        this.files = new Fetched(temporary);
        this.ahead = new ReadAhead(new Order(this::childrenIfKnown), files, this::fetch);
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
    synchronized NavigableSet<String> children(String folder) {
        @Nullable NavigableSet<String> known = folders.get(folder);
        if (known != null) {
            return known;
        }
        try {
            NavigableSet<String> names = listed(folder);
            folders.put(folder, names);
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #children}, and nothing where a store fails that nobody has asked yet. */
    private NavigableSet<String> childrenIfKnown(String folder) {
        try {
            return children(folder);
        } catch (UncheckedIOException e) {
            return UNKNOWN;
        }
    }

    private NavigableSet<String> listed(String folder) throws IOException {
        if (PARTIALS.matcher(folder).matches()) {
            listPartials(folder.substring(0, folder.length() - PARTIAL_NAME + 1));
            return folders.getOrDefault(folder, UNKNOWN);
        }
        NavigableSet<String> names = new TreeSet<>(store.children(folder.isEmpty() ? "" : folder + FOLDER));
        if (names.contains(Sealed.SEGMENTS + FOLDER)) {
            Sealed log = Sealed.of(folder, store.children(folder + FOLDER + Sealed.SEGMENTS + FOLDER), store);
            names.addAll(log.instead(names));
            logs.put(folder, log);
        }
        names.removeAll(unsealed(folder, names));
        return names;
    }

    /** A tile has a folder of few partial ones: those of a hundred tiles, whose names begin alike, are asked for at once. */
    private void listPartials(String prefix) throws IOException {
        Map<String, NavigableSet<String>> found = new TreeMap<>();
        for (String name : store.list(prefix)) {
            int slash = name.lastIndexOf('/');
            String folder = name.substring(0, slash);
            if (PARTIALS.matcher(folder).matches()) {
                found.computeIfAbsent(folder, _ -> new TreeSet<>()).add(name.substring(slash + 1));
            }
        }
        found.forEach((folder, names) -> names.removeAll(unsealed(folder, names)));
        folders.putAll(found);
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
            Path content = ahead.content(name);
            file = content;
            fetched = name;
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void fetch(Path to, String shown) throws IOException {
        String name = inStore(shown);
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

    private void forget() {
        Path known = file;
        file = null;
        fetched = "";
        if (known != null) {
            files.delete(known);
        }
    }

    @Override
    public synchronized void close() {
        ahead.close();
        files.close();
        store.close();
    }
}
