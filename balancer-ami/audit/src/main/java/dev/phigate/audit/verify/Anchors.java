package dev.phigate.audit.verify;

import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.TreeHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Some of the signed records, by their hashes: those whose hash begins with so many zero bits that about as many remain as may be held. Whoever
 * lost the place in the log finds it again at the next of them, however far away it is.
 */
final class Anchors {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int KEY = 8;
    private static final int BYTES = TreeHash.BYTES;

    private final int zeros;
    private final long[] keys;
    private final long[] places;
    private int left;

    private Anchors(long records, int most) {
        int held = Integer.highestOneBit(most);
        int bits = 0;
        while (records >> bits > held) {
            bits++;
        }
        this.zeros = bits;
        this.keys = new long[2 * held];
        this.places = new long[keys.length];
        this.left = keys.length / 4 * 3;
    }

    /**
     * Reads all hashes once.
     *
     * @param from the first record that is there
     * @param most how many may be held, about; a power of two of them is, in 32 bytes each
     */
    static Anchors of(Witness witness, long from, int most) {
        Anchors anchors = new Anchors(witness.size() - from, most);
        for (long tile = from / Tile.FULL; tile * Tile.FULL < witness.size(); tile++) {
            byte[] leaves = witness.leaves(tile);
            for (int i = 0; i * BYTES < leaves.length; i++) {
                long record = tile * Tile.FULL + i;
                if (record >= from && anchors.holds(leaves, i * BYTES)) {
                    anchors.put(word(leaves, i * BYTES + KEY), record);
                }
            }
        }
        return anchors;
    }

    /** Eight bytes of a hash. */
    static long word(byte[] hashes, int at) {
        return (long) WORD.get(hashes, at);
    }

    private boolean holds(byte[] hashes, int at) {
        return zeros == 0 || word(hashes, at) >>> (Long.SIZE - zeros) == 0;
    }

    private void put(long key, long record) {
        int slot = slot(key);
        if (places[slot] == 0 && left > 0) {
            keys[slot] = key;
            places[slot] = record + 1;
            left--;
        }
    }

    private int slot(long key) {
        int slot = (int) key & (keys.length - 1);
        while (places[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    /** The first record that was probably signed with a hash, or -1. */
    long find(byte[] hashes, int at) {
        return holds(hashes, at) ? places[slot(word(hashes, at + KEY))] - 1 : -1;
    }
}
