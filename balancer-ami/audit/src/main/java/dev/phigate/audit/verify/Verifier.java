package dev.phigate.audit.verify;

import dev.phigate.audit.index.SegmentIndex;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.TileTree;
import dev.phigate.audit.tree.Tiles;
import dev.phigate.audit.tree.TreeHash;
import dev.phigate.audit.verify.Claims.Claim;
import dev.phigate.audit.verify.Finding.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies a log offline. Any number of logs, one after the other or at once, each by one thread. */
public final class Verifier {
    private final LogFolder folder;
    private final Claims claims;
    private final boolean live;
    private final long memory;
    private final List<Finding> findings;
    private final List<String> remarks;

    private Verifier(LogFolder folder, Trust trust, long memory) throws IOException {
        this.folder = folder;
        this.memory = memory;
        this.findings = new ArrayList<>();
        this.remarks = new ArrayList<>();
        this.live = folder.isHeld();
        this.claims = Claims.read(folder, trust, findings, remarks);
        if (trust.anchors().isEmpty()) {
            remarks.add("no anchor was given: a tail that was cut together with its checkpoints is not noticed");
        }
    }

    /**
     * Verifies a log.
     *
     * @param folder the log's folder; somebody may write to it meanwhile
     * @throws IOException when it is no log's folder or cannot be read
     */
    public static Verification verify(LogFolder folder, Trust trust) throws IOException {
        return verify(folder, trust, Runtime.getRuntime().maxMemory());
    }

    /** Verifies a log with so many bytes of memory: they limit in how many places of an altered one the difference is told. */
    static Verification verify(LogFolder folder, Trust trust, long memory) throws IOException {
        if (!Files.isDirectory(folder.segments())) {
            throw new NoSuchFileException(
                    folder.path() + ": no audit log is there (expected: a folder with segments/ in it)");
        }
        return new Verifier(folder, trust, memory).run();
    }

    private Verification run() throws IOException {
        List<Long> numbers = folder.numbers();
        long first = numbers.isEmpty() ? 0 : numbers.getFirst();
        @Nullable Claim largest = claims.largest();
        TileCheck tiles = new TileCheck(
                folder.path(), largest == null ? 0 : largest.checkpoint().size());
        TileTree tree = new TileTree(tiles);
        if (first > 0 && largest != null && !loaded(tree, claims.seal(first - 1), first)) {
            return new Verification(findings, remarks, 0, 0, 0, 0);
        }
        long from = tree.size();
        RecordPass pass = new RecordPass(claims, tree, findings);
        new SegmentWalk(folder).over(numbers, pass);
        List<String> tileProblems = tiles.finish(tree, live);
        if (!pass.isWhole()) {
            diagnose(numbers, from, pass, tree.size() + pass.holes());
        } else {
            findings.addAll(pass.misplacedSeals());
            tileProblems.forEach(problem -> findings.add(Finding.damaged(problem)));
        }
        checkIndexes(numbers);
        return outcome(tree, pass, from);
    }

    private void checkIndexes(List<Long> numbers) throws IOException {
        for (long number : numbers) {
            if (Files.exists(folder.index(number)) && SegmentIndex.read(folder.index(number)) == null) {
                findings.add(Finding.damaged("segments/" + folder.index(number).getFileName()
                        + ": it is damaged; searches do not need it, and it is made again once it is deleted"));
            }
        }
    }

    private Verification outcome(TileTree tree, RecordPass pass, long from) {
        long unsigned = tree.size() - pass.checkedTo();
        if (pass.isWhole() && unsigned > 0) {
            remarks.add(
                    unsigned + " records at the end are not signed yet" + (live ? "; the log is being written" : ""));
        }
        if (from > 0) {
            remarks.add("records 0 to " + (from - 1)
                    + " are not there any more; their hashes are, and lead to the signed roots");
        }
        // Somebody who writes at this moment has unfinished records always.
        long unfinished = live ? 0 : pass.unfinishedBytes();
        return new Verification(
                List.copyOf(findings), List.copyOf(remarks), tree.size() - from, pass.checkedTo(), unfinished, from);
    }

    /** Begins a tree with the hashes of records that retention removed. */
    private boolean loaded(TileTree tree, @Nullable Claim seal, long segment) {
        if (seal == null) {
            findings.add(new Finding(
                    Kind.REMOVED,
                    0,
                    0,
                    "everything before segment " + segment + " is missing, and no signed note says how much that was"));
            return false;
        }
        Tiles tiles = new Tiles(folder.path());
        long size = seal.checkpoint().size();
        try {
            for (long tile = 0; Tile.width(0, tile, size) > 0; tile++) {
                byte[] hashes = tiles.read(new Tile(0, tile, Tile.width(0, tile, size)));
                for (int at = 0; at < hashes.length; at += TreeHash.BYTES) {
                    tree.appendHash(hashes, at);
                }
            }
        } catch (IOException e) {
            findings.add(Finding.damaged("a tile that stands for removed records: " + e.getMessage()));
            return false;
        }
        if (!seal.checkpoint().hasRoot(tree.root())) {
            findings.add(new Finding(
                    Kind.ALTERED,
                    0,
                    size,
                    "the tiles that stand for records 0 to " + (size - 1) + " do not lead to the root of "
                            + seal.place()));
            return false;
        }
        return true;
    }

    private void diagnose(List<Long> numbers, long from, RecordPass pass, long there) throws IOException {
        long good = pass.checkedTo();
        List<Finding> named = new Diagnosis(folder, claims, from, good, memory).findings(numbers, pass.rest(), there);
        findings.addAll(named);
        if (named.isEmpty()) {
            findings.add(new Finding(
                    Kind.ALTERED,
                    good,
                    1,
                    "something behind record " + good + " is not as it was written, though every hash is there"));
        }
    }
}
