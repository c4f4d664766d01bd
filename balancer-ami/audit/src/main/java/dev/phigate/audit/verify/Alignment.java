package dev.phigate.audit.verify;

import dev.phigate.audit.verify.Finding.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds what stands in the segments against what was signed and names the differences. The backbone is the longest run of records
 * that stand in the signed order; what is signed and stands elsewhere was moved, what is not signed replaces what is missing at its
 * place or was inserted there, and what is missing otherwise was removed.
 */
final class Alignment {
    private final long base;
    private final List<Hash> expected;
    private final Leaves found;
    private final int from;
    private final int[] match;
    private final BitSet inOrder = new BitSet();
    private final BitSet present = new BitSet();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * An alignment of two lists.
     *
     * @param base the number of the first expected record
     * @param expected the hashes that were signed
     * @param from where to begin in what was found
     */
    Alignment(long base, List<Hash> expected, Leaves found, int from) {
        this.base = base;
        this.expected = expected;
        this.found = found;
        this.from = from;
        this.match = new int[found.size() - from];
    }

    /**
     * The differences, in the order of the log.
     *
     * @param trailing the first found entry that may stand behind everything signed without having been inserted
     */
    List<Finding> findings(int trailing) {
        Map<Hash, Integer> places = new HashMap<>();
        for (int i = expected.size() - 1; i >= 0; i--) {
            places.put(expected.get(i), i);
        }
        for (int j = 0; j < match.length; j++) {
            match[j] = places.getOrDefault(found.get(from + j), -1);
        }
        chooseBackbone();
        nameMoved();
        int i = 0;
        int j = 0;
        for (int anchor = inOrder.nextSetBit(0); anchor >= 0; anchor = inOrder.nextSetBit(anchor + 1)) {
            gap(i, match[anchor], j, anchor, false);
            i = match[anchor] + 1;
            j = anchor + 1;
        }
        int end = i == expected.size() ? Math.min(match.length, Math.max(j, trailing - from)) : match.length;
        gap(i, expected.size(), j, end, true);
        return findings;
    }

    /** The longest increasing subsequence of the matches (patience sorting). */
    private void chooseBackbone() {
        int[] tails = new int[match.length];
        int[] before = new int[match.length];
        int length = 0;
        for (int j = 0; j < match.length; j++) {
            if (match[j] < 0) {
                continue;
            }
            int low = 0;
            int high = length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (match[tails[middle]] < match[j]) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            before[j] = low == 0 ? -1 : tails[low - 1];
            tails[low] = j;
            length = Math.max(length, low + 1);
        }
        for (int j = length == 0 ? -1 : tails[length - 1]; j >= 0; j = before[j]) {
            inOrder.set(j);
            present.set(match[j]);
        }
    }

    private void nameMoved() {
        for (int j = 0; j < match.length; j++) {
            if (match[j] < 0 || inOrder.get(j)) {
                continue;
            }
            long record = base + match[j];
            String place = found.place(from + j);
            if (present.get(match[j])) {
                findings.add(new Finding(
                        Kind.INSERTED,
                        record,
                        1,
                        "a copy of record " + record + " was inserted at another place (" + place + ")"));
            } else {
                present.set(match[j]);
                findings.add(new Finding(
                        Kind.REORDERED, record, 1, "record " + record + " was moved to another place (" + place + ")"));
            }
        }
    }

    /** Names what is between two records of the backbone. */
    private void gap(int expectedFrom, int expectedTo, int foundFrom, int foundTo, boolean last) {
        int[] missing = without(expectedFrom, expectedTo, present);
        BitSet known = new BitSet();
        for (int j = foundFrom; j < foundTo; j++) {
            known.set(j, match[j] >= 0);
        }
        int[] strange = without(foundFrom, foundTo, known);
        int edited = Math.min(missing.length, strange.length);
        for (int k = 0; k < edited; k++) {
            long record = base + missing[k];
            findings.add(new Finding(
                    Kind.EDITED,
                    record,
                    1,
                    "record " + record + " was edited (" + found.place(from + strange[k]) + ")"));
        }
        for (int k = edited; k < strange.length; k++) {
            inserted(base + expectedTo, from + strange[k]);
        }
        if (edited < missing.length) {
            removed(Arrays.copyOfRange(missing, edited, missing.length), last);
        }
    }

    private void inserted(long before, int index) {
        long earlier = -1;
        for (int i = 0; i < from && earlier < 0; i++) {
            earlier = found.get(i).equals(found.get(index)) ? base - from + i : -1;
        }
        String what = earlier < 0 ? "a record was inserted" : "a copy of record " + earlier + " was inserted";
        findings.add(new Finding(
                Kind.INSERTED, before, 1, what + " before record " + before + " (" + found.place(index) + ")"));
    }

    private void removed(int[] missing, boolean last) {
        int begin = 0;
        for (int k = 1; k <= missing.length; k++) {
            if (k < missing.length && missing[k] == missing[k - 1] + 1) {
                continue;
            }
            long first = base + missing[begin];
            int count = k - begin;
            boolean cut = last && k == missing.length && missing[k - 1] == expected.size() - 1;
            findings.add(
                    cut
                            ? new Finding(
                                    Kind.CUT, first, count, "the tail is cut: " + these(first, count) + " missing")
                            : new Finding(
                                    Kind.REMOVED,
                                    first,
                                    count,
                                    these(first, count).replaceFirst("(is|are)$", "") + removedWord(count)));
            begin = k;
        }
    }

    private static String removedWord(long count) {
        return count == 1 ? "was removed" : "were removed";
    }

    /** Records and their verb. */
    static String these(long first, long count) {
        return count == 1 ? "record " + first + " is" : "records " + first + " to " + (first + count - 1) + " are";
    }

    private static int[] without(int from, int to, BitSet left) {
        int[] all = new int[Math.max(0, to - from)];
        int count = 0;
        for (int i = from; i < to; i++) {
            if (!left.get(i)) {
                all[count++] = i;
            }
        }
        return Arrays.copyOf(all, count);
    }
}
