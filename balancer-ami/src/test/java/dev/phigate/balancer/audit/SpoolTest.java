package dev.phigate.balancer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.audit.Appended;
import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.ConnectionAccepted;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ShippingState;
import dev.phigate.audit.ship.Spool;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.audit.write.LogSettings;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a balancer does while its audit log's store is away and no more may wait for it: with the real shipping process, as a process. */
@Tag("A3")
final class SpoolTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final long SPOOL = 16L << 20;
    /** More requests than the segments take that a start prepares. */
    private static final int MANY = 5000;

    private final Bench bench = new Bench();

    private final List<Process> started = new ArrayList<>();
    private final Path audit = bench.folder.resolve("audit");
    private final Path store = bench.folder.resolve("store");

    /** The shipping ends with its balancer. */
    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        bench.close();
    }

    /** A store that is away, and as much waiting for it as may. */
    @BeforeEach
    void fillTheSpool() throws IOException {
        Files.writeString(store, "a file is where the folder should be");
        LogSettings settings =
                new LogSettings(1 << 20, Duration.ofHours(1), Duration.ofMillis(10), Duration.ofSeconds(1), 8 << 20);
        AuditLogConfig config = new AuditLogConfig(
                audit, "test", audit.resolve("test.key"), AuditLogConfig.Durability.INTERVAL, settings);
        Client client = new Client(new OpaqueId(0, 1), new Name("https"), new Endpoint("192.0.2.17", 40_000));
        try (AuditLog log = AuditLog.open(config)) {
            ConnectionAccepted any = new ConnectionAccepted(Instant.now(), client, new Endpoint("10.0.0.9", 443), null);
            while (waiting() < SPOOL) {
                for (int i = 0; i < 1000; i++) {
                    while (log.append(any) instanceof Appended.Refused) {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            }
        }
        assertThat(waiting()).isGreaterThan(SPOOL - (2 << 20));
    }

    private long waiting() throws IOException {
        return Spool.waiting(folder(), ShippingState.read(folder()));
    }

    private LogFolder folder() {
        return new LogFolder(audit.resolve("test"));
    }

    private Running start(String whenFull) throws IOException {
        Path jar = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")))
                .resolve("target/app/phigate-audit-ship.jar");
        assumeTrue(Files.exists(jar), "no " + jar + " (mvn verify at the root makes it)");
        bench.auditExtra = "whenFull: " + whenFull + ", ship: {to: 'file://" + store + "', every: 1s, spool: 16MiB}";
        bench.workload(Workload.OK);
        bench.write();
        Running running = Running.start(
                bench.folder,
                "export PHIGATE_AUDIT_SHIP_JAR='" + jar + "'; ",
                "run",
                bench.file().toString());
        started.add(running.process());
        return running;
    }

    private String admin(Running running, String path) throws IOException {
        return bench.admin(running.port("admin"), path).output();
    }

    private static double metric(String metrics, String name) {
        return Double.parseDouble(metrics.lines()
                .filter(line -> line.startsWith(name + " "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + metrics))
                .split(" ", 2)[1]);
    }

    /** What the shipping leaves is looked at once a second. */
    private void eventually(Running running, String name, DoublePredicate holds) {
        Bench.eventually(name, () -> holds.test(metric(admin(running, "/metrics"), name)));
    }

    private void storeComesBack() throws IOException {
        Files.delete(store);
        Files.createDirectory(store);
    }

    private void ends(Running running) throws IOException, InterruptedException {
        running.signal("TERM");
        assertThat(running.exitCode()).as(Running.text(running.err())).isZero();
        Verification proof = Verifier.verify(folder(), new Trust(List.of(), Map.of()));
        assertThat(proof.verdict()).as(proof.toString()).isEqualTo(Verification.Verdict.WHOLE);
    }

    @Test
    void refuseForwardsNothingThatCannotBeRecordedUntilTheStoreIsBack() throws IOException, InterruptedException {
        Running running = start("refuse");
        int forwarded = 0;
        int refused = 0;
        boolean full = false;
        try (Wire wire = new Wire(bench.clientContext(), running.port("https"))) {
            for (int i = 0; i < MANY && !full; i++) {
                int status = wire.send(GET).read().status();
                assertThat(status).isIn(200, 503);
                forwarded += status == 200 ? 1 : 0;
                refused += status == 503 ? 1 : 0;
                // A log that is only behind for a moment refuses too.
                full = status == 503
                        && refused % 5 == 0
                        && admin(running, "/readyz").contains("spool is full");
            }
        }
        assertThat(full).isTrue();
        assertThat(bench.workloads.getFirst().received()).hasSize(forwarded);
        assertThat(bench.records("exchange")).hasSize(forwarded);
        Bench.eventually("the status names the store that is away", () -> {
            String status = admin(running, "/v1/status");
            return status.contains("\"trouble\":") && status.contains(store.toString());
        });
        String metrics = admin(running, "/metrics");
        assertThat(metric(metrics, "phigate_audit_writable")).isZero();
        assertThat(metric(metrics, "phigate_audit_spool_limit_bytes")).isEqualTo(SPOOL);
        assertThat(metric(metrics, "phigate_audit_shipped_timestamp_seconds")).isZero();
        eventually(running, "phigate_audit_spool_bytes", bytes -> bytes >= SPOOL);
        storeComesBack();
        Bench.eventually("it forwards again", () -> {
            try (Wire wire = new Wire(bench.clientContext(), running.port("https"))) {
                return wire.send(GET).read().status() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        metrics = admin(running, "/metrics");
        assertThat(metric(metrics, "phigate_audit_writable")).isEqualTo(1);
        eventually(running, "phigate_audit_spool_bytes", bytes -> bytes < SPOOL);
        eventually(running, "phigate_audit_shipped_timestamp_seconds", time -> time > 0);
        ends(running);
    }

    @Test
    void askingHowFarTheShippingIsReadsNoFile() throws IOException {
        new ShippingState(-1, 7, 1000, "away").write(folder());
        SpoolWatch watch = new SpoolWatch(folder());
        long waiting = waiting();
        Path elsewhere = Files.move(folder().path(), bench.folder.resolve("elsewhere"));
        assertThat(watch.waiting()).isEqualTo(waiting).isPositive();
        assertThat(watch.state().anchored()).isEqualTo(7);
        Files.move(elsewhere, folder().path());
        new ShippingState(-1, 8, 2000, "").write(folder());
        assertThat(watch.state().anchored()).as("before it was looked at").isEqualTo(7);
        watch.look();
        assertThat(watch.state()).isEqualTo(new ShippingState(-1, 8, 2000, ""));
    }

    @Test
    void continueServesAndTheLogSaysHowManyRecordsItMissed() throws IOException, InterruptedException {
        // Filling the spool goes faster than the log, which says so too.
        long before = missed();
        Running running = start("continue");
        try (Wire wire = new Wire(bench.clientContext(), running.port("https"))) {
            for (int i = 0; i < MANY; i++) {
                assertThat(wire.send(GET).read().status()).isEqualTo(200);
            }
        }
        assertThat(bench.records("exchange")).hasSizeLessThan(MANY);
        storeComesBack();
        Bench.eventually("the log says what it missed", () -> missed() > before);
        // Of the connection only its beginning stands in the log: what is missing are exchanges.
        assertThat(bench.records("exchange").size() + missed() - before).isEqualTo(MANY);
        ends(running);
    }

    private long missed() throws IOException {
        return bench.records("log-lifecycle").stream()
                .filter(record -> record.contains("records-missed"))
                .mapToLong(record -> Long.parseLong(record.replaceAll(".*\"missed\":(\\d+),.*", "$1")))
                .sum();
    }
}
