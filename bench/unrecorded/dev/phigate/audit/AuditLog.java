package dev.phigate.audit;

import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.record.AuditRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A log that keeps nothing: what {@code bench/run --only audit} puts before the real one on the class path, because no configuration of the
 * balancer turns its log off. Records are still made, for metrics are counted from them; what is saved is their form, the mapping, the hashing,
 * the disk and the signatures.
 */
public final class AuditLog implements AutoCloseable {
    private static final CompletionStage<Void> NOW = CompletableFuture.completedStage(null);
    private static final Appended.Written WRITTEN = new Appended.Written(0);

    private final VerifierKey verifier;

    private AuditLog(VerifierKey verifier) {
        this.verifier = verifier;
    }

    public static AuditLog open(AuditLogConfig config) throws IOException {
        Files.createDirectories(config.directory());
        return new AuditLog(config.key().open(config.origin()).verifier());
    }

    public Appended append(AuditRecord record) {
        return WRITTEN;
    }

    public CompletionStage<Void> answerable(Appended.Written written) {
        return NOW;
    }

    public boolean accepts() {
        return true;
    }

    public long missed() {
        return 0;
    }

    public Health health() {
        return new Health(Health.State.WORKING, "", 0, 0, 0);
    }

    public SignedCheckpoint checkpoint() {
        throw new UnsupportedOperationException("nothing is recorded");
    }

    public VerifierKey verifier() {
        return verifier;
    }

    @Override
    public void close() {}
}
