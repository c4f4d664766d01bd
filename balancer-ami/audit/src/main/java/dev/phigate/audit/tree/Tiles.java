package dev.phigate.audit.tree;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;

/** The tiles of a log as files under its folder, in the layout of C2SP tlog-tiles. Any thread. */
public final class Tiles {
    private final Path folder;

    /**
     * The tiles under a folder.
     *
     * @param folder the log's folder, in which {@code tile/} is
     */
    public Tiles(Path folder) {
        this.folder = folder;
    }

    /** Where a tile is. */
    public Path path(Tile tile) {
        return folder.resolve(tile.path());
    }

    /**
     * Writes a tile, whole or not at all. It survives the end of the process at once, and the end of the machine after
     * {@link #force}.
     */
    public void write(Tile tile, byte[] hashes) throws IOException {
        Path path = path(tile);
        Path fresh = path.resolveSibling(path.getFileName() + ".tmp");
        try {
            Files.write(fresh, hashes);
        } catch (NoSuchFileException e) {
            Files.createDirectories(path.getParent());
            Files.write(fresh, hashes);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads the hashes of a tile; a partial one from the full one, once that is there.
     *
     * @throws IOException when neither is there, or has another length than it must
     */
    public byte[] read(Tile tile) throws IOException {
        Path full = path(tile.full());
        if (Files.exists(full)) {
            return Arrays.copyOf(sized(full, Tile.FULL), tile.width() * TreeHash.BYTES);
        }
        return sized(path(tile), tile.width());
    }

    /** Makes a tile survive the end of the machine; one that is not there needs nothing. */
    public void force(Tile tile) throws IOException {
        try (FileChannel channel = FileChannel.open(path(tile), StandardOpenOption.READ)) {
            channel.force(true);
        } catch (NoSuchFileException e) {
            return;
        }
    }

    /** Deletes the partial tiles of a full one: C2SP lets them go once the full one is there. */
    public void deletePartials(Tile full) throws IOException {
        Path path = path(full);
        Path partials = path.resolveSibling(path.getFileName() + ".p");
        if (!Files.isDirectory(partials)) {
            return;
        }
        try (var files = Files.newDirectoryStream(partials)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(partials);
    }

    /**
     * Deletes the partial tiles of a tree that grew, but those of some of its sizes. What was written and not forced is anything after the end
     * of the machine, and nobody needs it once the tree is published at another size.
     *
     * @param from a size up to which every tile is as it must be
     * @param sizes the sizes whose tiles stay; the last is the tree's own
     */
    public void dropPartials(long from, SortedSet<Long> sizes) throws IOException {
        for (int level = 0; level < Tile.LEVELS; level++) {
            long last = Tile.hashes(level, sizes.last()) / Tile.FULL;
            for (long index = Tile.hashes(level, from) / Tile.FULL; index <= last; index++) {
                dropPartials(level, index, from, sizes);
            }
        }
    }

    private void dropPartials(int level, long index, long from, SortedSet<Long> sizes) throws IOException {
        Path full = path(new Tile(level, index, Tile.FULL));
        Path partials = full.resolveSibling(full.getFileName() + ".p");
        if (!Files.isDirectory(partials)) {
            return;
        }
        Set<Integer> kept = new HashSet<>();
        sizes.forEach(size -> kept.add(Tile.width(level, index, size)));
        int before = Tile.width(level, index, from);
        try (var files = Files.newDirectoryStream(partials, "[0-9]*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                int width = name.matches("\\d{1,3}") ? Integer.parseInt(name) : 0;
                if (width > before && !kept.contains(width)) {
                    Files.delete(file);
                }
            }
        }
        try (FileChannel channel = FileChannel.open(partials, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static byte[] sized(Path path, int width) throws IOException {
        byte[] hashes = Files.readAllBytes(path);
        if (hashes.length != width * TreeHash.BYTES) {
            throw new IOException(path + ": " + hashes.length + " bytes (expected: " + width * TreeHash.BYTES
                    + " bytes, " + width + " hashes)");
        }
        return hashes;
    }
}
