package dev.phigate.audit.verify;

import dev.phigate.audit.verify.Comparison.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Brings what stands in the segments into the order of what was signed. The backbone is the longest run of records that stand in the
 * signed order; what was signed and stands elsewhere was moved there, or is a copy where it stands in the backbone as well.
 */
final class Alignment {
    /** So many pieces for each run, where runs overlap: more only who copies everything many times over. */
    private static final int MOST_PIECES = 8;

    private final Strangers strangers;
    private final BitSet located = new BitSet();
    private final List<Run> backbone = new ArrayList<>();
    private final List<Run> moved = new ArrayList<>();
    private final List<Run> copied = new ArrayList<>();
    private final NavigableMap<Long, Long> standing = new TreeMap<>();

    /**
     * Aligns what a comparison kept.
     *
     * @param from the first record that is there
     */
    Alignment(Comparison comparison, Witness witness, long from) {
        this.strangers = comparison.strangers();
        comparison.runs().forEach(run -> standing.merge(run.record(), run.end(), Math::max));
        strangers.locate(witness, from, this::stands);
        standing.clear();
        List<Run> pieces = cut(all(comparison.runs()));
        BitSet chosen = longest(pieces);
        for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1)) {
            stand(backbone, pieces.get(i));
        }
        for (int i = chosen.nextClearBit(0); i < pieces.size(); i = chosen.nextClearBit(i + 1)) {
            Run piece = pieces.get(i);
            if (stands(piece.record())) {
                append(copied, piece);
            } else {
                stand(moved, piece);
            }
        }
    }

    /** Records that stand in the signed order, in that order. */
    List<Run> backbone() {
        return backbone;
    }

    /** Records that stand elsewhere and nowhere else, in the order found. */
    List<Run> moved() {
        return moved;
    }

    /** Records that stand twice, in the order found: what is not the first of them. */
    List<Run> copied() {
        return copied;
    }

    /** Strangers that are no signed records at all. */
    BitSet unsigned() {
        BitSet unsigned = new BitSet();
        unsigned.set(0, strangers.size());
        unsigned.andNot(located);
        return unsigned;
    }

    private boolean stands(long record) {
        Map.Entry<Long, Long> before = standing.floorEntry(record);
        return before != null && before.getValue() > record;
    }

    private void stand(List<Run> list, Run piece) {
        standing.put(piece.record(), piece.end());
        append(list, piece);
    }

    private static void append(List<Run> list, Run piece) {
        if (!list.isEmpty() && piece.continues(list.getLast())) {
            Run before = list.removeLast();
            list.add(new Run(before.record(), before.ordinal(), before.count() + piece.count(), before.place()));
        } else {
            list.add(piece);
        }
    }

    /** The runs and the strangers that are signed records, in the order found. */
    private List<Run> all(List<Run> runs) {
        List<Run> all = new ArrayList<>(runs);
        for (int i = 0; i < strangers.size(); i++) {
            if (strangers.record(i) >= 0) {
                located.set(i);
                all.add(new Run(strangers.record(i), strangers.ordinal(i), 1, strangers.place(i)));
            }
        }
        all.sort(Comparator.comparingLong(Run::ordinal));
        List<Run> joined = new ArrayList<>();
        all.forEach(run -> append(joined, run));
        return joined;
    }

    /** Cuts runs where others begin or end, so that any two of them hold the same records or none in common. */
    private static List<Run> cut(List<Run> runs) {
        long[] cuts = runs.stream()
                .flatMapToLong(run -> LongStream.of(run.record(), run.end()))
                .sorted()
                .distinct()
                .toArray();
        List<Run> pieces = new ArrayList<>();
        for (Run run : runs) {
            long record = run.record();
            int at = Arrays.binarySearch(cuts, record) + 1;
            while (cuts[at] < run.end() && pieces.size() < (long) MOST_PIECES * runs.size()) {
                pieces.add(piece(run, record, cuts[at]));
                record = cuts[at];
                at++;
            }
            pieces.add(piece(run, record, run.end()));
        }
        return pieces;
    }

    private static Run piece(Run run, long record, long end) {
        return new Run(
                record,
                run.ordinal() + record - run.record(),
                end - record,
                run.place().behind(record - run.record()));
    }

    /** The pieces that hold the most records in increasing order. */
    private static BitSet longest(List<Run> pieces) {
        int[] before = new int[pieces.size()];
        long[] records = new long[pieces.size()];
        NavigableMap<Long, Integer> bestByEnd = new TreeMap<>();
        for (int i = 0; i < records.length; i++) {
            Run piece = pieces.get(i);
            Map.Entry<Long, Integer> best = bestByEnd.floorEntry(piece.record());
            before[i] = best == null ? -1 : best.getValue();
            records[i] = piece.count() + (best == null ? 0 : records[best.getValue()]);
            Map.Entry<Long, Integer> rival = bestByEnd.floorEntry(piece.end());
            if (rival != null && records[rival.getValue()] >= records[i]) {
                continue;
            }
            bestByEnd.put(piece.end(), i);
            for (var worse = bestByEnd.higherEntry(piece.end());
                    worse != null && records[worse.getValue()] <= records[i];
                    worse = bestByEnd.higherEntry(piece.end())) {
                bestByEnd.remove(worse.getKey());
            }
        }
        BitSet chosen = new BitSet();
        int last = bestByEnd.isEmpty() ? -1 : bestByEnd.lastEntry().getValue();
        for (int i = last; i >= 0; i = before[i]) {
            chosen.set(i);
        }
        return chosen;
    }
}
