package dev.phigate.audit.tree;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A run of up to 256 neighbouring hashes of one level of the tree (C2SP tlog-tiles): at level 0 leaves, above that roots of full
 * tiles of the level below.
 *
 * @param level 0 to 7 for every tree that fits into 63 bits
 * @param index which tile of its level
 * @param width how many hashes; 256 is full, fewer is partial
 */
public record Tile(int level, long index, int width) {
    private static final Pattern PATH = Pattern.compile("([0-7])/((?:x\\d{3}/)*)(\\d{3})(?:\\.p/([1-9]\\d{0,2}))?");

    /** Hashes in a full tile. */
    public static final int FULL = 256;

    /** The levels that a tree of 2^63 leaves has. */
    static final int LEVELS = 8;

    private static final int BITS = 8;
    private static final int LONGEST_PATH = 36;

    /** The path of the tile below the log's prefix. */
    public String path() {
        return "tile/" + level + "/" + indexPath();
    }

    /** Reads what {@link #path()} writes, without {@code tile/}; null when it is something else. */
    public static @Nullable Tile parse(String path) {
        Matcher matcher = PATH.matcher(path);
        if (!matcher.matches() || path.length() > LONGEST_PATH) {
            return null;
        }
        long index = Long.parseLong(matcher.group(2).replaceAll("[x/]", "") + matcher.group(3));
        @Nullable String width = matcher.group(4);
        Tile tile = new Tile(Integer.parseInt(matcher.group(1)), index, width == null ? FULL : Integer.parseInt(width));
        return tile.path().equals("tile/" + path) ? tile : null;
    }

    /** Bytes that it takes. */
    public int bytes() {
        return width * TreeHash.BYTES;
    }

    /** The path of the bundle of the records whose hashes a tile of level 0 holds. */
    public String entriesPath() {
        return "tile/entries/" + indexPath();
    }

    /** The same tile when it is full. */
    public Tile full() {
        return new Tile(level, index, FULL);
    }

    /** Whether it is full. */
    public boolean isFull() {
        return width == FULL;
    }

    /** How many hashes a level has in a tree of a size: the last tile holds what remains over full ones. */
    public static long hashes(int level, long treeSize) {
        return level >= LEVELS ? 0 : treeSize >>> (BITS * level);
    }

    /** How wide a tile is in a tree of a size; 0 when it is not there. */
    public static int width(int level, long index, long treeSize) {
        return Math.clamp(hashes(level, treeSize) - index * FULL, 0, FULL);
    }

    private String indexPath() {
        StringBuilder path = new StringBuilder(digits(index % 1000));
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            path.insert(0, "x" + digits(rest % 1000) + "/");
        }
        if (!isFull()) {
            path.append(".p/").append(width);
        }
        return path.toString();
    }

    private static String digits(long value) {
        return (value < 10 ? "00" : value < 100 ? "0" : "") + value;
    }
}
