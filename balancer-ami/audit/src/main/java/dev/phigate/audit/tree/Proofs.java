package dev.phigate.audit.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes the proofs of RFC 6962, sections 2.1.1 and 2.1.2, from tiles. One thread. */
public final class Proofs {
    private static final int TILE_BITS = 8;

    private final TreeHash hash = new TreeHash();
    private final Tiles tiles;
    private final long size;

    /**
     * Proofs about one tree.
     *
     * @param size the tree's size, for which there was a checkpoint
     */
    public Proofs(Tiles tiles, long size) {
        this.tiles = tiles;
        this.size = size;
    }

    /** The root of the tree. */
    public byte[] root() throws IOException {
        return size == 0 ? hash.empty() : range(0, size);
    }

    /**
     * The hashes that prove a record to be in the tree.
     *
     * @param index the record's, from 0
     */
    public List<byte[]> inclusion(long index) throws IOException {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("record " + index + " is not in a tree of " + size);
        }
        List<byte[]> path = new ArrayList<>();
        inclusion(index, 0, size, path);
        return path;
    }

    /**
     * The hashes that prove a smaller tree to be the beginning of this one.
     *
     * @param before the smaller tree's size, at least 1
     */
    public List<byte[]> consistency(long before) throws IOException {
        if (before < 1 || before > size) {
            throw new IllegalArgumentException("a tree of " + before + " does not begin a tree of " + size);
        }
        List<byte[]> path = new ArrayList<>();
        consistency(before, 0, size, true, path);
        return path;
    }

    private void inclusion(long index, long from, long to, List<byte[]> path) throws IOException {
        if (to - from == 1) {
            return;
        }
        long middle = from + split(to - from);
        if (index < middle) {
            inclusion(index, from, middle, path);
            path.add(range(middle, to));
        } else {
            inclusion(index, middle, to, path);
            path.add(range(from, middle));
        }
    }

    private void consistency(long before, long from, long to, boolean known, List<byte[]> path) throws IOException {
        if (before == to) {
            if (!known) {
                path.add(range(from, to));
            }
            return;
        }
        long middle = from + split(to - from);
        if (before <= middle) {
            consistency(before, from, middle, known, path);
            path.add(range(middle, to));
        } else {
            consistency(before, middle, to, false, path);
            path.add(range(from, middle));
        }
    }

    /** The hash over a range that starts where a subtree of its size may. */
    private byte[] range(long from, long to) throws IOException {
        long count = to - from;
        if (Long.bitCount(count) != 1) {
            long middle = from + split(count);
            byte[] left = range(from, middle);
            byte[] right = range(middle, to);
            hash.node(left, 0, right, 0, left, 0);
            return left;
        }
        int height = Long.numberOfTrailingZeros(count);
        int level = Math.min(height / TILE_BITS, Tile.LEVELS - 1);
        long first = from >>> (TILE_BITS * level);
        int wide = 1 << (height - TILE_BITS * level);
        long index = first / Tile.FULL;
        byte[] hashes = tiles.read(new Tile(level, index, Tile.width(level, index, size)));
        return hash.subtree(hashes, (int) (first % Tile.FULL), wide);
    }

    /** The largest power of two below a number of at least 2. */
    private static long split(long count) {
        return Long.highestOneBit(count - 1);
    }

    /** Whether a proof of {@link #inclusion} leads from a leaf to a root. */
    public static boolean includes(byte[] leaf, long index, long size, List<byte[]> proof, byte[] root) {
        if (index < 0 || index >= size) {
            return false;
        }
        TreeHash hash = new TreeHash();
        byte[] node = leaf.clone();
        long place = index;
        long last = size - 1;
        for (byte[] step : proof) {
            if (last == 0) {
                return false;
            }
            if ((place & 1) == 1 || place == last) {
                hash.node(step, 0, node, 0, node, 0);
                while ((place & 1) == 0 && place != 0) {
                    place >>= 1;
                    last >>= 1;
                }
            } else {
                hash.node(node, 0, step, 0, node, 0);
            }
            place >>= 1;
            last >>= 1;
        }
        return last == 0 && Arrays.equals(node, root);
    }
}
