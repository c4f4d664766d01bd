package dev.phigate.audit.note;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Signs a log's checkpoints with a key that lies wherever it lies. One thread at a time. */
public interface Signer extends AutoCloseable {
    /** The key that verifies what this one signs; the same for as long as this is open. */
    VerifierKey verifier();

    /**
     * Begins to sign a checkpoint of the log that the key is named after, and never blocks.
     *
     * @return the checkpoint with a signature that {@link #verifier()} verifies; done at once where the key is at hand, and within seconds
     *     everywhere. When it cannot be signed, an {@link IOException} whose message says why, and another attempt may succeed.
     */
    CompletableFuture<SignedCheckpoint> begin(Checkpoint checkpoint);

    /**
     * Signs a checkpoint. Blocks, for seconds at most.
     *
     * @throws IOException when it cannot be signed now
     */
    default SignedCheckpoint sign(Checkpoint checkpoint) throws IOException {
        try {
            return begin(checkpoint).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException refused ? refused : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a checkpoint was signed", e);
        }
    }

    /** Gives back what it holds. What was begun and is not done fails. */
    @Override
    void close();
}
