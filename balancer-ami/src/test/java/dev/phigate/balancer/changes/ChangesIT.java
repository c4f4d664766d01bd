package dev.phigate.balancer.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Calls;
import dev.phigate.balancer.bench.GrpcHost;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.load.LiveCall;
import dev.phigate.balancer.bench.load.LiveWebSocket;
import dev.phigate.balancer.bench.load.Load;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The packaged balancer under everything that an operator may do to it while clients of every kind go on: 50 reloads, 10 new
 * certificates and 3 upgrades in an order of their own, over which no request fails. {@code -Dphigate.changes=20} for more rounds.
 */
@Tag("slow")
@Tag("B13")
@NullUnmarked // a null where none should be fails the test that meets it
final class ChangesIT {
    private static final int ROUNDS = Integer.getInteger("phigate.changes", 1);
    private static final long SEED = Long.getLong("phigate.seed", System.nanoTime());
    private static final Pattern H2LOAD = Pattern.compile(
            "requests: \\d+ total, (?<started>\\d+) started, (?<done>\\d+) done, (?<succeeded>\\d+) succeeded.*"
                    + "status codes: (?<fine>\\d+) 2xx, 0 3xx, 0 4xx, 0 5xx",
            Pattern.DOTALL);
    /** Between two requests of one client: what is looked for is what a change does to them, not how many there can be. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final Bench bench = new Bench();
    private final SSLContext clients = bench.clientContext();
    private final List<Running> running = new ArrayList<>();
    private final Load load = new Load();
    private final Map<Change, Tally> tallies = new EnumMap<>(Change.class);
    private GrpcHost grpcHost;
    private ManagedChannel calls;
    private int port;
    private int adminPort;
    private int generation;
    private long own;

    /** What is done to the balancer, and how often in each round. */
    private enum Change {
        RELOAD(50),
        CERTIFICATE(10),
        UPGRADE(3);

        final int times;

        Change(int times) {
            this.times = times;
        }
    }

    /** What was seen while one kind of change was made. */
    private static final class Tally {
        private int times;
        private long longestNanos;
        private long answered;
        private long failed;
    }

    @AfterEach
    void stop() throws Exception {
        load.close();
        if (calls != null) {
            calls.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
        running.forEach(one -> one.process().destroyForcibly());
        for (Running one : running) {
            one.process().waitFor();
        }
        if (grpcHost != null) {
            grpcHost.end();
        }
        bench.close();
    }

    // ---- what is changed

    private void write() throws IOException {
        bench.routes = """
              - {name: calls, listener: https, upstream: grpc, pathPrefix: /phigate.Echo}
              - {name: all, listener: https, upstream: ehr, webSocket: {}, responseHeaders: {set: {x-generation: "%d"}}}
            """.formatted(generation);
        bench.write();
    }

    private Running current() {
        return running.getLast();
    }

    private void start() throws IOException {
        running.add(Running.startJar(
                bench.folder, "run", "--take-over", bench.file().toString()));
        port = current().port("https");
        adminPort = current().port("admin");
        live();
    }

    /** A WebSocket and a stream of gRPC that begin in this process and stay in it. */
    private void live() throws IOException {
        LiveWebSocket socket = new LiveWebSocket(clients, port);
        LiveCall call = new LiveCall(bench, port);
        load.start("WebSocket since process " + running.size(), 1, of -> {
            socket.exchange(of);
            if (!of.goesOn()) {
                socket.close();
            }
        });
        load.start("gRPC stream since process " + running.size(), 1, of -> {
            call.exchange(of);
            if (!of.goesOn()) {
                call.end();
            }
        });
    }

    private void change(Change what) throws IOException {
        switch (what) {
            case RELOAD -> {
                generation++;
                write();
                current().signal("HUP");
                Bench.eventually("the new configuration is in force", () -> {
                    own++;
                    return String.valueOf(generation).equals(get().field("x-generation"));
                });
            }
            case CERTIFICATE -> {
                Pki.Issued next = bench.pki.issue("localhost");
                Files.copy(
                        next.keyFile(),
                        bench.server.keyFile(),
                        StandardCopyOption.REPLACE_EXISTING,
                        StandardCopyOption.COPY_ATTRIBUTES);
                Files.copy(next.certificateFile(), bench.server.certificateFile(), StandardCopyOption.REPLACE_EXISTING);
                Bench.eventually("the new certificate is shown", () -> {
                    // A context of its own: who resumes a session is shown none.
                    try (Wire wire = new Wire(bench.clientContext(), port)) {
                        return next.certificate()
                                .equals(wire.socket().getSession().getPeerCertificates()[0]);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            }
            case UPGRADE -> {
                int before = port;
                start();
                assertThat(port).isEqualTo(before);
                String pid = "\"pid\":" + current().process().pid() + ",";
                Bench.eventually(
                        "the new process serves administrators",
                        () -> bench.admin(adminPort, "/v1/status").output().contains(pid));
            }
        }
    }

    // ---- who asks meanwhile

    private Wire.Answer get() {
        try (Wire wire = new Wire(clients, port)) {
            return wire.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .read();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void askAll() throws IOException {
        load.start("HTTP/1.1, kept alive", 1, of -> {
            try (Wire wire = new Wire(clients, port)) {
                Wire.Answer answer;
                do {
                    answer = wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .read();
                    assertThat(answer.status()).isEqualTo(200);
                    of.answered(1);
                    LockSupport.parkNanos(PAUSE);
                } while (answer.field("connection") == null && of.goesOn());
            }
        });
        load.start("HTTP/1.1, each on a connection of its own", 1, of -> {
            assertThat(get().status()).isEqualTo(200);
            of.answered(1);
            LockSupport.parkNanos(PAUSE);
        });
        load.startBatches("HTTP/2 (h2load)", this::h2load);
        calls = NettyChannelBuilder.forAddress(
                        "localhost",
                        port,
                        TlsChannelCredentials.newBuilder()
                                .trustManager(bench.pki.trustFile().toFile())
                                .build())
                .build();
        load.start("gRPC calls", 1, of -> {
            assertThat(ClientCalls.blockingUnaryCall(calls, Calls.UNARY, CallOptions.DEFAULT, new byte[9]))
                    .hasSize(9);
            of.answered(1);
            LockSupport.parkNanos(PAUSE);
        });
    }

    /**
     * It opens no connection in place of one that it is told to leave, so it is started again and again. A request that it had not yet
     * sent when it was told counts with it as started and as done, but neither as answered nor with a status: whether the balancer
     * got it is seen in the logs, which must hold as many exchanges as were answered.
     */
    private void h2load(Load.Kind of) throws IOException {
        String output = Program.run(List.of(
                        "h2load", "-n", "400", "-c", "4", "-m", "8", "--rps=50", "https://127.0.0.1:" + port + "/"))
                .output();
        Matcher found = H2LOAD.matcher(output);
        assertThat(found.find()).as(output).isTrue();
        of.answered(Long.parseLong(found.group("succeeded")));
        assertThat(found.group("done"))
                .as("done of what was started; " + output)
                .isEqualTo(found.group("started"));
        assertThat(found.group("fine")).as("with status 2xx; " + output).isEqualTo(found.group("succeeded"));
    }

    // ---- the campaign

    @Test
    void noRequestFailsOverReloadsNewCertificatesAndUpgrades() throws Exception {
        bench.workload(LiveWebSocket::serve).forgetful();
        bench.workload(LiveWebSocket::serve).forgetful();
        grpcHost = new GrpcHost(bench.pki, bench.workload);
        bench.moreUpstreams = "  - {name: grpc, hosts: [\"" + grpcHost.url()
                + "\"], protocol: http/2, timeouts: {connect: 30s, firstByte: 60s, total: 1h},"
                + " tls: {trust: "
                + bench.pki.trustFile() + ", serverName: workload.local, " + Bench.pem(bench.client) + "}}\n";
        // Nobody's patience is tested here, however busy the machine is.
        bench.upstreamExtra = "timeouts: {connect: 30s, firstByte: 60s}";
        bench.rootExtra = "shutdown: {drain: 1h}\nupgrade: {socket: " + bench.folder.resolve("upgrade.sock") + "}\n";
        write();
        start();
        askAll();
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            List<Change> order = new ArrayList<>();
            for (Change change : Change.values()) {
                order.addAll(Collections.nCopies(change.times, change));
            }
            Collections.shuffle(order, random);
            for (Change change : order) {
                makeAndTell(change);
            }
        }
        load.close();
        System.out.println(table());
        List<String> unanswered = new ArrayList<>();
        for (String origin : origins()) {
            bench.recordsOf(origin).stream()
                    .filter(line -> line.contains("\"status\":5"))
                    .forEach(unanswered::add);
        }
        assertThat(unanswered).as("seed " + SEED).isEmpty();
        assertThat(load.kinds())
                .as("seed " + SEED)
                .allSatisfy(kind -> assertThat(kind.failures()).as(kind.name).isEmpty());
        current().signal("TERM");
        for (Running one : running) {
            assertThat(one.exitCode()).isZero();
            assertThat(Running.text(one.err())).doesNotContain("Exception");
        }
        everythingIsInTheLogs();
    }

    private void makeAndTell(Change change) throws IOException {
        Tally tally = tallies.computeIfAbsent(change, none -> new Tally());
        long answered = load.answered();
        long failed = load.failed();
        long began = System.nanoTime();
        change(change);
        tally.longestNanos = Math.max(tally.longestNanos, System.nanoTime() - began);
        load.awaitMore();
        tally.times++;
        tally.answered += load.answered() - answered;
        tally.failed += load.failed() - failed;
    }

    private String table() {
        StringBuilder text = new StringBuilder("%-44s %6s %10s %10s %8s%n"
                .formatted("change (seed " + SEED + ")", "times", "longest", "answered", "failed"));
        tallies.forEach((change, tally) -> text.append("%-44s %6d %7d ms %10d %8d%n"
                .formatted(
                        change.name().toLowerCase(java.util.Locale.ROOT),
                        tally.times,
                        tally.longestNanos / 1_000_000,
                        tally.answered,
                        tally.failed)));
        load.kinds()
                .forEach(kind -> text.append(
                        "%-44s %6s %10s %10d %8d%n".formatted(kind.name, "", "", kind.answered(), kind.failed())));
        return text.toString();
    }

    private List<String> origins() throws IOException {
        try (Stream<Path> folders = Files.list(bench.folder.resolve("audit"))) {
            return folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    private void everythingIsInTheLogs() throws IOException {
        long recorded = 0;
        for (String origin : origins()) {
            Verification verification =
                    Verifier.verify(new LogFolder(bench.folder.resolve("audit").resolve(origin)), Trust.NOTHING);
            assertThat(verification.verdict()).as(verification.toString()).isEqualTo(Verification.Verdict.WHOLE);
            recorded += bench.recordsOf(origin).stream()
                    .filter(line -> line.contains("\"type\":\"exchange\""))
                    .count();
        }
        // What lives through is one exchange, however many messages it has.
        long messages = load.kinds().stream()
                .filter(kind -> kind.name.contains("since"))
                .mapToLong(Load.Kind::answered)
                .sum();
        assertThat(recorded).isEqualTo(load.answered() - messages + own + 2L * running.size());
    }
}
