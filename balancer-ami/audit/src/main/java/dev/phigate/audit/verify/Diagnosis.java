package dev.phigate.audit.verify;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.tree.Tiles;
import dev.phigate.audit.verify.Claims.Claim;
import dev.phigate.audit.verify.Finding.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Says what was done to a log whose records do not lead to what was signed. It reads the tiles up to four times and the segments once, and
 * holds only what differs, and not more of that than memory is there for, however large the log is.
 */
final class Diagnosis {
    /** A stranger or a run, with all that is made of it until it is told. */
    private static final int BYTES_A_DIFFERENCE = 1024;

    /** Three times what it takes: the more there are, the less lies between a difference and the next one. */
    private static final int BYTES_AN_ANCHOR = 96;

    private static final int LEAST = 1 << 10;
    private static final int MOST_DIFFERENCES = 1 << 21;
    private static final int MOST_ANCHORS = 1 << 20;
    /** What else a verification holds. */
    private static final long BESIDES = 16L << 20;

    private final LogFolder folder;
    private final Claims claims;
    private final long from;
    private final long good;
    private final long memory;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * A diagnosis.
     *
     * @param from the number of the first record that is there
     * @param good how many records from the beginning led to a signed root
     * @param memory bytes that there are for all of it
     */
    Diagnosis(LogFolder folder, Claims claims, long from, long good, long memory) {
        this.folder = folder;
        this.claims = claims;
        this.from = from;
        this.good = good;
        this.memory = memory;
    }

    /**
     * What was done.
     *
     * @param segments those that are there
     * @param rest what the records themselves say the leaves behind the last full tile are
     * @param there up to where there are records
     */
    List<Finding> findings(List<Long> segments, byte[] rest, long there) throws IOException {
        @Nullable Claim largest = claims.largest();
        if (largest == null) {
            return findings;
        }
        @Nullable Witness witness = Witness.of(new Tiles(folder.path()), claims, rest);
        long known = Math.max(good, witness == null ? 0 : witness.size());
        if (witness != null && witness.size() == known) {
            compare(witness, segments, known == largest.checkpoint().size());
        }
        beyond(known, there, largest);
        return findings;
    }

    private void compare(Witness witness, List<Long> segments, boolean newest) throws IOException {
        // What the process wrote after its last checkpoint stands behind everything signed.
        LongPredicate mayTrail = segment -> !newest || segment > claims.lastSealed();
        Anchors anchors = Anchors.of(witness, from, share(BYTES_AN_ANCHOR, MOST_ANCHORS));
        Comparison comparison =
                new Comparison(witness, anchors, from, share(BYTES_A_DIFFERENCE, MOST_DIFFERENCES), mayTrail);
        new SegmentWalk(folder).over(segments, comparison);
        Alignment alignment = new Alignment(comparison, witness, from);
        findings.addAll(new Differences(witness.unknown()).of(comparison, from, witness.size(), alignment, mayTrail));
    }

    private int share(int bytes, int most) {
        return Math.clamp((memory - BESIDES) / bytes, LEAST, most);
    }

    /** What was signed behind the last size that the tiles tell about. */
    private void beyond(long known, long there, Claim largest) {
        long size = largest.checkpoint().size();
        if (known == size || findings.stream().anyMatch(finding -> finding.kind() == Kind.CUT)) {
            return;
        }
        findings.add(
                there < size
                        ? Differences.cut(there, size - there, ", which " + largest.place() + " covers")
                        : Differences.altered(known, size, largest.place()));
    }
}
