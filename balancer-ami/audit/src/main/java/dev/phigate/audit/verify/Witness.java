package dev.phigate.audit.verify;

import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.Tiles;
import dev.phigate.audit.tree.TreeHash;
import dev.phigate.audit.verify.Claims.Claim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the tiles say the records' hashes were, as far as that leads to a signed root. Anybody may have changed the tiles as well;
 * what is answered here is only what the signature covers. Holds one hash and one bit for each run of tiles and each tile (40 bytes for 65,536
 * records) and reads the rest again, each time against these.
 */
final class Witness {
    private static final int BYTES = TreeHash.BYTES;
    private static final int FULL = Tile.FULL;
    private static final byte[] UNKNOWN = {};
    private static final int TILE_BITS = 8;
    private static final int RUN_BITS = 16;

    private final TreeHash hash = new TreeHash();
    private final Tiles tiles;
    /** The roots of full runs of 256 tiles, each of 256 leaves. */
    private final List<byte[]> runs = new ArrayList<>();
    /** The roots of the full tiles behind the last full run. */
    private byte[] lastRun = UNKNOWN;
    /** The leaves behind the last full tile. */
    private byte[] rest = UNKNOWN;

    private @Nullable Claim claim;
    private final BitSet unknown = new BitSet();
    private long runAtHand = -1;
    private byte[] runRoots = UNKNOWN;
    private long tileAtHand = -1;
    private byte[] tileLeaves = UNKNOWN;

    private Witness(Tiles tiles) {
        this.tiles = tiles;
    }

    /**
     * What leads to the largest of the sizes that something was claimed about, or null when nothing leads to any.
     *
     * @param foundRest what the records themselves say the leaves behind the last full tile of the largest size are
     */
    static @Nullable Witness of(Tiles tiles, Claims claims, byte[] foundRest) {
        Witness byRoots = new Witness(tiles);
        byRoots.climb(claims, foundRest, false);
        @Nullable Claim largest = claims.largest();
        if (largest != null && largest.equals(byRoots.claim)) {
            return byRoots;
        }
        Witness byLeaves = new Witness(tiles);
        byLeaves.climb(claims, foundRest, true);
        Witness better = byLeaves.size() > byRoots.size() ? byLeaves : byRoots;
        return better.claim == null ? null : better;
    }

    /** Goes from size to size as long as there are tiles. */
    private void climb(Claims claims, byte[] foundRest, boolean fromLeaves) {
        Peaks full = new Peaks(hash);
        for (long size : claims.sizes()) {
            @Nullable Claim next = claims.at(size);
            while (runs.size() < size >>> RUN_BITS) {
                byte[] run = run(runs.size(), FULL, fromLeaves);
                if (run.length == 0) {
                    return;
                }
                byte[] root = hash.subtree(run, 0, FULL);
                runs.add(root);
                full.add(root, 0, RUN_BITS);
            }
            int width = (int) (size >>> TILE_BITS) % FULL;
            byte[] run = run(runs.size(), width, fromLeaves);
            if (next != null && run.length == width * BYTES) {
                judge(next, full, run, foundRest);
            }
        }
    }

    private void judge(Claim next, Peaks full, byte[] run, byte[] foundRest) {
        long size = next.checkpoint().size();
        int width = (int) (size % FULL);
        byte[] file = width == 0 ? UNKNOWN : read(new Tile(0, size / FULL, width));
        for (byte[] end : List.of(file, foundRest)) {
            if (end.length != width * BYTES) {
                continue;
            }
            Peaks all = new Peaks(full);
            for (int at = 0; at < run.length; at += BYTES) {
                all.add(run, at, TILE_BITS);
            }
            for (int at = 0; at < end.length; at += BYTES) {
                all.add(end, at, 0);
            }
            if (next.checkpoint().hasRoot(all.root())) {
                claim = next;
                lastRun = run;
                rest = end;
                return;
            }
        }
    }

    /** The roots of neighbouring tiles, from the tile above them or from themselves; nothing when they are not there. */
    private byte[] run(long index, int width, boolean fromLeaves) {
        if (width == 0) {
            return UNKNOWN;
        }
        if (!fromLeaves) {
            return read(new Tile(1, index, width));
        }
        byte[] roots = new byte[width * BYTES];
        for (int i = 0; i < width; i++) {
            byte[] leaves = read(new Tile(0, index * FULL + i, FULL));
            if (leaves.length == 0) {
                return UNKNOWN;
            }
            System.arraycopy(hash.subtree(leaves, 0, FULL), 0, roots, i * BYTES, BYTES);
        }
        return roots;
    }

    private byte[] read(Tile tile) {
        try {
            return tiles.read(tile);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** How many records it knows the hashes of; 0 when nothing led to a root. */
    long size() {
        return claim == null ? 0 : claim.checkpoint().size();
    }

    /** The hashes of a run of 256 records that the signature covers; nothing when its tiles do not lead to it. */
    byte[] leaves(long tile) {
        if (tile != tileAtHand) {
            tileLeaves = tile == size() / FULL ? rest : unknown.get((int) tile) ? UNKNOWN : fullTile(tile);
            tileAtHand = tile;
            if (tileLeaves.length == 0) {
                unknown.set((int) tile);
            }
        }
        return tileLeaves;
    }

    private byte[] fullTile(long tile) {
        byte[] leaves = read(new Tile(0, tile, FULL));
        return leaves.length > 0 && proves(tile, leaves, 0) ? leaves : UNKNOWN;
    }

    /** Whether 256 hashes are those of a full tile. */
    boolean proves(long tile, byte[] hashes, int first) {
        byte[] roots = roots(tile / FULL);
        int at = (int) (tile % FULL) * BYTES;
        return roots.length > at && Arrays.equals(hash.subtree(hashes, first, FULL), 0, BYTES, roots, at, at + BYTES);
    }

    private byte[] roots(long run) {
        if (run >= size() >>> RUN_BITS) {
            return lastRun;
        }
        if (run != runAtHand) {
            runAtHand = run;
            runRoots = run(run, FULL, false);
            if (!proved(run)) {
                runRoots = run(run, FULL, true);
            }
            if (!proved(run)) {
                runRoots = UNKNOWN;
            }
        }
        return runRoots;
    }

    private boolean proved(long run) {
        return runRoots.length > 0 && Arrays.equals(hash.subtree(runRoots, 0, FULL), runs.get((int) run));
    }

    /** Whether a record was signed with a hash. */
    boolean signed(long record, byte[] hashes, int at) {
        byte[] leaves = leaves(record / FULL);
        int place = (int) (record % FULL) * BYTES;
        return leaves.length > place && Arrays.equals(leaves, place, place + BYTES, hashes, at, at + BYTES);
    }

    /** The tiles that were asked for and do not lead to the root. */
    BitSet unknown() {
        return unknown;
    }

    /** The roots of complete subtrees, from which the root of a tree follows that grows to the right. */
    private static final class Peaks {
        private final TreeHash hash;
        private final byte[] @Nullable [] peaks;
        private long size;

        Peaks(TreeHash hash) {
            this.hash = hash;
            this.peaks = new byte[Long.SIZE][];
        }

        Peaks(Peaks other) {
            this.hash = other.hash;
            this.peaks = other.peaks.clone();
            this.size = other.size;
        }

        /** Adds a subtree of 2^height leaves; no smaller one may stand left of it. */
        void add(byte[] hashes, int at, int height) {
            byte[] node = Arrays.copyOfRange(hashes, at, at + BYTES);
            int level = height;
            for (byte[] left = peaks[level]; left != null; left = peaks[level]) {
                hash.node(left, 0, node, 0, node, 0);
                peaks[level] = null;
                level++;
            }
            peaks[level] = node;
            size += 1L << height;
        }

        byte[] root() {
            byte[] root = null;
            for (byte[] left : peaks) {
                if (left != null && root != null) {
                    hash.node(left, 0, root, 0, root, 0);
                } else if (left != null) {
                    root = left.clone();
                }
            }
            return root == null ? hash.empty() : root;
        }
    }
}
