package dev.phigate.audit.write;

import dev.phigate.audit.note.SignedCheckpoint;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One signature at a time, that is asked for and not waited for: the key may be far away. After a failure it is not asked for again for
 * half a second, then twice as long each time, up to half a minute. One thread.
 */
final class Signing {
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Status status;
    private final Runnable onSigned;
    private @Nullable CompletableFuture<SignedCheckpoint> asked;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long failedAt;
    private boolean failed;

    /**
     * Nothing is asked for yet.
     *
     * @param onSigned called on any thread once there is an answer
     */
    Signing(Status status, Runnable onSigned) {
        this.status = status;
        this.onSigned = onSigned;
    }

    /** Whether one may be asked for now. */
    boolean mayAsk() {
        return asked == null && (!failed || System.nanoTime() - failedAt >= pauseNanos);
    }

    void ask(CompletableFuture<SignedCheckpoint> begun) {
        asked = begun;
        var _ = begun.whenComplete((signed, failure) -> onSigned.run());
    }

    /** Whether one is asked for and there is no answer. */
    boolean waits() {
        return asked != null && !asked.isDone();
    }

    /** What was signed, until it is {@linkplain #settled() settled}; null when there is nothing, for whatever reason. */
    @Nullable
    SignedCheckpoint answer() {
        if (asked == null || !asked.isDone()) {
            return null;
        }
        try {
            return asked.join();
        } catch (CompletionException | CancellationException e) {
            @Nullable Throwable cause = e.getCause();
            fail(String.valueOf((cause == null ? e : cause).getMessage()));
            return null;
        }
    }

    private void fail(String why) {
        pauseNanos = failed ? Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS) : FIRST_PAUSE_NANOS;
        failedAt = System.nanoTime();
        failed = true;
        asked = null;
        status.trouble(
                Status.Part.SIGNATURE,
                "checkpoints cannot be signed (" + why
                        + "): records are refused once the current segment and audit.backlog are full");
    }

    /** The answer is where it belongs. */
    void settled() {
        asked = null;
        failed = false;
        status.fine(Status.Part.SIGNATURE);
    }

    /** The next may be asked for at once, whatever failed. */
    void hurry() {
        failed = false;
    }

    /** Whether the last one that was asked for could not be had. */
    boolean failed() {
        return failed;
    }
}
