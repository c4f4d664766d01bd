package dev.phigate.audit;

import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.index.Indexer;
import dev.phigate.audit.note.SignedCheckpoint;
import dev.phigate.audit.note.Signer;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.LogLifecycle;
import dev.phigate.audit.record.LogLifecycle.Details;
import dev.phigate.audit.record.LogLifecycle.Event;
import dev.phigate.audit.ship.Spool;
import dev.phigate.audit.write.LogWriter;
import dev.phigate.audit.write.Spooling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The audit log of one balancer. {@link #append} is for event loops: any thread, any number at once, no lock, no blocking call, and
 * it says no when it cannot keep its promise, so that the balancer can refuse what it could not record.
 */
public final class AuditLog implements AutoCloseable {
    private static final CompletionStage<Void> NOW = CompletableFuture.completedStage(null);

    private final AuditLogConfig config;
    private final LogWriter writer;
    private final Signer signer;
    private final ThreadLocal<CanonicalJson> forms = ThreadLocal.withInitial(CanonicalJson::new);
    private final ClockWatch clock;
    private final Indexer indexer;
    private final LongAdder missed = new LongAdder();
    private long told;

    private AuditLog(AuditLogConfig config, LogWriter writer, Signer signer) {
        this.config = config;
        this.writer = writer;
        this.signer = signer;
        this.clock = new ClockWatch(this::clockStepped, this::tellMissed);
        this.indexer = new Indexer(config.folder());
    }

    /**
     * Opens a log, recovers what a crash left, and records that.
     *
     * @throws IOException when another process writes to it, when what is there does not lead to its checkpoints, when it or its
     *     key cannot be read or written, or the key does not sign; the message names which
     */
    public static AuditLog open(AuditLogConfig config) throws IOException {
        Files.createDirectories(
                config.directory(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Signer signer = config.key().open(config.origin());
        try {
            LogWriter writer = LogWriter.open(config.folder(), signer, config.settings(), spool(config));
            AuditLog log = new AuditLog(config, writer, signer);
            log.recordOpening();
            log.clock.start();
            log.indexer.start();
            return log;
        } catch (IOException | RuntimeException e) {
            signer.close();
            throw e;
        }
    }

    private static Spooling spool(AuditLogConfig config) {
        return config.ship()
                .<Spooling>map(ship -> new Spool(config.folder(), ship.spool())::full)
                .orElse(Spooling.NONE);
    }

    private void recordOpening() throws IOException {
        LogWriter.Opening opening = writer.opening();
        Event event = opening.records() == 0 ? Event.CREATED : opening.unclean() ? Event.RECOVERED : Event.OPENED;
        Details details = new Details(opening.records(), opening.tornRecords(), opening.tornBytes(), 0, 0);
        Appended appended =
                write(new LogLifecycle(Instant.now(), event, signer.verifier().text(), details));
        if (opening.newKey() && opening.records() > 0) {
            appended = write(new LogLifecycle(
                    Instant.now(), Event.KEY_CHANGED, signer.verifier().text(), details));
        }
        if (!(appended instanceof Appended.Written)) {
            writer.close();
            throw new IOException("audit log " + config.folder().path() + ": its first record cannot be written");
        }
    }

    /**
     * Appends a record. What it is about must not be answered before this returns {@link Appended.Written}, and not at all when it
     * returns {@link Appended.Refused}. How many were refused stands in a record {@code records-missed}, once there is room again.
     */
    public Appended append(AuditRecord record) {
        Appended appended = write(record);
        if (appended instanceof Appended.Refused) {
            missed.increment();
        }
        return appended;
    }

    private Appended write(AuditRecord record) {
        CanonicalJson form = forms.get();
        record.writeTo(form);
        if (form.length() > AuditRecord.MOST_BYTES) {
            throw new IllegalArgumentException(
                    "a record of " + form.length() + " bytes (expected: at most " + AuditRecord.MOST_BYTES + ")");
        }
        long position = writer.append(form.bytes(), form.length());
        if (position >= 0) {
            return new Appended.Written(position);
        }
        return position == LogWriter.FULL ? Appended.Refused.FULL : Appended.Refused.OVER;
    }

    /**
     * Tells when what a record is about may be answered: at once, or in durability {@code fsync} when the disk has the record. It
     * completes exceptionally when the disk failed: then it must not be answered. Callbacks run on the thread that forces records
     * to the disk; they must only hand over.
     */
    public CompletionStage<Void> answerable(Appended.Written written) {
        return config.durability() == AuditLogConfig.Durability.FSYNC ? writer.whenDurable(written.position()) : NOW;
    }

    /**
     * Whether something may begin that will have to be recorded: there is more room than what is under way already may need. Cheap
     * enough to be asked for every request.
     */
    public boolean accepts() {
        return writer.accepts();
    }

    /** How many records were refused since the log was opened. */
    public long missed() {
        return missed.sum();
    }

    /** How the log is. */
    public Health health() {
        @Nullable String broken = writer.broken();
        String trouble = broken == null ? writer.trouble() : broken;
        Health.State state =
                broken != null ? Health.State.OVER : trouble.isEmpty() ? Health.State.WORKING : Health.State.IN_TROUBLE;
        return new Health(
                state,
                trouble,
                writer.records(),
                writer.backlog(),
                writer.checkpoint().checkpoint().size());
    }

    /** The newest checkpoint. */
    public SignedCheckpoint checkpoint() {
        return writer.checkpoint();
    }

    /** The key that verifies checkpoints. */
    public VerifierKey verifier() {
        return signer.verifier();
    }

    /** Records the end, brings everything onto the disk and into the tree, signs and seals it. Blocks. */
    @Override
    public void close() throws IOException {
        clock.stop();
        indexer.stop();
        tellMissed();
        var _ = write(
                new LogLifecycle(Instant.now(), Event.CLOSED, signer.verifier().text(), Details.of(writer.records())));
        try (signer) {
            writer.close();
        }
    }

    private boolean clockStepped(long millis) {
        Details details = new Details(writer.records(), 0, 0, millis, 0);
        return write(new LogLifecycle(Instant.now(), Event.CLOCK_STEPPED, null, details)) instanceof Appended.Written;
    }

    /** Says in the log what it missed, once it takes records again. */
    private synchronized void tellMissed() {
        long untold = missed.sum() - told;
        if (untold > 0 && writer.accepts()) {
            Details details = new Details(writer.records(), 0, 0, 0, untold);
            if (write(new LogLifecycle(Instant.now(), Event.RECORDS_MISSED, null, details))
                    instanceof Appended.Written) {
                told += untold;
            }
        }
    }
}
