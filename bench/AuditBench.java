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
import dev.phigate.audit.form.Field;
import dev.phigate.audit.index.Indexer;
import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search;
import dev.phigate.audit.record.Exchange;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Writes and verifies a log as fast as it goes, and finds a session in it: AuditBench FOLDER RECORDS PRODUCERS. Prints one JSON object. */
final class AuditBench {
    private static final AtomicLong REFUSED = new AtomicLong();

    public static void main(String... arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        long records = Long.parseLong(arguments[1]);
        int producers = Integer.parseInt(arguments[2]);
        // What is measured is a balancer that runs for days: the compiler has done its work before.
        write(AuditLogConfig.of(folder, "warming"), Math.max(records / 4, 300_000), producers);
        AuditLogConfig config = AuditLogConfig.of(folder, "bench");
        REFUSED.set(0);
        long cpu = cpuNanos();
        long begun = System.nanoTime();
        AuditLog log = write(config, records, producers);
        double seconds = (System.nanoTime() - begun) / 1e9;
        double cpuMicros = (cpuNanos() - cpu) / 1e3 / records;
        report(config, log, records, producers, seconds, cpuMicros);
    }

    private static AuditLog write(AuditLogConfig config, long records, int producers) throws Exception {
        AuditLog log = AuditLog.open(config);
        try (log) {
            Thread[] threads = new Thread[producers];
            for (int p = 0; p < producers; p++) {
                long from = records * p / producers;
                long to = records * (p + 1) / producers;
                threads[p] = Thread.ofPlatform().start(() -> produce(log, from, to));
            }
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return log;
    }

    private static void report(AuditLogConfig config, AuditLog log, long records, int producers, double seconds, double cpuMicros)
            throws Exception {
        long bytes = 0;
        try (var files = Files.walk(config.folder().path())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        double verifySeconds = Double.MAX_VALUE;
        double verifyCpu = Double.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            long startCpu = cpuNanos();
            Verification outcome =
                    Verifier.verify(config.folder(), new Trust(List.of(log.verifier()), Map.of()));
            verifySeconds = Math.min(verifySeconds, (System.nanoTime() - start) / 1e9);
            verifyCpu = Math.min(verifyCpu, (cpuNanos() - startCpu) / 1e9);
            if (outcome.verdict() != Verification.Verdict.WHOLE || outcome.proved() < records) {
                throw new IllegalStateException(outcome.toString());
            }
        }
        new Indexer(config.folder()).catchUp();
        Session session = oneSession(config, records);
        System.out.printf(
                Locale.ROOT,
                "{\"records\": %d, \"producers\": %d, \"bytesPerRecord\": %.0f, \"maxHeapMiB\": %d, \"retriesBecauseFull\": %d,"
                        + " \"writtenPerSecond\": %.0f, \"writtenPerCpuSecond\": %.0f,"
                        + " \"verifiedPerSecond\": %.0f, \"verifiedPerCpuSecond\": %.0f,"
                        + " \"sessionMillis\": %d, \"segmentsRead\": %d, \"segmentsSkipped\": %d}%n",
                records, producers, (double) bytes / records, Runtime.getRuntime().maxMemory() >> 20, REFUSED.get(),
                records / seconds, 1e6 / cpuMicros, records / verifySeconds, records / verifyCpu,
                session.millis(), session.read(), session.skipped());
    }

    private record Session(long millis, long read, long skipped) {}

    /** Everything of one session, asked for once, as the command line does. */
    private static Session oneSession(AuditLogConfig config, long records) throws Exception {
        long begun = System.nanoTime();
        OpaqueId session = new OpaqueId(5, records / 20 / 2);
        Search search = new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of(Field.SESSION, session.toString())));
        List<Search.Hit> hits = new ArrayList<>();
        search.in(config.folder(), hits::add);
        if (hits.size() != 20) {
            throw new IllegalStateException(hits.size() + " records of the session (expected: 20)");
        }
        return new Session((System.nanoTime() - begun) / 1_000_000, search.segmentsRead(), search.segmentsSkipped());
    }

    private static void produce(AuditLog log, long from, long to) {
        for (long i = from; i < to; i++) {
            Exchange record = exchange(i);
            while (!(log.append(record) instanceof Appended.Written)) {
                REFUSED.incrementAndGet();
                LockSupport.parkNanos(100_000);
            }
        }
    }

    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static final Name LISTENER = new Name("https");
    private static final Name ROUTE = new Name("fhir");
    private static final Name UPSTREAM = new Name("ehr");
    private static final Endpoint HOST = new Endpoint("10.0.0.4", 18_441);

    private static Exchange exchange(long number) {
        return new Exchange(
                Instant.now(),
                new Client(new OpaqueId(7, number / 10), LISTENER, new Endpoint("192.0.2.17", 40_000 + (int) (number % 20_000))),
                new Who(new Identity(Identity.Kind.TOKEN, "nurse-17@clinic.example"), new OpaqueId(5, number / 20)),
                new Exchange.Call(new OpaqueId(9, number), Protocol.HTTP_2, Method.GET, new OpaqueId(11, number)),
                new Target(ROUTE, UPSTREAM, HOST, 1),
                new Exchange.Answer(200, Exchange.Outcome.ANSWERED),
                new Traffic(512, 20_480, 1500 + number % 1000, 900));
    }
}
