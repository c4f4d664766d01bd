package dev.phigate.audit.verify;

import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.verify.Comparison.Run;
import dev.phigate.audit.verify.Finding.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Puts into sentences what differs: what was moved, what is missing between two stretches of the backbone, and what stands there instead. */
final class Differences {
    private final List<Finding> findings = new ArrayList<>();
    private final NavigableMap<Long, Long> moved = new TreeMap<>();
    private final BitSet unknown;
    private long untoldFrom = -1;
    private long untoldStrange;
    private long untoldMissing;

    /** Neighbouring records that are missing; of those whose tile is lost as well it is not known which ones they were. */
    private record Missing(long first, long end, boolean known) {
        long count() {
            return end - first;
        }
    }

    /**
     * Differences of what was found and what was signed.
     *
     * @param unknown the tiles that are lost
     */
    Differences(BitSet unknown) {
        this.unknown = unknown;
    }

    /**
     * Names them, in the order of the log.
     *
     * @param from the first record that is there
     * @param size how many were signed
     * @param mayTrail whether what stands in a segment may stand behind everything signed
     */
    List<Finding> of(Comparison comparison, long from, long size, Alignment alignment, LongPredicate mayTrail) {
        alignment.moved().forEach(this::moved);
        Deque<Run> strange = strange(comparison.strangers(), alignment);
        List<Run> backbone = new ArrayList<>(alignment.backbone());
        backbone.add(new Run(size, comparison.found(), 0, Strangers.NOWHERE));
        long record = from;
        for (Run run : backbone) {
            List<Missing> missing = missing(record, run.record());
            List<Run> instead = new ArrayList<>();
            while (!strange.isEmpty() && strange.getFirst().ordinal() < run.ordinal()) {
                Run one = strange.removeFirst();
                if (record < size || !mayTrail.test(one.place().segment())) {
                    instead.add(one);
                }
            }
            if (run.ordinal() <= comparison.unkeptFrom()) {
                told(replaced(missing, instead, run.record()), run.record(), run.count() == 0);
            } else {
                untold(missing, instead, run.record(), comparison.unkeptFrom());
            }
            record = run.end();
        }
        findings.sort(Comparator.comparingLong(Finding::first));
        if (untoldFrom >= 0) {
            findings.add(rest(size, untoldStrange + comparison.unkept(), comparison.most()));
        }
        return findings;
    }

    private void moved(Run run) {
        moved.put(run.record(), run.end());
        tell(Kind.REORDERED, run.record(), run.count(), "moved to another place (" + run.place() + ")");
    }

    /** Names what can still be told of a gap, up to what there was no room for, and counts the rest. */
    private void untold(List<Missing> missing, List<Run> instead, long end, long unkeptFrom) {
        List<Run> kept =
                instead.stream().filter(one -> one.ordinal() < unkeptFrom).toList();
        Deque<Missing> left = replaced(missing, kept, end);
        if (untoldFrom < 0) {
            untoldFrom = left.isEmpty() ? end : left.getFirst().first();
        }
        untoldMissing += left.stream().mapToLong(Missing::count).sum();
        untoldStrange += instead.stream().mapToLong(Run::count).sum()
                - kept.stream().mapToLong(Run::count).sum();
    }

    private Finding rest(long size, long strange, int most) {
        return new Finding(
                Kind.ALTERED,
                untoldFrom,
                Math.max(1, size - untoldFrom),
                "from record " + untoldFrom + " on there are more differences than can be told one by one: " + strange
                        + " more records stand there that were not signed there, and " + untoldMissing
                        + " more that were signed are missing (memory is there for " + most
                        + " differences; Java's -Xmx)");
    }

    /** What stands somewhere and was not signed there, in the order found. */
    private static Deque<Run> strange(Strangers strangers, Alignment alignment) {
        List<Run> strange = new ArrayList<>(alignment.copied());
        BitSet unsigned = alignment.unsigned();
        for (int i = unsigned.nextSetBit(0); i >= 0; i = unsigned.nextSetBit(i + 1)) {
            strange.add(new Run(-1, strangers.ordinal(i), 1, strangers.place(i)));
        }
        strange.sort(Comparator.comparingLong(Run::ordinal));
        return new ArrayDeque<>(strange);
    }

    private List<Missing> missing(long first, long end) {
        List<Missing> missing = new ArrayList<>();
        long at = first;
        while (at < end) {
            Map.Entry<Long, Long> elsewhere = moved.floorEntry(at);
            if (elsewhere != null && elsewhere.getValue() > at) {
                at = elsewhere.getValue();
                continue;
            }
            int tile = (int) (at / Tile.FULL);
            boolean known = !unknown.get(tile);
            int other = known ? unknown.nextSetBit(tile) : unknown.nextClearBit(tile);
            @Nullable Long nextMoved = moved.higherKey(at);
            long stop = nextMoved == null ? end : Math.min(end, nextMoved);
            stop = other < 0 ? stop : Math.min(stop, (long) other * Tile.FULL);
            missing.add(new Missing(at, stop, known));
            at = stop;
        }
        return missing;
    }

    /**
     * Names what stands between two stretches of the backbone: as long as something is missing there, it is that, edited.
     *
     * @return what is missing besides
     */
    private Deque<Missing> replaced(List<Missing> missing, List<Run> instead, long end) {
        Deque<Missing> left = new ArrayDeque<>(missing);
        for (Run one : instead) {
            @Nullable Missing replaced = one.count() == 1 ? left.pollFirst() : null;
            if (replaced == null) {
                inserted(one, end);
                continue;
            }
            if (replaced.known()) {
                tell(Kind.EDITED, replaced.first(), 1, "edited (" + one.place() + ")");
            }
            if (replaced.count() > 1) {
                left.addFirst(new Missing(replaced.first() + 1, replaced.end(), replaced.known()));
            }
        }
        for (Missing lost : missing) {
            if (!lost.known()) {
                findings.add(altered(lost.first(), lost.end(), "the tree"));
            }
        }
        return left;
    }

    /** Names what is missing and replaced by nothing. */
    private void told(Deque<Missing> left, long end, boolean last) {
        for (Missing gone : left) {
            if (gone.known() && last && gone.end() == end) {
                findings.add(cut(gone.first(), gone.count(), ""));
            } else if (gone.known()) {
                tell(Kind.REMOVED, gone.first(), gone.count(), "removed");
            }
        }
    }

    private void inserted(Run one, long before) {
        String what = one.record() < 0
                ? "a record was"
                : one.count() == 1
                        ? "a copy of record " + one.record() + " was"
                        : "copies of " + records(one.record(), one.count()) + " were";
        String where = " inserted before record " + before + " (" + one.place() + ")";
        findings.add(new Finding(Kind.INSERTED, before, one.count(), what + where));
    }

    private void tell(Kind kind, long first, long count, String what) {
        String verb = count == 1 ? " was " : " were ";
        findings.add(new Finding(kind, first, count, records(first, count) + verb + what));
    }

    /** The end of the log is missing. */
    static Finding cut(long first, long count, String more) {
        String verb = count == 1 ? " is" : " are";
        return new Finding(
                Kind.CUT, first, count, "the tail is cut: " + records(first, count) + verb + " missing" + more);
    }

    /** Neither records nor tiles lead to what was signed. */
    static Finding altered(long first, long to, String place) {
        return new Finding(
                Kind.ALTERED,
                first,
                to - first,
                "records from " + first + " to " + (to - 1) + " do not lead to the root that " + place
                        + " signs; the tiles do not lead there either, so that it cannot be told which were changed");
    }

    private static String records(long first, long count) {
        return count == 1 ? "record " + first : "records " + first + " to " + (first + count - 1);
    }
}
