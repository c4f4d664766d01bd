package dev.phigate.audit.sign;

import dev.phigate.audit.note.Checkpoint;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.Signer;
import dev.phigate.audit.note.VerifierKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A key that another process asks, so that no SDK of a cloud is loaded where requests are served. What comes back is verified by the
 * public key that was there when the log was opened: whatever else signs is a failure. A process that ends, or says nothing for ten seconds,
 * is started again by the next question.
 */
final class SigningProcess implements Signer {
    private static final Conversation.Patience PATIENCE =
            new Conversation.Patience(Duration.ofSeconds(30), Duration.ofSeconds(10));
    /** Is no checkpoint, and so proves nothing about any log. */
    private static final byte[] TRIAL = "phigate asks whether this key signs\n".getBytes(StandardCharsets.US_ASCII);

    private final List<String> command;
    private final String named;
    private final String origin;
    private boolean closed;
    private @Nullable Conversation current;
    private @Nullable VerifierKey verifier;

    private SigningProcess(List<String> command, String named, String origin) {
        this.command = List.copyOf(command);
        this.named = named;
        this.origin = origin;
    }

    /**
     * Starts a process, and has it sign once.
     *
     * @param named the key, for messages
     * @throws IOException when there is no such key, or it does not sign
     */
    static SigningProcess open(List<String> command, String named, String origin) throws IOException {
        SigningProcess process = new SigningProcess(command, named, origin);
        try {
            VerifierKey key = process.introduce();
            byte[] signature = await(process.ask(TRIAL));
            if (!key.signed(TRIAL, signature)) {
                throw process.notItsSignature();
            }
            return process;
        } catch (IOException | RuntimeException e) {
            process.close();
            throw e;
        }
    }

    /** Starts a process for its public key only. */
    static VerifierKey verifier(List<String> command, String named, String origin) throws IOException {
        try (SigningProcess process = new SigningProcess(command, named, origin)) {
            return process.introduce();
        }
    }

    @Override
    public synchronized VerifierKey verifier() {
        if (verifier == null) {
            throw new IllegalStateException("it is not open");
        }
        return verifier;
    }

    @Override
    public CompletableFuture<SignedCheckpoint> begin(Checkpoint checkpoint) {
        VerifierKey key = verifier();
        return ask(checkpoint.text().getBytes(StandardCharsets.UTF_8)).thenCompose(signature -> {
            try {
                return CompletableFuture.completedFuture(SignedCheckpoint.verified(checkpoint, key, signature));
            } catch (NoteException e) {
                return CompletableFuture.failedFuture(notItsSignature());
            }
        });
    }

    @Override
    public void close() {
        @Nullable Conversation open;
        synchronized (this) {
            closed = true;
            open = current;
        }
        if (open != null) {
            open.end("it was closed");
        }
    }

    private VerifierKey introduce() throws IOException {
        String spki = await(conversation().introduction());
        try {
            VerifierKey key = VerifierKey.ofDer(origin, Base64.getDecoder().decode(spki));
            synchronized (this) {
                verifier = key;
            }
            return key;
        } catch (NoteException | IllegalArgumentException e) {
            throw new IOException(named + ": its public key is none: " + e.getMessage(), e);
        }
    }

    private CompletableFuture<byte[]> ask(byte[] text) {
        try {
            return conversation().ask(text);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private synchronized Conversation conversation() throws IOException {
        if (closed) {
            throw new IOException(named + ": it was closed");
        }
        if (current == null || current.isOver()) {
            current = Conversation.start(command, named, PATIENCE);
        }
        return current;
    }

    private static <T> T await(CompletableFuture<T> answer) throws IOException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException known ? known : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a key was asked", e);
        }
    }

    private IOException notItsSignature() {
        return new IOException(named + ": what it signed is not signed by "
                + verifier().text() + " (an alias that belongs to another key now? The next start takes that key)");
    }
}
