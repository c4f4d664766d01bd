package dev.phigate.audit.verify;

import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.TileTree;
import dev.phigate.audit.tree.Tiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Holds the tile files of a log against the tree of its records. */
final class TileCheck implements TileTree.Sink {
    private static final String ENTRIES = "entries";
    private static final int MOST_PROBLEMS = 10_000;

    private final Path folder;
    private final Tiles tiles;
    private final long signed;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, byte[]> last = new HashMap<>();
    private @Nullable Tile lastRead;
    private byte[] lastHashes = new byte[0];
    private long size;
    private long untold;

    TileCheck(Path folder, long signed) {
        this.folder = folder;
        this.tiles = new Tiles(folder);
        this.signed = signed;
    }

    @Override
    public void full(Tile tile, byte[] hashes) {
        Path file = tiles.path(tile);
        try {
            if (!Arrays.equals(Files.readAllBytes(file), hashes)) {
                problem(tile.path() + ": it is not the tile of the records");
            }
        } catch (NoSuchFileException e) {
            if (Tile.width(tile.level(), tile.index(), signed) == Tile.FULL) {
                problem(tile.path() + ": it is missing");
            }
        } catch (IOException e) {
            problem(tile.path() + ": it cannot be read: " + e.getMessage());
        }
    }

    /**
     * Looks at every file there is, once the tree has grown to its end.
     *
     * @param live whether somebody writes meanwhile, so that there may be more tiles than records were read
     */
    List<String> finish(TileTree tree, boolean live) throws IOException {
        size = tree.size();
        tree.partials((tile, hashes) -> last.put(tile.full().path(), hashes));
        requirePartials();
        Path root = folder.resolve("tile");
        if (Files.isDirectory(root)) {
            lookInto(root, root, live);
        }
        if (untold > 0) {
            problems.add("and " + untold + " more tiles are damaged or missing");
        }
        return problems;
    }

    /** Looks into one folder after the other: each has at most some thousand names, all of them together many. */
    private void lookInto(Path root, Path part, boolean live) throws IOException {
        List<Path> files = new ArrayList<>();
        try (var all = Files.newDirectoryStream(part)) {
            all.forEach(files::add);
        } catch (NoSuchFileException e) {
            // The partial tiles of one that became full meanwhile.
            return;
        }
        for (Path file : files.stream().sorted().toList()) {
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                lookInto(root, file, live);
            } else if (Files.isRegularFile(file)) {
                look(root.relativize(file), file, live);
            }
        }
    }

    private void problem(String message) {
        if (problems.size() < MOST_PROBLEMS) {
            problems.add(message);
        } else {
            untold++;
        }
    }

    private void requirePartials() {
        for (int level = 0; Tile.hashes(level, signed) > 0; level++) {
            long index = Tile.hashes(level, signed) / Tile.FULL;
            int width = Tile.width(level, index, signed);
            Tile tile = new Tile(level, index, width);
            if (width > 0 && !Files.exists(tiles.path(tile)) && !Files.exists(tiles.path(tile.full()))) {
                problem(tile.path() + ": it is missing");
            }
        }
    }

    private void look(Path name, Path file, boolean live) throws IOException {
        if (name.startsWith(ENTRIES) || name.toString().endsWith(".tmp")) {
            return;
        }
        @Nullable Tile tile = Tile.parse(name.toString());
        if (tile == null) {
            problem("tile/" + name + ": no tile has this name");
        } else if (Tile.width(tile.level(), tile.index(), size) < tile.width()) {
            if (!live) {
                problem(tile.path() + ": it holds more than the records that are there");
            }
        } else if (!tile.isFull()) {
            partial(tile, file);
        }
    }

    /** Partials of one tile are looked at one after the other: it is read once for all of them. */
    private byte[] read(Tile full) throws IOException {
        if (!full.equals(lastRead)) {
            lastHashes = tiles.read(full);
            lastRead = full;
        }
        return lastHashes;
    }

    private void partial(Tile tile, Path file) throws IOException {
        try {
            byte[] there = Files.readAllBytes(file);
            byte @Nullable [] whole = last.get(tile.full().path());
            byte[] expected = whole == null ? read(tile.full()) : whole;
            if (there.length != tile.bytes() || !Arrays.equals(there, 0, there.length, expected, 0, there.length)) {
                problem(tile.path() + ": it is not the tile of the records");
            }
        } catch (NoSuchFileException e) {
            // Partial tiles go once the full one is there; a full one that is missing has been told of.
            return;
        }
    }
}
