package dev.phigate.balancer.audit;

import dev.phigate.audit.Appended;
import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig.Durability;
import dev.phigate.audit.Health;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.ShippingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The audit log as the balancer uses it: what follows from a record happens once the record is safe, as safe as the configuration
 * asks. Any thread, any number at once; never blocks.
 */
public final class Recorder implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Recorder.class.getName());

    /** How long an answer waits for a disk that says nothing. */
    private static final int PATIENCE_SECONDS = 30;

    private final AuditLog log;
    private final AuditConfig config;
    private final String name;
    private final boolean waits;
    private final boolean goesOn;
    private final Consumer<AuditRecord> watcher;
    private final @Nullable Shipping shipping;
    private final Optional<SpoolWatch> spooled;
    private volatile boolean refusing;

    /** Told once whether a record is there. */
    @FunctionalInterface
    public interface Then {
        /**
         * What follows from the record.
         *
         * @param mayAnswer whether what it is about may be answered; when not, nothing of it may leave
         */
        void told(boolean mayAnswer);
    }

    private Recorder(AuditLog log, AuditConfig config, Consumer<AuditRecord> watcher, @Nullable Shipping shipping) {
        this.log = log;
        this.config = config;
        this.shipping = shipping;
        this.name = config.log().folder().path().toString();
        this.waits = config.log().durability() == Durability.FSYNC;
        this.goesOn = config.whenFull() == AuditConfig.WhenFull.CONTINUE;
        this.watcher = watcher;
        this.spooled =
                config.log().ship().map(ship -> new SpoolWatch(config.log().folder()));
    }

    /**
     * Opens the log for writing.
     *
     * @param configuration the balancer's own, which the shipping reads too
     * @param watcher is shown each record, on the thread that has it, whether it could be written or not
     * @throws IOException with a complete message, when the log cannot be used
     */
    public static Recorder open(AuditConfig config, Path configuration, Consumer<AuditRecord> watcher)
            throws IOException {
        AuditLog log = AuditLog.open(config.log());
        try {
            Shipping shipping = config.log().ship().isPresent()
                    ? Shipping.start(configuration, config.log().origin())
                    : null;
            return new Recorder(log, config, watcher, shipping);
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    /** Whether requests may begin that will have to be recorded. */
    public boolean accepts() {
        return goesOn || log.accepts();
    }

    /** Records what nobody waits for. */
    public void note(AuditRecord any) {
        var _ = append(any);
    }

    /**
     * Records what is to be answered.
     *
     * @param loop where {@code then} is told: at once when the caller is there and nothing has to be waited for
     */
    public void record(AuditRecord any, Executor loop, Then then) {
        switch (append(any)) {
            case Appended.Written written
            when waits ->
                log.answerable(written)
                        .toCompletableFuture()
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .whenComplete((done, failure) -> loop.execute(() -> then.told(failure == null || goesOn)));
            case Appended.Written written -> then.told(true);
            case Appended.Refused refused -> then.told(goesOn);
        }
    }

    private Appended append(AuditRecord any) {
        watcher.accept(any);
        Appended appended = log.append(any);
        if (appended instanceof Appended.Written == refusing) {
            tell(appended);
        }
        return appended;
    }

    private synchronized void tell(Appended appended) {
        boolean refuses = appended instanceof Appended.Refused;
        if (refuses == refusing) {
            return;
        }
        refusing = refuses;
        if (refuses) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "audit log {0} takes no records: {1}; {2}",
                    name,
                    why(),
                    goesOn ? "requests are served without (audit.whenFull: continue)" : "requests are refused");
        } else {
            LOG.log(System.Logger.Level.INFO, "audit log {0}: written again", name);
        }
    }

    /** Why requests are refused; an empty text while they are not. For operators, not for clients. */
    public String trouble() {
        return accepts() ? "" : why();
    }

    private String why() {
        String trouble = log.health().trouble();
        return trouble.isEmpty() ? "it is full: the disk or the tree cannot keep up" : trouble;
    }

    /** How the log is. */
    public Health health() {
        return log.health();
    }

    /** How many records it could not take. */
    public long missed() {
        return log.missed();
    }

    /** Looks how far its shipping has come, which reads files. Called from one thread at a time, no event loop. */
    public void look() {
        spooled.ifPresent(SpoolWatch::look);
    }

    /** How far its shipping had come at the last {@link #look}; absent when it is not shipped. */
    public Optional<ShippingState> shipping() {
        return spooled.map(SpoolWatch::state);
    }

    /** How many bytes waited for the store then. */
    public long spooled() {
        return spooled.map(SpoolWatch::waiting).orElse(0L);
    }

    /** How many bytes may wait for the store; 0 when it is not shipped. */
    public long spool() {
        return config.log().ship().map(ShipConfig::spool).orElse(0L);
    }

    /** Ends the log whole. Blocks. */
    @Override
    public void close() {
        try {
            log.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.ERROR, "audit log {0}: {1}", name, e.getMessage());
        }
        if (shipping != null) {
            shipping.close();
        }
    }
}
