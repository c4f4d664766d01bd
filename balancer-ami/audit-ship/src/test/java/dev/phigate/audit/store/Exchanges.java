package dev.phigate.audit.store;

import dev.phigate.audit.Appended;
import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Method;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.fact.Who;
import dev.phigate.audit.index.Indexer;
import dev.phigate.audit.record.Exchange;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.write.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** Logs of exchanges, a session for every hundred of them, in small segments with their indexes. */
public final class Exchanges {
    /** How many exchanges a session has. */
    public static final int A_SESSION = 100;

    private static final Instant MORNING = Instant.parse("2026-11-22T08:00:00Z");
    private static final LogSettings SETTINGS =
            new LogSettings(1 << 16, Duration.ofDays(1), Duration.ofMillis(1), Duration.ofDays(1), 1 << 24);

    private Exchanges() {}

    /** Writes so many, and closes the log. */
    public static LogFolder written(Path directory, String origin, int count) throws IOException {
        AuditLogConfig config = new AuditLogConfig(
                directory, origin, directory.resolve(origin + ".key"), AuditLogConfig.Durability.INTERVAL, SETTINGS);
        try (AuditLog log = AuditLog.open(config)) {
            for (int i = 0; i < count; i++) {
                while (log.append(exchange(i)) == Appended.Refused.FULL) {
                    Thread.onSpinWait();
                }
            }
        }
        new Indexer(config.folder()).catchUp();
        return config.folder();
    }

    /** The id of the n-th session, as records have it. */
    public static String session(int number) {
        return new OpaqueId(1, number).toString();
    }

    private static Exchange exchange(int number) {
        OpaqueId session = new OpaqueId(1, number / A_SESSION);
        return new Exchange(
                MORNING.plusSeconds(number),
                new Client(new OpaqueId(2, number / A_SESSION), new Name("https"), new Endpoint("192.0.2.17", 40_000)),
                new Who(new Identity(Identity.Kind.LOGIN, "nurse"), session),
                new Exchange.Call(new OpaqueId(3, number), Protocol.HTTP_2, Method.GET, null),
                new Target(new Name("fhir"), new Name("ehr"), new Endpoint("10.0.0.4", 18_441), 1),
                new Exchange.Answer(200, Exchange.Outcome.ANSWERED),
                new Traffic(0, 100, 1000, 900));
    }
}
