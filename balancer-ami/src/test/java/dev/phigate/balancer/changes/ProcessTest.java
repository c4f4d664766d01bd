package dev.phigate.balancer.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The balancer as a process of its own: its command line, its signals, and what it does when its log cannot be written. */
final class ProcessTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Bench bench = new Bench();
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        bench.close();
    }

    private Running run(String prefix, String... arguments) throws IOException {
        Running running = Running.start(bench.folder, prefix, arguments);
        started.add(running.process());
        return running;
    }

    @Test
    @Tag("B13")
    void aProcessWithoutDescriptorsSaysSoAndGoesOnOnceThereAreSome() throws IOException {
        bench.workload(Workload.OK);
        bench.write();
        Running running = run("ulimit -n 200; ", "run", bench.file().toString());
        int port = running.port("https");
        List<Socket> crowd = new ArrayList<>();
        try (Wire before = new Wire(bench.clientContext(), port)) {
            assertThat(before.send(GET).read().status()).isEqualTo(200);
            for (int i = 0; i < 400; i++) {
                crowd.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            Bench.eventually(
                    "it is said",
                    () -> Running.text(running.err())
                            .matches("(?s).*listener .{0,2}https.* accepts nobody.*ulimit -n.*"));
            assertThat(before.send(GET).read().status())
                    .as("connections that are there go on")
                    .isEqualTo(200);
        } finally {
            for (Socket one : crowd) {
                one.close();
            }
        }
        try (Wire after = new Wire(bench.clientContext(), port)) {
            assertThat(after.send(GET).read().status()).isEqualTo(200);
        }
        assertThat(Running.text(running.err())).doesNotContain("DefaultChannelPipeline");
    }

    @Test
    @Tag("A3")
    void whenTheLogCannotBeWrittenNothingIsForwardedAndItIsNotReady() throws IOException, InterruptedException {
        bench.auditExtra = "backlog: 1MiB";
        bench.workload(Workload.OK);
        bench.write();
        Running running = run("", "run", bench.file().toString());
        int port = running.port("https");
        int refused = 0;
        int received = 0;
        try (Wire wire = new Wire(bench.clientContext(), port)) {
            limitFiles(running, "100");
            for (int i = 0; i < 50_000 && refused < 5; i++) {
                int status = wire.send(GET).read().status();
                assertThat(status).isIn(200, 503);
                received += status == 200 ? 1 : 0;
                refused += status == 503 ? 1 : 0;
            }
        }
        assertThat(refused).isEqualTo(5);
        assertThat(bench.workloads.getFirst().received().size()).as("forwarded").isEqualTo(received);
        assertThat(bench.records("exchange")).hasSize(received);
        assertThat(bench.records("refused"))
                .hasSize(5)
                .allMatch(record -> record.contains("\"reason\":\"not-recordable\""));
        Program ready = bench.admin(running.port("admin"), "/readyz", "-w", "%{http_code}");
        assertThat(ready.output()).contains("audit log cannot be written").endsWith("503");
        limitFiles(running, "unlimited");
        Bench.eventually("it serves again", () -> {
            try (Wire wire = new Wire(bench.clientContext(), port)) {
                return wire.send(GET).read().status() == 200;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        running.signal("TERM");
        assertThat(running.exitCode()).isZero();
    }

    @Test
    @Tag("A3")
    void withContinueItServesWithoutRecordsAndTheLogSaysHowMany() throws IOException, InterruptedException {
        bench.auditExtra = "backlog: 1MiB, whenFull: continue";
        bench.workload(Workload.OK);
        bench.write();
        Running running = run("", "run", bench.file().toString());
        int answered = 4000;
        try (Wire wire = new Wire(bench.clientContext(), running.port("https"))) {
            limitFiles(running, "100");
            for (int i = 0; i < answered; i++) {
                assertThat(wire.send(GET).read().status()).isEqualTo(200);
            }
        }
        limitFiles(running, "unlimited");
        Bench.eventually(
                "the log says what it missed",
                () -> bench.records("log-lifecycle").getLast().contains("\"event\":\"records-missed\""));
        running.signal("TERM");
        assertThat(running.exitCode()).isZero();
        long missed = bench.records("log-lifecycle").stream()
                .mapToLong(record -> Long.parseLong(record.replaceAll(".*\"missed\":(\\d+),.*", "$1")))
                .sum();
        assertThat(missed).isPositive();
        assertThat(bench.records("exchange").size() + missed).isEqualTo(answered);
    }

    /** Makes every write beyond a size fail, as on a full disk. */
    private static void limitFiles(Running running, String bytes) throws IOException {
        assertThat(Program.run(List.of(
                                "prlimit",
                                "--pid",
                                Long.toString(running.process().pid()),
                                "--fsize=" + bytes + ":"))
                        .code())
                .isZero();
    }

    @Test
    @Tag("B13")
    void threeUpgradesUnderTrafficLoseNoRequest() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.workload(Workload.OK);
        bench.rootExtra = "shutdown: {drain: 30s}\nupgrade: {socket: " + bench.folder.resolve("upgrade.sock") + "}\n";
        bench.write();
        Running serving = run("", "run", "--take-over", bench.file().toString());
        int port = serving.port("https");
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicInteger answered = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Thread.ofPlatform().start(() -> {
                try {
                    while (!enough.get()) {
                        answered.addAndGet(useConnection(port, enough));
                    }
                } catch (IOException | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        for (int i = 0; i < 3; i++) {
            Running next = run("", "run", "--take-over", bench.file().toString());
            assertThat(next.port("https")).isEqualTo(port);
            assertThat(next.port("admin")).isEqualTo(serving.port("admin"));
            assertThat(serving.exitCode()).isZero();
            int soFar = answered.get();
            Bench.eventually("traffic goes on", () -> answered.get() > soFar + 20 || !failures.isEmpty());
            serving = next;
        }
        enough.set(true);
        for (Thread client : clients) {
            assertThat(client.join(java.time.Duration.ofSeconds(20))).isTrue();
        }
        assertThat(failures).isEmpty();
        serving.signal("TERM");
        assertThat(serving.exitCode()).isZero();
        long recorded = 0;
        for (String log : List.of("test", "test-b")) {
            recorded += bench.recordsOf(log).stream()
                    .filter(line -> line.contains("\"type\":\"exchange\""))
                    .count();
        }
        assertThat(recorded).isEqualTo(answered.get());
    }

    /** Asks on one connection until that is to be closed; answers how often. */
    private int useConnection(int port, AtomicBoolean enough) throws IOException {
        int answers = 0;
        try (Wire wire = new Wire(bench.clientContext(), port)) {
            Wire.Answer answer;
            do {
                answer = wire.send(GET).read();
                assertThat(answer.status()).isEqualTo(200);
                answers++;
            } while (answer.field("connection") == null && answers < 50 && !enough.get());
        }
        return answers;
    }

    @Test
    @Tag("A5")
    void whatASuccessorRecordsBesideTheFirstLogIsShippedToo() throws IOException, InterruptedException {
        Path jar = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")))
                .resolve("target/app/phigate-audit-ship.jar");
        assumeTrue(Files.exists(jar), "no " + jar + " (mvn verify at the root makes it)");
        String environment = "export PHIGATE_AUDIT_SHIP_JAR='" + jar + "'; ";
        Path store = Files.createDirectory(bench.folder.resolve("store"));
        bench.auditExtra = "ship: {to: 'file://" + store + "', every: 1s}";
        bench.workload(Workload.OK);
        bench.rootExtra = "upgrade: {socket: " + bench.folder.resolve("upgrade.sock") + "}\n";
        bench.write();
        Running first = run(environment, "run", "--take-over", bench.file().toString());
        int port = first.port("https");
        Running second = run(environment, "run", "--take-over", bench.file().toString());
        assertThat(second.port("https")).isEqualTo(port);
        assertThat(first.exitCode()).isZero();
        assertThat(useConnection(port, new AtomicBoolean())).isEqualTo(50);
        second.signal("TERM");
        assertThat(second.exitCode()).isZero();
        for (String origin : List.of("test", "test-b")) {
            Verification shipped = Verifier.verify(new LogFolder(store.resolve(origin)), Trust.NOTHING);
            assertThat(shipped.verdict()).as(shipped.toString()).isEqualTo(Verification.Verdict.WHOLE);
            assertThat(shipped.proved()).isEqualTo(bench.recordsOf(origin).size());
        }
    }

    @Test
    @Tag("B13")
    void aSuccessorThatCannotServeChangesNothing() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        Path socket = bench.folder.resolve("upgrade.sock");
        bench.rootExtra = "upgrade: {socket: " + socket + "}\n";
        bench.write();
        Running serving = run("", "run", bench.file().toString());
        int port = serving.port("https");
        assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
        Path broken = bench.folder.resolve("broken.yaml");
        Files.writeString(broken, bench.document().replace("origin: test", "origin: \"\""));
        assertThat(run("", "run", "--take-over", broken.toString()).exitCode()).isEqualTo(2);
        Files.writeString(broken, bench.document().replace("directory: " + bench.folder, "directory: /proc/nowhere"));
        Running failed = run("", "run", "--take-over", broken.toString());
        assertThat(failed.exitCode()).as(Running.text(failed.err())).isEqualTo(2);
        assertThat(useConnection(port, new AtomicBoolean())).isEqualTo(50);
        serving.signal("TERM");
        assertThat(serving.exitCode()).isZero();
        assertThat(socket).doesNotExist();
    }

    @Test
    @Tag("B13")
    void aSuccessorThatCannotOfferTheNextUpgradeChangesNothing() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        Path folder = Files.createDirectory(bench.folder.resolve("run"));
        Path socket = folder.resolve("upgrade.sock");
        bench.rootExtra = "upgrade: {socket: " + socket + "}\n";
        bench.write();
        Running serving = run("", "run", bench.file().toString());
        int port = serving.port("https");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        // Whom permissions do not bind (root) gives that up.
        String bound =
                "[ $(id -u) != 0 ] || OR=\"setpriv --bounding-set=-dac_override\"; exec() { builtin exec $OR \"$@\"; }; ";
        Running failed = run(bound, "run", "--take-over", bench.file().toString());
        assertThat(failed.exitCode()).as(Running.text(failed.err())).isEqualTo(2);
        assertThat(Running.text(failed.err())).contains("upgrade.socket: " + socket);
        assertThat(useConnection(port, new AtomicBoolean())).isEqualTo(50);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Running next = run("", "run", "--take-over", bench.file().toString());
        assertThat(next.port("https")).isEqualTo(port);
        assertThat(serving.exitCode()).isZero();
        assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
        next.signal("TERM");
        assertThat(next.exitCode()).isZero();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void termEndsWithZeroAndHupReloads() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.write();
        Running running = run("", "run", bench.file().toString());
        assertThat(running.ready())
                .matches("(?s)ready https=127\\.0\\.0\\.1:\\d+ admin=127\\.0\\.0\\.1:\\d+ pid=\\d+\n");
        running.signal("HUP");
        Bench.eventually("reloaded", () -> Running.text(running.err()).contains("reloaded"));
        try (Wire wire = new Wire(bench.clientContext(), running.port("https"))) {
            assertThat(wire.send(GET).read().status()).isEqualTo(200);
        }
        running.signal("TERM");
        assertThat(running.exitCode()).isZero();
        assertThat(Running.text(running.err())).doesNotContain("level=error", "Exception");
    }

    @Test
    void aReloadThatEndsInAnErrorIsRefusedAndTheNextSignalsAreHeard() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.write();
        Running running = run("", "run", bench.file().toString());
        assertThat(running.ready()).startsWith("ready ");
        try (var document = new RandomAccessFile(bench.file().toFile(), "rw")) {
            document.setLength(3L << 30); // more than an array holds: the JDK answers with an OutOfMemoryError
        }
        running.signal("HUP");
        Bench.eventually("refused", () -> Running.text(running.err()).contains("OutOfMemoryError"));
        bench.write();
        running.signal("HUP");
        Bench.eventually("reloaded", () -> Running.text(running.err()).contains("reloaded"));
        running.signal("TERM");
        assertThat(running.exitCode()).isZero();
        assertThat(Running.text(running.err())).contains("reload refused, the old configuration stays");
        assertThat(bench.records("configuration-loaded").get(1)).contains("\"outcome\":\"refused\"");
    }

    @Test
    void hupBeforeItIsReadyReloadsOnceItIs() throws IOException {
        bench.workload(Workload.OK);
        bench.write();
        Running running = run("", "run", bench.file().toString());
        Bench.eventually("it begins", () -> Files.exists(bench.folder.resolve("audit")));
        running.signal("HUP");
        assertThat(running.ready()).startsWith("ready ");
        Bench.eventually("reloaded", () -> Running.text(running.err()).contains("reloaded"));
    }

    @Test
    void aProcessThatCannotHearHupSaysSo() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.write();
        Running running = run("HUP=--ignore-signal=HUP; ", "run", bench.file().toString());
        assertThat(running.ready()).startsWith("ready ");
        assertThat(Running.text(running.err())).contains("level=warning", "SIGHUP was ignored", "--default-signal=HUP");
    }

    @Test
    void anAddressInUseIsSaidAndEndsWithTwo() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(bench.file(), bench.document().replaceFirst("port: 0", "port: " + taken.getLocalPort()));
            Running running = run("", "run", bench.file().toString());
            assertThat(running.exitCode()).isEqualTo(2);
            assertThat(Running.text(running.err()))
                    .contains("listener \"https\": 127.0.0.1:" + taken.getLocalPort() + " is in use (");
        }
    }

    @Test
    void aLogThatAnotherProcessWritesIsSaidAndEndsWithTwo() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.start();
        Running running = run("", "run", bench.file().toString());
        assertThat(running.exitCode()).isEqualTo(2);
        assertThat(Running.text(running.err())).contains("another process writes to it");
    }

    @Test
    void checkJudgesWithoutServing() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.write();
        Running fine = run("", "check", bench.file().toString());
        assertThat(fine.exitCode()).isZero();
        assertThat(Running.text(fine.out())).contains("valid");
        Files.writeString(bench.file(), "listeners: 5\nroutes: []\n");
        Running bad = run("", "check", bench.file().toString());
        assertThat(bad.exitCode()).isEqualTo(2);
        assertThat(Running.text(bad.err()))
                .contains("problems:", "listeners: 5 (expected: a list)", "upstreams: missing");
        assertThat(run("", "check", "/nowhere.yaml").exitCode()).isEqualTo(2);
        assertThat(run("", "serve").exitCode()).isEqualTo(2);
    }
}
