package dev.phigate.balancer.keys;

import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.record.AuditRecord;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks at certificates and keys and records what is another than when it looked before. It asks what is in force instead of being told by
 * whatever changes it, so that no way to change a key stays unrecorded. Any thread, one at a time.
 */
public final class KeyWatch {
    private final Consumer<AuditRecord> log;
    private Map<String, Seen> seen = new HashMap<>();

    /** A watch that has seen nothing yet: what it finds first was loaded. */
    public KeyWatch(Consumer<AuditRecord> log) {
        this.log = log;
    }

    /**
     * Looks once.
     *
     * @param places tells what is in force; asked while nobody else looks, so that nobody records an older state after a newer one
     */
    public synchronized void look(Supplier<List<Place>> places, Instant now) {
        Map<String, Seen> next = new HashMap<>();
        for (Place place : places.get()) {
            Seen known = seen.get(place.id());
            Seen looked = known == null ? new Seen(place.name(), log) : known;
            looked.look(place, now);
            next.put(place.id(), looked);
        }
        seen = next;
    }

    /** A digest for a record. */
    static Sha256 digest(byte[] of) {
        try {
            return new Sha256(java.security.MessageDigest.getInstance("SHA-256").digest(of));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
