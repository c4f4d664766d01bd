package dev.phigate.audit.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tree of a log while it grows: holds the last tile of each level and hands every tile that becomes full to a {@link Sink}.
 * Memory does not depend on the size of the tree. One thread.
 */
public final class TileTree {
    private static final int BYTES = TreeHash.BYTES;

    private final TreeHash hash = new TreeHash();
    private final List<byte[]> last = new ArrayList<>();
    private final Sink sink;
    private long size;

    /** Where full tiles go. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes a full tile.
         *
         * @param hashes its 256 hashes, the sink's own
         */
        void full(Tile tile, byte[] hashes);
    }

    /** A tree without leaves. */
    public TileTree(Sink sink) {
        this.sink = sink;
        for (int level = 0; level < Tile.LEVELS; level++) {
            last.add(new byte[Tile.FULL * BYTES]);
        }
    }

    /**
     * The tree of a size that tiles hold.
     *
     * @throws IOException when a tile is missing or cannot be read
     */
    public static TileTree load(Tiles tiles, long size, Sink sink) throws IOException {
        TileTree tree = new TileTree(sink);
        for (int level = 0; level < Tile.LEVELS; level++) {
            long hashes = Tile.hashes(level, size);
            int width = (int) (hashes % Tile.FULL);
            if (width > 0) {
                byte[] read = tiles.read(new Tile(level, hashes / Tile.FULL, width));
                System.arraycopy(read, 0, tree.last.get(level), 0, width * BYTES);
            }
        }
        tree.size = size;
        return tree;
    }

    /** How many leaves it has. */
    public long size() {
        return size;
    }

    /** Appends the leaf of a record. */
    public void append(byte[] record, int from, int length) {
        hash.leaf(record, from, length, last.getFirst(), width(0) * BYTES);
        grown();
    }

    /** Appends a leaf whose hash is known. */
    public void appendHash(byte[] hashes, int at) {
        System.arraycopy(hashes, at, last.getFirst(), width(0) * BYTES, BYTES);
        grown();
    }

    private void grown() {
        size++;
        for (int level = 0; level + 1 < Tile.LEVELS && width(level) == 0; level++) {
            long index = Tile.hashes(level, size) / Tile.FULL - 1;
            byte[] full = last.get(level);
            byte[] root = hash.subtree(full, 0, Tile.FULL);
            sink.full(new Tile(level, index, Tile.FULL), full.clone());
            int above = (int) ((Tile.hashes(level + 1, size) - 1) % Tile.FULL);
            System.arraycopy(root, 0, last.get(level + 1), above * BYTES, BYTES);
        }
    }

    /** The hash of the leaf that was appended last, valid until the next one is. */
    public void copyLast(byte[] to, int at) {
        int place = (int) ((size - 1) % Tile.FULL);
        System.arraycopy(last.getFirst(), place * BYTES, to, at, BYTES);
    }

    /** The root, which stands for every leaf. */
    public byte[] root() {
        byte[] root = null;
        for (int level = 0; level < Tile.LEVELS; level++) {
            int width = width(level);
            for (int bit = 1; bit <= width; bit *= 2) {
                if ((width & bit) != 0) {
                    byte[] left = hash.subtree(last.get(level), width & -(bit * 2), bit);
                    if (root != null) {
                        hash.node(left, 0, root, 0, left, 0);
                    }
                    root = left;
                }
            }
        }
        return root == null ? hash.empty() : root;
    }

    /** Hands the partial tiles of the tree as it is now to a sink. */
    public void partials(Sink to) {
        for (int level = 0; level < Tile.LEVELS; level++) {
            int width = width(level);
            if (width > 0) {
                Tile tile = new Tile(level, Tile.hashes(level, size) / Tile.FULL, width);
                to.full(tile, Arrays.copyOf(last.get(level), width * BYTES));
            }
        }
    }

    private int width(int level) {
        return (int) (Tile.hashes(level, size) % Tile.FULL);
    }
}
