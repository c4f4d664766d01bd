package dev.phigate.audit.write;

import dev.phigate.audit.note.Checkpoint;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.Signer;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.SegmentHeader;
import dev.phigate.audit.segment.SegmentScan;
import dev.phigate.audit.segment.UnusableLog;
import dev.phigate.audit.tree.TileTree;
import dev.phigate.audit.tree.Tiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Brings a log back to where its process left it: finds the exact end, seals what a crash tore, and rebuilds the tree. It never
 * blesses what it finds: everything that a checkpoint covers must lead to that checkpoint's root.
 */
final class Recovery {
    private static final String HINT =
            "; phigate audit verify tells more. Keep the folder as evidence, and begin a new log";

    private final LogFolder folder;
    private final Publisher publisher;
    private final List<VerifierKey> keys;
    private final List<Path> unused = new ArrayList<>();
    private final SegmentScan scan = new SegmentScan();
    private TileTree tree;
    private long tornRecords;
    private long tornBytes;
    private long nextBase;

    private Recovery(LogFolder folder, Signer signer, List<VerifierKey> keys) {
        this.folder = folder;
        this.publisher = new Publisher(folder, signer);
        this.keys = keys;
        this.tree = new TileTree(publisher);
    }

    /**
     * What was found.
     *
     * @param state the tree over everything that is there, and its checkpoint
     * @param nextNumber the number of the segment to begin
     * @param nextBase its position
     * @param unclean whether a segment was not sealed: the process before was not closed
     */
    record Found(
            Notary.Tree state, long nextNumber, long nextBase, boolean unclean, long tornRecords, long tornBytes) {}

    /**
     * Recovers a log that nobody writes to.
     *
     * @param keys every key that may have signed
     * @throws UnusableLog when what is there does not lead to its checkpoints
     */
    static Found run(LogFolder folder, Signer signer, List<VerifierKey> keys) throws IOException {
        Recovery recovery = new Recovery(folder, signer, keys);
        try {
            return recovery.run();
        } finally {
            recovery.scan.close();
        }
    }

    private Found run() throws IOException {
        List<Long> numbers = folder.numbers();
        setAsideUnused(numbers);
        refuseGaps(numbers);
        List<Long> unsealed =
                numbers.stream().filter(n -> !Files.exists(folder.note(n))).toList();
        int sealed = numbers.size() - unsealed.size();
        if (!unsealed.isEmpty() && sealed > 0 && unsealed.getFirst() < numbers.get(sealed - 1)) {
            throw new UnusableLog(
                    folder, "segment " + unsealed.getFirst() + " is not sealed, but a later one is" + HINT);
        }
        @Nullable SignedCheckpoint newest = Files.exists(folder.checkpoint()) ? read(folder.checkpoint()) : null;
        @Nullable SignedCheckpoint base = sealed == 0 ? null : read(folder.note(numbers.get(sealed - 1)));
        if (base != null) {
            if (newest == null || newest.checkpoint().size() < base.checkpoint().size()) {
                throw new UnusableLog(folder, "its checkpoint is older than its last sealed segment" + HINT);
            }
            load(base);
            nextBase = end(numbers.get(sealed - 1));
        }
        return finish(numbers, unsealed, newest);
    }

    private Found finish(List<Long> numbers, List<Long> unsealed, @Nullable SignedCheckpoint newest)
            throws IOException {
        long covered = newest == null ? 0 : newest.checkpoint().size();
        List<Part> parts = new ArrayList<>();
        requireRoot(newest);
        for (long number : unsealed) {
            parts.add(bringIn(number, newest));
        }
        if (tree.size() < covered) {
            throw new UnusableLog(
                    folder,
                    "it has " + tree.size() + " records, but its checkpoint covers " + covered + ": its tail is missing"
                            + HINT);
        }
        // Nothing is written before everything that was signed is known to be there: what is wrong stays as it was
        // found.
        // What is torn is marked before anything behind it is signed: else a second crash would make it look like
        // damage.
        for (Part part : parts) {
            part.markTorn();
        }
        publisher.writePartials(tree);
        SignedCheckpoint now = publisher.sign(publisher.checkpoint(tree));
        publisher.publish(now);
        if (!parts.isEmpty()) {
            dropUnforcedTiles(parts);
        }
        for (Part part : parts) {
            part.seal();
            nextBase = part.after;
        }
        deleteUnused();
        long next = numbers.isEmpty() ? 0 : numbers.getLast() + 1;
        return new Found(
                new Notary.Tree(tree, publisher, now), next, nextBase, !parts.isEmpty(), tornRecords, tornBytes);
    }

    /** A power failure leaves anything of tiles that were not forced yet, and only what is sealed is. */
    private void dropUnforcedTiles(List<Part> parts) throws IOException {
        SortedSet<Long> sizes = new TreeSet<>();
        sizes.add(tree.size());
        parts.forEach(part -> sizes.add(part.end.size()));
        new Tiles(folder.path()).dropPartials(parts.getFirst().first, sizes);
    }

    /** A segment that is not sealed, and what is to be done about it. */
    private final class Part {
        final long number;
        final long first;
        final List<Torn> torn = new ArrayList<>();
        long used;
        long after;
        Checkpoint end;

        Part(long number) {
            this.number = number;
            this.first = tree.size();
            this.end = publisher.checkpoint(tree);
        }

        void markTorn() throws IOException {
            if (torn.isEmpty()) {
                return;
            }
            try (FileChannel channel = FileChannel.open(folder.segment(number), StandardOpenOption.WRITE)) {
                for (Torn hole : torn) {
                    channel.write(hole.header(), hole.at());
                }
                channel.force(true);
            }
        }

        void seal() throws IOException {
            new Seal(number, used, first, publisher.sign(end)).write(folder);
        }
    }

    private record Torn(long at, ByteBuffer header) {}

    private Part bringIn(long number, @Nullable SignedCheckpoint newest) throws IOException {
        long covered = newest == null ? 0 : newest.checkpoint().size();
        Part part = new Part(number);
        scan.open(folder.segment(number), number);
        for (SegmentScan.Found found = scan.next(); found != SegmentScan.Found.END; found = scan.next()) {
            switch (found) {
                case RECORD -> {
                    tree.append(scan.bytes(), scan.payload(), scan.length());
                    requireRoot(newest);
                }
                case TORN -> count();
                case DAMAGED -> {
                    if (tree.size() < covered) {
                        throw new UnusableLog(
                                folder, "record " + tree.size() + " in segment " + number + " is damaged" + HINT);
                    }
                    part.torn.add(new Torn(scan.at(), ByteBuffer.wrap(scan.tornHeader())));
                    count();
                }
                case END -> {}
            }
        }
        part.used = scan.at();
        part.after = scan.base() + scan.capacity();
        part.end = publisher.checkpoint(tree);
        // The tree cannot be loaded at the end of a segment without the partial tiles it had there.
        tree.partials(publisher);
        return part;
    }

    private void count() {
        tornRecords++;
        tornBytes += scan.size();
    }

    private void requireRoot(@Nullable SignedCheckpoint newest) throws UnusableLog {
        if (newest != null
                && newest.checkpoint().size() == tree.size()
                && !Arrays.equals(newest.checkpoint().root(), tree.root())) {
            throw new UnusableLog(
                    folder, "its first " + tree.size() + " records do not lead to the root of its checkpoint" + HINT);
        }
    }

    private void load(SignedCheckpoint base) throws IOException {
        try {
            tree = TileTree.load(new Tiles(folder.path()), base.checkpoint().size(), publisher);
        } catch (IOException e) {
            throw new UnusableLog(folder, "a tile cannot be read: " + e.getMessage() + HINT, e);
        }
        requireRoot(base);
    }

    private long end(long number) throws IOException {
        scan.open(folder.segment(number), number);
        return scan.base() + scan.capacity();
    }

    private SignedCheckpoint read(Path file) throws IOException {
        try {
            return SignedCheckpoint.open(Files.readString(file), keys);
        } catch (NoteException e) {
            throw new UnusableLog(folder, file.getFileName() + ": " + e.getMessage() + HINT, e);
        }
    }

    private void refuseGaps(List<Long> numbers) throws UnusableLog {
        for (int i = 1; i < numbers.size(); i++) {
            if (numbers.get(i) != numbers.get(i - 1) + 1) {
                throw new UnusableLog(folder, "segment " + (numbers.get(i - 1) + 1) + " is missing" + HINT);
            }
        }
    }

    /** Takes the segments at the end that nobody wrote to, and what was never finished, out of the list. */
    private void setAsideUnused(List<Long> numbers) throws IOException {
        try (var files = Files.newDirectoryStream(folder.segments(), "*.tmp")) {
            files.forEach(unused::add);
        }
        while (!numbers.isEmpty() && isUnused(numbers.getLast())) {
            unused.add(folder.segment(numbers.removeLast()));
        }
    }

    private boolean isUnused(long number) throws IOException {
        if (Files.exists(folder.note(number))) {
            return false;
        }
        scan.open(folder.segment(number), number);
        return scan.next() == SegmentScan.Found.END && scan.at() == SegmentHeader.BYTES;
    }

    /** Deletes them from the last to the first, so that a crash meanwhile leaves no gap; sealing may have used an unfinished file up. */
    private void deleteUnused() throws IOException {
        for (Path file : unused) {
            Files.deleteIfExists(file);
        }
        LogFolder.force(folder.segments());
    }
}
