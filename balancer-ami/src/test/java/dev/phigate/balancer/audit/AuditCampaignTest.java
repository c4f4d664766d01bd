package dev.phigate.balancer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Finding;
import dev.phigate.audit.verify.Finding.Kind;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The log that the balancer writes, under what it is kept for: its sudden end at any moment, and whoever alters what it wrote. */
final class AuditCampaignTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    /** {@code -Dphigate.balancerKills=200} for the longer campaign. */
    private static final int KILLS = Integer.getInteger("phigate.balancerKills", 3);
    /** {@code -Dphigate.balancerForgeries=500} for the longer campaign. */
    private static final int FORGERIES = Integer.getInteger("phigate.balancerForgeries", 20);

    private static final long SEED = Long.getLong("phigate.seed", System.nanoTime());

    private final Bench bench = new Bench();
    private final LogFolder log = new LogFolder(bench.folder.resolve("audit/test"));
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        bench.close();
    }

    private Running run() throws IOException {
        Running running = Running.start(bench.folder, "", "run", bench.file().toString());
        started.add(running.process());
        return running;
    }

    @Test
    @Tag("A1")
    void killingTheProcessLosesNoAnsweredExchange() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.write();
        Set<String> answered = ConcurrentHashMap.newKeySet();
        System.out.println("    run  answered  in the log  lost  unanswered  (exchanges of all runs so far)");
        for (int round = 1; round <= KILLS; round++) {
            killOnce(answered, answered.size() + 200 + random.nextInt(1000));
            Set<String> found = exchanges();
            List<String> lost =
                    answered.stream().filter(id -> !found.contains(id)).toList();
            if (KILLS < 10 || round % (KILLS / 10) == 0 || !lost.isEmpty()) {
                System.out.printf(
                        "%7d %9d %11d %5d %11d%n",
                        round, answered.size(), found.size(), lost.size(), found.size() - answered.size());
            }
            assertThat(lost).as("seed %d: lost in run %d", SEED, round).isEmpty();
        }
        Running last = run();
        assertThat(last.port("https")).isPositive();
        last.signal("TERM");
        assertThat(last.exitCode()).isZero();
        assertThat(bench.records("log-lifecycle"))
                .extracting(record -> record.replaceAll(".*\"event\":\"([a-z-]+)\".*", "$1"))
                .hasSize(KILLS + 2)
                .startsWith("created", "recovered")
                .endsWith("recovered", "closed");
        Verification verification = Verifier.verify(log, Trust.NOTHING);
        assertThat(verification.verdict()).as(verification.toString()).isEqualTo(Verification.Verdict.WHOLE);
        assertThat(verification.proved()).isEqualTo(bench.records().size());
    }

    private void killOnce(Set<String> answered, int enough) throws IOException, InterruptedException {
        Running running = run();
        int port = running.port("https");
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            clients.add(Thread.ofPlatform().start(() -> {
                try (Wire wire = new Wire(bench.clientContext(), port)) {
                    while (true) {
                        answered.add(wire.send(GET).read().field("x-request-id"));
                    }
                } catch (IOException e) {
                    // The process is gone, as meant.
                }
            }));
        }
        Bench.eventually("traffic", () -> answered.size() > enough);
        // Through its handle: no child has to be started first.
        running.process().toHandle().destroyForcibly();
        running.process().waitFor();
        for (Thread client : clients) {
            assertThat(client.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    private Set<String> exchanges() throws IOException {
        Set<String> ids = new HashSet<>();
        new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of(Field.TYPE, "exchange")))
                .in(log, hit -> ids.add(hit.fields().getOrDefault(Field.EXCHANGE, "")));
        return ids;
    }

    /** What somebody does to a log, and what verification must say of it. */
    private enum Forgery {
        EDITED(Kind.EDITED),
        INSERTED(Kind.INSERTED),
        REMOVED(Kind.REMOVED),
        MOVED(Kind.REORDERED),
        CUT(Kind.CUT),
        SEGMENT_REMOVED(Kind.REMOVED);

        final Kind kind;

        Forgery(Kind kind) {
            this.kind = kind;
        }
    }

    /** Three lives of a balancer, with everything in them that it records. */
    private void write() throws IOException {
        bench.workload(Workload.OK);
        for (int life = 0; life < 3; life++) {
            bench.start();
            for (int connection = 0; connection < 5; connection++) {
                try (Wire wire = bench.connect()) {
                    for (int i = 0; i < 40; i++) {
                        wire.send(GET).read();
                    }
                    wire.send("GET / HTTP/1.1\r\n\r\n").read();
                }
            }
            bench.server = bench.pki.issue("localhost");
            bench.write();
            bench.balancer().reload();
            bench.balancer().stop();
            bench.stopped();
        }
    }

    @Test
    @Tag("A2")
    void everyForgeryOfALogThatTheBalancerWroteIsFoundAndTheRecordNamed() throws IOException, NoteException {
        write();
        Trust trust =
                new Trust(List.of(VerifierKey.parse(Files.readString(log.keys()).strip())), Map.of());
        assertThat(Verifier.verify(log, trust).findings()).isEmpty();
        assertThat(log.numbers()).hasSize(3);
        System.out.println("forgery           tries  found  named");
        for (Forgery forgery : Forgery.values()) {
            for (int i = 0; i < FORGERIES; i++) {
                forge(forgery, trust);
            }
            System.out.printf("%-16s %6d %6d %6d%n", forgery, FORGERIES, FORGERIES, FORGERIES);
        }
        for (int i = 0; i < FORGERIES; i++) {
            flip(trust);
        }
        System.out.printf("%-16s %6d %6d      -%n", "FLIPPED_BIT", FORGERIES, FORGERIES);
        assertThat(Verifier.verify(log, trust).findings()).isEmpty();
    }

    private void forge(Forgery forgery, Trust trust) throws IOException {
        // A first segment that is missing is what retention leaves; which records it had is said all the same.
        long segment = switch (forgery) {
            case CUT -> 2;
            case SEGMENT_REMOVED -> 1;
            case EDITED, INSERTED, REMOVED, MOVED -> random.nextInt(2);
        };
        Path file = log.segment(segment);
        byte[] whole = Files.readAllBytes(file);
        Forger forger = Forger.read(file);
        List<byte[]> records = forger.records();
        int at = forgery == Forgery.SEGMENT_REMOVED ? 0 : 1 + random.nextInt(records.size() - 5);
        int count =
                forgery == Forgery.SEGMENT_REMOVED ? records.size() : forgery == Forgery.CUT ? records.size() - at : 1;
        long record = first(segment) + at;
        switch (forgery) {
            case EDITED -> records.set(at, Forger.altered(records.get(at), random.nextInt(500)));
            case INSERTED -> records.add(at, Forger.altered(records.get(at + 1), random.nextInt(500)));
            case REMOVED -> records.remove(at);
            case MOVED -> records.add(at + 3, records.remove(at));
            case CUT -> records.subList(at, records.size()).clear();
            case SEGMENT_REMOVED -> Files.delete(file);
        }
        if (forgery != Forgery.SEGMENT_REMOVED) {
            forger.write(file);
        }
        String what = "seed " + SEED + ": " + forgery + " of record " + record;
        Verification verification = Verifier.verify(log, trust);
        assertThat(verification.verdict()).as(what).isEqualTo(Verification.Verdict.ALTERED);
        assertThat(verification.findings())
                .as(what)
                .filteredOn(finding -> finding.first() >= 0)
                .extracting(Finding::kind, Finding::first, Finding::count)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(forgery.kind, record, (long) count));
        Files.write(file, whole);
    }

    private void flip(Trust trust) throws IOException {
        List<Path> files;
        try (var all = Files.walk(log.path())) {
            files = all.filter(file -> Files.isRegularFile(file) && !file.endsWith("lock"))
                    .toList();
        }
        Path file = files.get(random.nextInt(files.size()));
        byte[] whole = Files.readAllBytes(file);
        byte[] flipped = whole.clone();
        int at = random.nextInt(whole.length);
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);
        assertThat(Verifier.verify(log, trust).verdict())
                .as("seed %d: a bit of byte %d of %s", SEED, at, file)
                .isEqualTo(Verification.Verdict.ALTERED);
        Files.write(file, whole);
    }

    private long first(long segment) throws IOException {
        long first = 0;
        for (long number = 0; number < segment; number++) {
            first += Forger.read(log.segment(number)).records().size();
        }
        return first;
    }

    @Test
    @Tag("A2")
    void anOlderStateOfALogIsFoundByACheckpointThatWasKeptElsewhere() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        bench.get("/");
        bench.balancer().stop();
        Map<Path, byte[]> older = new java.util.TreeMap<>();
        try (var all = Files.walk(log.path())) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                older.put(file, Files.readAllBytes(file));
            }
        }
        int before = bench.records().size();
        bench.start();
        bench.get("/");
        bench.balancer().stop();
        bench.stopped();
        Trust anchored = new Trust(List.of(), Map.of("anchor", Files.readString(log.checkpoint())));
        int all = bench.records().size();
        assertThat(Verifier.verify(log, anchored).findings()).isEmpty();
        Files.delete(log.segment(1));
        Files.delete(log.note(1));
        for (Map.Entry<Path, byte[]> file : older.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
        assertThat(Verifier.verify(log, anchored).findings()).anySatisfy(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.CUT);
            assertThat(finding.first()).isEqualTo(before);
            assertThat(finding.count()).isEqualTo(all - before);
        });
    }
}
