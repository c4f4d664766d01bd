package dev.phigate.audit.verify;

import dev.phigate.audit.segment.SegmentScan;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.TreeHash;
import java.util.Arrays;
import java.util.function.LongPredicate;

/** What stands in the segments and is not what was signed for its place: hashes, and where they are. So many and no more are held. */
final class Strangers {
    /** Where nothing stands. */
    static final Place NOWHERE = new Place(-1, 0, 0);

    private static final int BYTES = TreeHash.BYTES;

    private final int most;
    private byte[] hashes = new byte[64 * BYTES];
    private long[] ordinals = new long[64];
    private long[] segments = new long[64];
    private int[] places = new int[64];
    private long[] records = {};
    private int[] first = {};
    private int size;

    Strangers(int most) {
        this.most = most;
    }

    int size() {
        return size;
    }

    /**
     * Adds what a scan is at.
     *
     * @param ordinal the how-manyth of all that was found it is
     * @return whether there was room
     */
    boolean add(byte[] hash, long ordinal, SegmentScan scan) {
        if (size == most) {
            return false;
        }
        if (size == ordinals.length) {
            int larger = (int) Math.min(most, size * 2L);
            hashes = Arrays.copyOf(hashes, larger * BYTES);
            ordinals = Arrays.copyOf(ordinals, larger);
            segments = Arrays.copyOf(segments, larger);
            places = Arrays.copyOf(places, larger);
        }
        System.arraycopy(hash, 0, hashes, size * BYTES, BYTES);
        ordinals[size] = ordinal;
        segments[size] = scan.number();
        places[size] = scan.at();
        size++;
        return true;
    }

    /** Lets go of the last ones, whose place became known. */
    void forget(int count) {
        size -= count;
    }

    byte[] hashes() {
        return hashes;
    }

    long ordinal(int index) {
        return ordinals[index];
    }

    Place place(int index) {
        return new Place(segments[index], places[index], 0);
    }

    /** The record that was signed with this hash, or -1; known once they were {@linkplain #locate located}. */
    long record(int index) {
        return records[first[index]];
    }

    /**
     * Looks all of them up among the signed records, in one pass over these.
     *
     * @param from the first record that is there
     * @param stands whether a record stands somewhere already: one that does not is preferred among records that are the same
     */
    void locate(Witness witness, long from, LongPredicate stands) {
        records = new long[size];
        Arrays.fill(records, -1);
        first = new int[size];
        int[] table = table();
        for (long tile = from / Tile.FULL; size > 0 && tile * Tile.FULL < witness.size(); tile++) {
            byte[] leaves = witness.leaves(tile);
            for (int i = 0; i * BYTES < leaves.length; i++) {
                long record = tile * Tile.FULL + i;
                int index = table[slot(table, leaves, i * BYTES)] - 1;
                if (index >= 0 && record >= from && (records[index] < 0 || free(records[index], record, stands))) {
                    records[index] = record;
                }
            }
        }
    }

    private static boolean free(long known, long record, LongPredicate stands) {
        return stands.test(known) && !stands.test(record);
    }

    /** The first one with each hash, plus 1, by the hash. */
    private int[] table() {
        int[] table = new int[Math.max(2, Integer.highestOneBit(Math.max(1, size)) * 4)];
        for (int index = 0; index < size; index++) {
            int slot = slot(table, hashes, index * BYTES);
            table[slot] = table[slot] == 0 ? index + 1 : table[slot];
            first[index] = table[slot] - 1;
        }
        return table;
    }

    private int slot(int[] table, byte[] of, int at) {
        int slot = (int) Anchors.word(of, at) & (table.length - 1);
        while (table[slot] != 0) {
            int there = (table[slot] - 1) * BYTES;
            if (Arrays.equals(hashes, there, there + BYTES, of, at, at + BYTES)) {
                break;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return slot;
    }

    /**
     * Where something stands.
     *
     * @param behind so many records behind that place
     */
    record Place(long segment, int offset, long behind) {
        Place behind(long records) {
            return new Place(segment, offset, behind + records);
        }

        @Override
        public String toString() {
            String place = "segment " + segment + ", byte " + offset;
            return behind == 0 ? place : behind + (behind == 1 ? " record" : " records") + " behind " + place;
        }
    }
}
