package dev.phigate.audit.verify;

import dev.phigate.audit.note.Checkpoint;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.Tiles;
import dev.phigate.audit.tree.TreeHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tiles say the records' hashes were, as far as that leads to a signed root. Anybody may have changed the tiles as well;
 * what is answered here is only what the signature covers.
 */
final class Witness {
    private static final int BYTES = TreeHash.BYTES;
    private static final int FULL = Tile.FULL;

    private final TreeHash hash = new TreeHash();
    private final Tiles tiles;
    private final long size;
    private final long from;
    private final Leaves found;
    private byte[] roots = new byte[0];
    private byte[] rest = new byte[0];

    /**
     * What stands beside the records of a log.
     *
     * @param size the tree's size
     * @param from the first record that is there
     */
    Witness(Tiles tiles, long size, long from, Leaves found) {
        this.tiles = tiles;
        this.size = size;
        this.from = from;
        this.found = found;
    }

    /** Tries to make the signed root from what is there: from the tiles of either level, and from the records themselves. */
    boolean leadsTo(Checkpoint claim) {
        for (byte @Nullable [] candidate : List.of(parents(), ownRoots(), foundRoots())) {
            for (byte[] end : List.of(lastTile(), foundRest())) {
                if (candidate.length == size / FULL * BYTES
                        && end.length == size % FULL * BYTES
                        && claim.hasRoot(root(candidate, end))) {
                    roots = candidate;
                    rest = end;
                    return true;
                }
            }
        }
        return false;
    }

    /** The hashes of a run of 256 records that the signature covers, or null when neither tile nor records lead to it. */
    byte @Nullable [] leaves(long tile) {
        if (tile == size / FULL) {
            return rest;
        }
        byte[] expected = Arrays.copyOfRange(roots, (int) tile * BYTES, (int) (tile + 1) * BYTES);
        for (byte[] candidate : List.of(read(new Tile(0, tile, FULL)), foundTile(tile))) {
            if (candidate.length == FULL * BYTES && Arrays.equals(hash.subtree(candidate, 0, FULL), expected)) {
                return candidate;
            }
        }
        return null;
    }

    private byte[] parents() {
        List<byte[]> parts = new ArrayList<>();
        long hashes = size / FULL;
        for (long tile = 0; tile * FULL < hashes; tile++) {
            parts.add(read(new Tile(1, tile, Tile.width(1, tile, size))));
        }
        return joined(parts);
    }

    private byte[] ownRoots() {
        List<byte[]> parts = new ArrayList<>();
        for (long tile = 0; tile < size / FULL; tile++) {
            parts.add(rootOf(read(new Tile(0, tile, FULL))));
        }
        return joined(parts);
    }

    private byte[] foundRoots() {
        List<byte[]> parts = new ArrayList<>();
        for (long tile = 0; tile < size / FULL; tile++) {
            parts.add(rootOf(foundTile(tile)));
        }
        return joined(parts);
    }

    private byte[] lastTile() {
        int width = (int) (size % FULL);
        return width == 0 ? new byte[0] : read(new Tile(0, size / FULL, width));
    }

    private byte[] foundTile(long tile) {
        return foundRange(tile * FULL, FULL);
    }

    private byte[] foundRest() {
        return foundRange(size / FULL * FULL, (int) (size % FULL));
    }

    private byte[] foundRange(long first, int count) {
        long at = first - from;
        return at < 0 || at + count > found.size()
                ? new byte[0]
                : Arrays.copyOfRange(found.bytes(), (int) at * BYTES, (int) (at + count) * BYTES);
    }

    private byte[] rootOf(byte[] leaves) {
        return leaves.length == FULL * BYTES ? hash.subtree(leaves, 0, FULL) : new byte[0];
    }

    private byte[] read(Tile tile) {
        try {
            return tiles.read(tile);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** The root over roots of runs of 256 leaves, and the leaves that are left. */
    private byte[] root(byte[] full, byte[] left) {
        byte @Nullable [] right = folded(left, null);
        byte @Nullable [] all = folded(full, right);
        return all == null ? hash.empty() : all;
    }

    private byte @Nullable [] folded(byte[] hashes, byte @Nullable [] right) {
        int count = hashes.length / BYTES;
        byte @Nullable [] root = right;
        for (int bit = 1; bit > 0 && bit <= count; bit *= 2) {
            if ((count & bit) != 0) {
                byte[] peak = hash.subtree(hashes, count & -(bit * 2), bit);
                if (root != null) {
                    hash.node(peak, 0, root, 0, peak, 0);
                }
                root = peak;
            }
        }
        return root;
    }

    private static byte[] joined(List<byte[]> parts) {
        byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
