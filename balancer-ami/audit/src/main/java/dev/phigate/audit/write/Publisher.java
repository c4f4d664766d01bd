package dev.phigate.audit.write;

import dev.phigate.audit.note.Checkpoint;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.Signer;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.tree.Tile;
import dev.phigate.audit.tree.TileTree;
import dev.phigate.audit.tree.Tiles;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Writes tiles and checkpoints. A tile that cannot be written stays here until it can. One thread. */
final class Publisher implements TileTree.Sink {
    private final LogFolder folder;
    private final Tiles tiles;
    private final Signer signer;
    private final Deque<Map.Entry<Tile, byte[]>> pending = new ArrayDeque<>();

    Publisher(LogFolder folder, Signer signer) {
        this.folder = folder;
        this.tiles = new Tiles(folder.path());
        this.signer = signer;
    }

    @Override
    public void full(Tile tile, byte[] hashes) {
        pending.add(Map.entry(tile, hashes));
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    /** Writes the tiles that became full. What could not be written is tried again by the next call. */
    void writePending() throws IOException {
        for (var next = pending.peek(); next != null; next = pending.peek()) {
            tiles.write(next.getKey(), next.getValue());
            pending.remove();
        }
    }

    /** Writes the partial tiles of the tree as it is, after what is pending. */
    void writePartials(TileTree tree) throws IOException {
        writePending();
        try {
            tree.partials(this);
            writePending();
        } catch (IOException | OutOfMemoryError e) {
            // The partial tiles will be others by the next attempt.
            pending.clear();
            throw e;
        }
    }

    /** What the tree is now, not signed yet. */
    Checkpoint checkpoint(TileTree tree) {
        return new Checkpoint(signer.verifier().name(), tree.size(), tree.root());
    }

    /** Signs a checkpoint, and waits for it. */
    SignedCheckpoint sign(Checkpoint checkpoint) throws IOException {
        return signer.sign(checkpoint);
    }

    /**
     * Writes what a checkpoint of the tree as it is needs, and begins to sign it.
     *
     * @throws IOException when something cannot be written; nothing is signed then
     */
    CompletableFuture<SignedCheckpoint> begin(TileTree tree) throws IOException {
        writePartials(tree);
        return signer.begin(checkpoint(tree));
    }

    /** Puts a checkpoint where it is looked for. */
    void publish(SignedCheckpoint signed) throws IOException {
        LogFolder.replace(folder.checkpoint(), signed.note());
    }
}
