package dev.phigate.audit.store.view;

import dev.phigate.audit.tree.Tile;
import java.util.NavigableSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The order in which whoever goes over a whole log reads its objects: those of one kind one after the other, tiles by their index. It is a
 * guess about what is read next, and nothing depends on its being right but the time. One thread.
 */
final class Order {
    private static final String TILES = Sealed.TILES + "/";
    private static final String PARTIALS = ".p/";

    private final Function<String, NavigableSet<String>> children;

    /**
     * An order.
     *
     * @param children what is directly in a folder, folders with a slash behind
     */
    Order(Function<String, NavigableSet<String>> children) {
        this.children = children;
    }

    /** What an object has in common with those that are read before and after it. */
    static String run(String name) {
        @Nullable Tile tile = tile(name);
        return tile == null
                ? folder(name) + "*" + suffix(last(name))
                : log(name) + TILES + tile.level() + (tile.isFull() ? "" : PARTIALS);
    }

    /** Whether an object holds records: many megabytes of them. */
    static boolean isLarge(String name) {
        return suffix(last(name)).startsWith(".seg");
    }

    /** The object behind another one, or null when there is none or it cannot be told. */
    @Nullable
    String next(String name) {
        @Nullable Tile tile = tile(name);
        if (tile != null && tile.isFull()) {
            return ifThere(log(name) + new Tile(tile.level(), tile.index() + 1, Tile.FULL).path());
        }
        @Nullable String beside = behind(folder(name), last(name), suffix(last(name)));
        return beside != null || tile == null ? beside : nextPartial(folder(name));
    }

    private @Nullable String ifThere(String name) {
        return in(folder(name)).contains(last(name)) ? name : null;
    }

    private @Nullable String behind(String folder, String before, String suffix) {
        for (String name : in(folder).tailSet(before, false)) {
            if (suffix(name).equals(suffix)) {
                return folder + name;
            }
        }
        return null;
    }

    /** The first partial of the next tile that has one. */
    private @Nullable String nextPartial(String folder) {
        String tile = folder.substring(0, folder.length() - 1);
        @Nullable String next = behind(folder(tile), last(tile) + "/", PARTIALS);
        return next == null || in(next).isEmpty() ? null : next + in(next).first();
    }

    private NavigableSet<String> in(String folder) {
        return children.apply(folder.substring(0, Math.max(0, folder.length() - 1)));
    }

    private static @Nullable Tile tile(String name) {
        String log = log(name);
        return name.startsWith(TILES, log.length()) ? Tile.parse(name.substring(log.length() + TILES.length())) : null;
    }

    /** What is before the folder of tiles, with a slash at its end; empty where there is none. */
    private static String log(String name) {
        return name.substring(0, name.lastIndexOf("/" + TILES) + 1);
    }

    private static String folder(String name) {
        return name.substring(0, name.lastIndexOf('/') + 1);
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static String suffix(String last) {
        int dot = last.indexOf('.');
        return dot < 0 ? "" : last.substring(dot);
    }
}
