package dev.phigate.audit.verify;

import dev.phigate.audit.segment.SegmentScan;
import dev.phigate.audit.tree.TreeHash;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The hashes of everything that stands in the segments where a record may, with its place. Bytes that are no record hash too. */
final class Leaves implements SegmentWalk.Visitor {
    private static final int BYTES = TreeHash.BYTES;

    private final TreeHash hash = new TreeHash();
    private final List<Long> segments = new ArrayList<>();
    private byte[] hashes = new byte[1024 * BYTES];
    private long[] places = new long[1024];
    private int size;

    @Override
    public void record(SegmentScan scan) {
        add(scan);
    }

    @Override
    public void damaged(SegmentScan scan) {
        add(scan);
    }

    private void add(SegmentScan scan) {
        if (size == places.length) {
            places = Arrays.copyOf(places, size * 2);
            hashes = Arrays.copyOf(hashes, Math.multiplyExact(size, 2 * BYTES));
        }
        if (segments.isEmpty() || segments.getLast() != scan.number()) {
            segments.add(scan.number());
        }
        hash.leaf(scan.bytes(), scan.payload(), scan.shown(), hashes, size * BYTES);
        places[size] = (long) (segments.size() - 1) << 32 | scan.at();
        size++;
    }

    @Override
    public void end(long segment) {}

    @Override
    public void problem(String message) {}

    int size() {
        return size;
    }

    Hash get(int index) {
        return Hash.at(hashes, index * BYTES);
    }

    /** The hashes one after the other; only the first {@link #size()} count. */
    byte[] bytes() {
        return hashes;
    }

    /** The segment that holds something. */
    long segment(int index) {
        return segments.get((int) (places[index] >>> 32));
    }

    /** Where something is, for people. */
    String place(int index) {
        return "segment " + segment(index) + ", byte " + (int) places[index];
    }
}
