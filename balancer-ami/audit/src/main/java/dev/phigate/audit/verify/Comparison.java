package dev.phigate.audit.verify;

import dev.phigate.audit.segment.SegmentScan;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.TreeHash;
import dev.phigate.audit.verify.Strangers.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Holds everything that stands in the segments, in order, against what was signed, and keeps only where the two run alike and what is
 * strange. Bytes that are no record hash too. Where they part it goes on at the same distance, which is right behind an edited
 * record; behind a removed or inserted one it finds the place again at the next anchor, and goes back from there.
 */
final class Comparison implements SegmentWalk.Visitor {
    private static final int BYTES = TreeHash.BYTES;

    private final TreeHash hash = new TreeHash();
    private final byte[] leaf = new byte[BYTES];
    private final Witness witness;
    private final Anchors anchors;
    private final long from;
    private final LongPredicate mayTrail;
    private final int most;
    private final Strangers strangers;
    private final List<Run> runs = new ArrayList<>();
    private Run open = new Run(0, 0, 0, Strangers.NOWHERE);
    private long ordinal;
    private long next;
    /** The strangers from here on came one after the other, up to now. */
    private int pending;

    private long unkept;
    private long unkeptFrom = Long.MAX_VALUE;

    /**
     * Found records that are signed ones, one after the other.
     *
     * @param record the first of them among the signed ones
     * @param ordinal the first of them among those found
     * @param place where that is; of those that follow it is not known
     */
    record Run(long record, long ordinal, long count, Place place) {
        boolean continues(Run before) {
            return before.record + before.count == record && before.ordinal + before.count == ordinal;
        }

        long end() {
            return record + count;
        }
    }

    /**
     * A comparison with what was signed.
     *
     * @param from the first record that is there
     * @param most how many strangers and runs are kept
     * @param mayTrail whether what stands in a segment may stand behind everything signed
     */
    Comparison(Witness witness, Anchors anchors, long from, int most, LongPredicate mayTrail) {
        this.witness = witness;
        this.anchors = anchors;
        this.from = from;
        this.next = from;
        this.most = most;
        this.mayTrail = mayTrail;
        this.strangers = new Strangers(most);
    }

    @Override
    public void record(SegmentScan scan) {
        add(scan);
    }

    @Override
    public void damaged(SegmentScan scan) {
        add(scan);
    }

    @Override
    public void end(long segment) {}

    @Override
    public void problem(String message) {}

    private void add(SegmentScan scan) {
        hash.leaf(scan.bytes(), scan.payload(), scan.shown(), leaf, 0);
        if (next < witness.size() && witness.signed(next, leaf, 0)) {
            alike(next, 1, scan);
            next++;
        } else {
            long record = anchors.find(leaf, 0);
            if (record >= 0 && witness.signed(record, leaf, 0)) {
                alike(record, 1 + back(record), scan);
                next = record + 1;
            } else {
                strange(scan);
            }
        }
        ordinal++;
    }

    /** How many of the strangers just before are the records just before one; they are strangers no more. */
    private int back(long record) {
        int count = 0;
        while (strangers.size() - count > pending
                && record - count > from
                && witness.signed(record - count - 1, strangers.hashes(), (strangers.size() - count - 1) * BYTES)) {
            count++;
        }
        return count;
    }

    /** Takes found records for signed ones, up to the one that a scan is at; those before it are the last strangers. */
    private void alike(long record, int count, SegmentScan scan) {
        int before = count - 1;
        boolean goesOn = before == 0 && open.count > 0 && open.end() == record && open.ordinal + open.count == ordinal;
        if (goesOn) {
            open = new Run(open.record, open.ordinal, open.count + 1, open.place);
        } else if (runs.size() >= most) {
            unkept(scan);
        } else {
            Place place =
                    before == 0 ? new Place(scan.number(), scan.at(), 0) : strangers.place(strangers.size() - before);
            strangers.forget(before);
            begin(new Run(record - before, ordinal - before, count, place));
        }
        pending = strangers.size();
    }

    private void begin(Run run) {
        if (open.count > 0) {
            runs.add(open);
        }
        open = run;
    }

    private void strange(SegmentScan scan) {
        if (!strangers.add(leaf, ordinal, scan)) {
            unkept(scan);
            pending = strangers.size();
        }
        if (next < witness.size()) {
            next++;
            if (next % Tile.FULL == 0 && strangers.size() - pending >= Tile.FULL) {
                provedByThemselves(next / Tile.FULL - 1);
            }
        }
    }

    private void unkept(SegmentScan scan) {
        if (next < witness.size() || !mayTrail.test(scan.number())) {
            unkept++;
            unkeptFrom = Math.min(unkeptFrom, ordinal);
        }
    }

    /** Where a tile was lost, the records that stand at its place may lead to the root. */
    private void provedByThemselves(long tile) {
        int first = strangers.size() - Tile.FULL;
        if (witness.leaves(tile).length == 0 && witness.proves(tile, strangers.hashes(), first) && runs.size() < most) {
            Run run = new Run(tile * Tile.FULL, ordinal + 1 - Tile.FULL, Tile.FULL, strangers.place(first));
            strangers.forget(Tile.FULL);
            pending = strangers.size();
            begin(run);
        }
    }

    /** Where the segments run like what was signed, in their order. */
    List<Run> runs() {
        if (open.count > 0) {
            runs.add(open);
            open = new Run(0, 0, 0, open.place);
        }
        return runs;
    }

    /** What else stands in the segments, in their order. */
    Strangers strangers() {
        return strangers;
    }

    /** How many were found there was no room for. */
    long unkept() {
        return unkept;
    }

    /** The first of them among those found. */
    long unkeptFrom() {
        return unkeptFrom;
    }

    /** For how many strangers, and for how many runs, there was room. */
    int most() {
        return most;
    }

    /** How many were found. */
    long found() {
        return ordinal;
    }
}
