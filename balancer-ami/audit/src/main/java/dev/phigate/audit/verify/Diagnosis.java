package dev.phigate.audit.verify;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.Tiles;
import dev.phigate.audit.tree.TreeHash;
import dev.phigate.audit.verify.Claims.Claim;
import dev.phigate.audit.verify.Finding.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says what was done to a log whose records do not lead to what was signed. Holds a hash of every record in memory, and of those behind the
 * first difference what they are compared by: {@value #BYTES_A_RECORD} bytes for each.
 */
final class Diagnosis {
    /** 40 of a record's hash and place, up to as many while their array grows, and 120 of its expected hash as key and value of a map. */
    private static final int BYTES_A_RECORD = 200;

    /** What else a verification holds. */
    private static final long BESIDES = 16L << 20;

    private static final int BYTES = TreeHash.BYTES;

    private final LogFolder folder;
    private final Claims claims;
    private final Leaves found;
    private final long from;
    private final long good;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * A diagnosis.
     *
     * @param from the number of the first record that is there
     * @param good how many records from the beginning led to a signed root
     */
    Diagnosis(LogFolder folder, Claims claims, Leaves found, long from, long good) {
        this.folder = folder;
        this.claims = claims;
        this.found = found;
        this.from = from;
        this.good = good;
    }

    /** Whether so many records can be compared within so many bytes. */
    static boolean fits(long records, long memory) {
        // A hash is of 32 bytes, and an array ends at 2 GiB.
        return records < Integer.MAX_VALUE / 2 / BYTES && records * BYTES_A_RECORD + BESIDES <= memory;
    }

    /** What is told of a log that is altered and too large to say where. */
    static Finding tooLarge(long good, long size, long records, long memory) {
        return new Finding(
                Kind.ALTERED,
                good,
                size - good,
                "records from " + good + " to " + (size - 1)
                        + " are not as they were signed; which ones cannot be told: "
                        + records + " records take " + ((records * BYTES_A_RECORD + BESIDES) >> 20)
                        + " MiB of memory to compare (here: " + (memory >> 20) + " MiB, Java's -Xmx; at most "
                        + (Integer.MAX_VALUE / 2 / BYTES - 1) + " records)");
    }

    List<Finding> findings() {
        @Nullable Claim largest = claims.largest();
        if (largest == null) {
            return findings;
        }
        long size = largest.checkpoint().size();
        List<Long> sizes = new ArrayList<>();
        claims.sizes().forEach(sizes::add);
        Collections.reverse(sizes);
        for (long candidate : sizes) {
            @Nullable Claim claim = claims.at(candidate);
            Witness witness = new Witness(new Tiles(folder.path()), candidate, from, found);
            if (claim != null && candidate >= good && witness.leadsTo(claim.checkpoint())) {
                compare(witness, candidate, candidate == size);
                beyond(candidate, largest);
                return findings;
            }
        }
        altered(good, size, largest.place());
        return findings;
    }

    /** What was signed behind the last size that the tiles tell about. */
    private void beyond(long known, Claim largest) {
        long size = largest.checkpoint().size();
        long there = from + found.size();
        if (known == size || findings.stream().anyMatch(finding -> finding.kind() == Kind.CUT)) {
            return;
        }
        if (there < size) {
            findings.add(new Finding(
                    Kind.CUT,
                    there,
                    size - there,
                    "the tail is cut: " + Alignment.these(there, size - there) + " missing, which " + largest.place()
                            + " covers"));
        } else {
            altered(known, size, largest.place());
        }
    }

    private void altered(long first, long to, String place) {
        findings.add(new Finding(
                Kind.ALTERED,
                first,
                to - first,
                "records from " + first + " to " + (to - 1) + " do not lead to the root that " + place
                        + " signs; the tiles do not lead there either, so that it cannot be told which were changed"));
    }

    private void compare(Witness witness, long size, boolean newest) {
        long first = -1;
        List<Hash> expected = new ArrayList<>();
        for (long tile = from / Tile.FULL; tile * Tile.FULL < size; tile++) {
            byte @Nullable [] leaves = witness.leaves(tile);
            if (leaves == null) {
                altered(tile * Tile.FULL, Math.min(size, (tile + 1) * Tile.FULL), "the tree");
                return;
            }
            for (int i = 0; i * BYTES < leaves.length; i++) {
                long record = tile * Tile.FULL + i;
                if (record < from || (first < 0 && stands(record, leaves, i))) {
                    continue;
                }
                first = first < 0 ? record : first;
                expected.add(Hash.at(leaves, i * BYTES));
            }
        }
        long begin = first < 0 ? size : first;
        if (begin - from < found.size()) {
            findings.addAll(new Alignment(begin, expected, found, (int) (begin - from)).findings(trailing(newest)));
        } else if (!expected.isEmpty()) {
            findings.add(new Finding(
                    Kind.CUT,
                    begin,
                    expected.size(),
                    "the tail is cut: " + Alignment.these(begin, expected.size()) + " missing"));
        }
    }

    private boolean stands(long record, byte[] leaves, int at) {
        int index = (int) (record - from);
        return index < found.size()
                && Arrays.equals(
                        leaves, at * BYTES, (at + 1) * BYTES, found.bytes(), index * BYTES, (index + 1) * BYTES);
    }

    /** From where on entries may be what the process wrote after its last checkpoint. */
    private int trailing(boolean newest) {
        if (!newest) {
            return 0;
        }
        int index = found.size();
        while (index > 0 && found.segment(index - 1) > claims.lastSealed()) {
            index--;
        }
        return index;
    }
}
