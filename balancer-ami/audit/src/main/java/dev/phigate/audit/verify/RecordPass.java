package dev.phigate.audit.verify;

import dev.phigate.audit.segment.SegmentScan;
import dev.phigate.audit.tree.TileTree;
import dev.phigate.audit.verify.Claims.Claim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fast way through a log: hashes every record into a tree and holds the tree against what was signed. When all of it fits,
 * nothing else needs to be looked at.
 */
final class RecordPass implements SegmentWalk.Visitor {
    private final Claims claims;
    private final TileTree tree;
    private final List<Finding> findings;
    private final long signed;
    private final long lastSealed;
    private final List<Finding> misplacedSeals = new ArrayList<>();
    private long checkedTo;
    private boolean contradicted;
    private long holes;
    private long unfinishedBytes;
    private byte[] rest = new byte[0];

    RecordPass(Claims claims, TileTree tree, List<Finding> findings) {
        this.claims = claims;
        this.tree = tree;
        this.findings = findings;
        this.lastSealed = claims.lastSealed();
        @Nullable Claim largest = claims.largest();
        this.signed = largest == null ? 0 : largest.checkpoint().size();
        check();
    }

    @Override
    public void record(SegmentScan scan) {
        tree.append(scan.bytes(), scan.payload(), scan.length());
        check();
    }

    private void check() {
        if (tree.size() == signed) {
            tree.partials((tile, hashes) -> rest = tile.level() == 0 ? hashes : rest);
        }
        @Nullable Claim claim = tree.size() > signed ? null : claims.at(tree.size());
        if (claim == null || contradicted) {
            return;
        }
        if (claim.checkpoint().hasRoot(tree.root())) {
            checkedTo = tree.size();
        } else {
            contradicted = true;
        }
    }

    @Override
    public void damaged(SegmentScan scan) {
        if (tree.size() >= signed && scan.number() > lastSealed) {
            unfinishedBytes += scan.size();
        } else {
            holes++;
        }
    }

    @Override
    public void end(long segment) {
        @Nullable Claim seal = claims.seal(segment);
        if (seal == null && segment < lastSealed) {
            findings.add(Finding.damaged("segment " + segment + " is not sealed, but a later one is"));
        } else if (seal != null && holds() && seal.checkpoint().size() != tree.size()) {
            misplacedSeals.add(Finding.damaged(seal.place() + ": it seals "
                    + seal.checkpoint().size() + " records, but at the end of its segment there are " + tree.size()));
        }
    }

    @Override
    public void problem(String message) {
        findings.add(Finding.damaged(message));
    }

    /** Places where bytes stand that are no record. */
    long holes() {
        return holes;
    }

    /** The leaves behind the last full tile when as many records were read as are signed. */
    byte[] rest() {
        return rest;
    }

    /** Whether nothing has contradicted a signature so far. */
    boolean holds() {
        return !contradicted && holes == 0;
    }

    /** Whether every record that was signed is there as it was signed. */
    boolean isWhole() {
        return holds() && tree.size() >= signed;
    }

    /** The records from the beginning that lead to a signed root. */
    long checkedTo() {
        return checkedTo;
    }

    /** Seals that belong to another size than their segment ends at; they mean something when the records are whole. */
    List<Finding> misplacedSeals() {
        return misplacedSeals;
    }

    long unfinishedBytes() {
        return unfinishedBytes;
    }
}
