package dev.phigate.audit.store.view;

import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.tree.Tile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a shipped log is as far as it is sealed. Segments behind the newest seal are on their way, and tiles may have grown for them. In a
 * store that keeps first versions the newest seal stands for the checkpoint, and the longest list of keys for {@code keys}.
 */
final class Sealed {
    static final String SEGMENTS = "segments";
    static final String TILES = "tile";

    private static final String NOTE = ".note";
    private static final String CHECKPOINT = "checkpoint";
    private static final String KEYS = "keys";

    private final String folder;
    private final String newest;
    private final long size;
    private final ObjectStore store;
    private final Map<String, String> standIns = new TreeMap<>();

    private Sealed(String folder, String newest, long size, ObjectStore store) {
        this.folder = folder;
        this.newest = newest;
        this.size = size;
        this.store = store;
    }

    /**
     * Looks at a log.
     *
     * @param folder its name
     * @param segments what is in its folder of segments
     */
    static Sealed of(String folder, Collection<String> segments, ObjectStore store) throws IOException {
        String newest = segments.stream()
                .filter(name -> name.endsWith(NOTE))
                .max(String::compareTo)
                .map(name -> name.substring(0, name.length() - NOTE.length()))
                .orElse("");
        long size = 0;
        if (!newest.isEmpty()) {
            String note = folder + "/" + SEGMENTS + "/" + newest + NOTE;
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            if (!store.fetch(note, content)) {
                throw new IOException(note + ": it is listed and cannot be read");
            }
            size = size(content.toString(StandardCharsets.UTF_8), note);
        }
        return new Sealed(folder, newest, size, store);
    }

    private static long size(String note, String name) throws IOException {
        try {
            return Long.parseLong(note.lines().skip(1).findFirst().orElse(""));
        } catch (NumberFormatException e) {
            throw new IOException(name + ": it is no checkpoint (expected: its size in the second line)", e);
        }
    }

    /** The names that other objects stand in for, among those that are there. */
    List<String> instead(Set<String> names) throws IOException {
        if (!names.contains(CHECKPOINT) && !newest.isEmpty()) {
            standIns.put(CHECKPOINT, SEGMENTS + "/" + newest + NOTE);
        }
        if (!names.contains(KEYS)) {
            @Nullable String longest = null;
            int most = -1;
            for (String name : names) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                // Keys are added and never removed.
                if (name.startsWith(KEYS + "-") && store.fetch(folder + "/" + name, content) && content.size() > most) {
                    most = content.size();
                    longest = name;
                }
            }
            if (longest != null) {
                standIns.put(KEYS, longest);
            }
        }
        return List.copyOf(standIns.keySet());
    }

    /** Whether a name below the log belongs to what is sealed. */
    boolean shows(String name) {
        if (name.startsWith(SEGMENTS + "/")) {
            String segment = name.substring(SEGMENTS.length() + 1);
            int dot = segment.indexOf('.');
            return dot < 0 || segment.substring(0, dot).compareTo(newest) <= 0;
        }
        @Nullable Tile tile = name.startsWith(TILES + "/") ? Tile.parse(name.substring(TILES.length() + 1)) : null;
        return tile == null || Tile.width(tile.level(), tile.index(), size) >= tile.width();
    }

    /** The object that stands for a name; itself mostly. */
    String standIn(String name) {
        String other = standIns.get(name.substring(name.lastIndexOf('/') + 1));
        return other == null ? name : folder + "/" + other;
    }
}
