package dev.phigate.cli.audit;

import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.index.Indexer;
import dev.phigate.audit.record.SessionStarted;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * What the audit commands do that somebody waits for, once, over a log of one session in a temporary folder: an AOT cache recorded
 * meanwhile knows the classes. Changes nothing else.
 */
public final class AuditTraining {
    private AuditTraining() {}

    /**
     * Runs it.
     *
     * @param line the command line as it is in use
     * @throws IOException when no temporary folder can be had
     */
    public static void run(CommandLine line) throws IOException {
        Path audit = Files.createTempDirectory("phigate-training");
        try {
            OpaqueId session = new OpaqueId(1, 1);
            AuditLogConfig config = AuditLogConfig.of(audit, "training");
            try (AuditLog log = AuditLog.open(config)) {
                var _ = log.append(new SessionStarted(
                        Instant.now(),
                        new Client(new OpaqueId(1, 2), new Name("https"), new Endpoint("192.0.2.1", 1)),
                        new Identity(Identity.Kind.LOGIN, "training"),
                        session));
            }
            new Indexer(config.folder()).catchUp();
            line.setOut(new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
            for (String format : new String[] {"table", "json", "csv"}) {
                line.execute("audit", "query", audit.toString(), "--session", session.toString(), "--format", format);
            }
            line.execute("audit", "timeline", audit.toString(), session.toString());
            line.execute("audit", "verify", audit.toString());
        } finally {
            delete(audit);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        }
    }
}
