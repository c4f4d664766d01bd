package dev.phigate.balancer.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.bench.load.Heartbeat;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real load on a host that can do only so much, and answers later the more it is asked. */
@Tag("B13")
@NullUnmarked // a null where none should be fails the test that meets it
final class OverloadTest {
    private static final int WORKERS = 4;
    private static final int SERVICE_MILLIS = 100;
    private static final int CAPACITY = WORKERS * 1000 / SERVICE_MILLIS;
    private static final int SECONDS = 2;
    /** Windows that do not count: before the queue of the host has grown, everything is served. */
    private static final int SETTLING_WINDOWS = 2;
    /** How many times so many seconds the limit has to find its place: a machine that does something else meanwhile needs more of them. */
    private static final int MOST_WINDOWS = 10;

    private static final int HEALTHY_SECONDS = 3;
    /** A machine that lets nobody do anything for so long is in no healthy steady state. */
    private static final Duration STALL = Duration.ofMillis(300);
    /** How many times it may be tried to be in one. */
    private static final int MOST_PHASES = 5;

    private static final int MOST_CLIENTS = 400;

    private final Bench bench = new Bench();
    private final ConcurrentLinkedQueue<Wire> idle = new ConcurrentLinkedQueue<>();
    private final AtomicInteger clients = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private final AtomicInteger shed = new AtomicInteger();
    private final AtomicInteger late = new AtomicInteger();

    @AfterEach
    void stop() throws IOException {
        for (Wire wire : idle) {
            wire.close();
        }
        bench.close();
    }

    /** A host with so many workers, which serve whoever came first, also when that one has long given up. */
    private static Workload.Behaviour busy() {
        Semaphore workers = new Semaphore(WORKERS, true);
        return (request, wire) -> {
            wire.readBody(request);
            workers.acquireUninterruptibly();
            try {
                TimeUnit.MILLISECONDS.sleep(SERVICE_MILLIS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            } finally {
                workers.release();
            }
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        };
    }

    private void start(String adaptive) throws IOException {
        bench.workload(busy());
        bench.upstreamExtra =
                "timeouts: {firstByte: 1s}, connections: {perHost: 2000}, health: {failures: 1000}, retries: {most: 0}"
                        + adaptive;
        bench.start();
    }

    /**
     * So many requests a second, whether those before are answered or not, until enough of them were served in two windows in a row, once it
     * had settled, or for as long as that may take.
     *
     * @return how many were served in the last window; 0 when it never were enough
     */
    private int offer(int perSecond, int enough, int mostWindows) throws InterruptedException {
        try (ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var beat = clock.scheduleAtFixedRate(
                    () -> threads.execute(this::ask), 0, 1_000_000_000L / perSecond, TimeUnit.NANOSECONDS);
            int inTime = 0;
            int inRow = 0;
            for (int window = 0; window < mostWindows && inRow < 2; window++) {
                int before = served.get();
                TimeUnit.SECONDS.sleep(SECONDS);
                inTime = served.get() - before;
                inRow = window >= SETTLING_WINDOWS && inTime >= enough ? inRow + 1 : 0;
            }
            beat.cancel(false);
            clock.shutdown();
            return inRow < 2 ? 0 : inTime;
        }
    }

    private void ask() {
        Wire wire = idle.poll();
        try {
            if (wire == null) {
                if (clients.incrementAndGet() > MOST_CLIENTS) {
                    clients.decrementAndGet();
                    return;
                }
                wire = bench.connect();
            }
            Wire.Answer answer =
                    wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").read();
            switch (answer.status()) {
                case 200 -> served.incrementAndGet();
                case 503 -> shed.incrementAndGet();
                default -> late.incrementAndGet();
            }
            idle.add(wire);
        } catch (IOException e) {
            clients.decrementAndGet();
            late.incrementAndGet();
        }
    }

    /** How many requests a second the host can answer here and now, asked by two clients for each of its workers. */
    private int capacity() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2 * WORKERS; i++) {
                threads.execute(() -> {
                    while (System.nanoTime() < end) {
                        ask();
                    }
                });
            }
        }
        return Math.min(CAPACITY, served.get() / SECONDS);
    }

    private double gauge(String name) throws IOException {
        String text = bench.admin(bench.port("admin"), "/metrics").output();
        var found = Pattern.compile(Pattern.quote(name) + "(?:\\{[^}]*\\})? ([0-9.E]+)")
                .matcher(text);
        assertThat(found.find()).as(name).isTrue();
        return Double.parseDouble(found.group(1));
    }

    @Test
    void threeTimesTheLoadIsServedAtEightyPercentOfCapacityAndTheRestIsToldAtOnce() throws Exception {
        start(", adaptive: {target: 400ms, least: 4, most: 64}");
        int capacity = capacity();
        int enough = capacity * SECONDS * 8 / 10;
        int inTime = offer(3 * CAPACITY, enough, MOST_WINDOWS);
        System.out.printf(
                "%d a second of %d, at 3 times the load; %d shed, %d late in all%n",
                inTime / SECONDS, capacity, shed.get(), late.get());
        assertThat(inTime).isGreaterThanOrEqualTo(enough);
        assertThat(shed.get()).isGreaterThan(CAPACITY);
        assertThat(gauge("phigate_upstream_limit{upstream=\"ehr\"}")).isBetween(2.0, 64.0);
        assertThat(bench.records("exchange"))
                .anyMatch(line -> line.contains("\"outcome\":\"target-busy\"")
                        && line.contains("\"rule\":\"upstream-overloaded\"")
                        && line.contains("\"status\":503"));
    }

    @Test
    void withoutItTheSameLoadIsServedToNobody() throws Exception {
        start("");
        int inTime = offer(3 * CAPACITY, CAPACITY * SECONDS / 4, SETTLING_WINDOWS + 2);
        System.out.printf("without a limit %d served and %d late%n", served.get(), late.get());
        assertThat(inTime).as("of %d; %d late", CAPACITY * SECONDS, late.get()).isZero();
    }

    @Test
    void nobodyIsShedInAHealthySteadyState() throws Exception {
        start(", adaptive: {target: 500ms}");
        try (Heartbeat heartbeat = new Heartbeat()) {
            for (int i = 0; i < MOST_PHASES; i++) {
                heartbeat.reset();
                served.set(0);
                capacity();
                shed.set(0);
                late.set(0);
                beSteady();
                if (heartbeat.longest().compareTo(STALL) <= 0) {
                    break;
                }
            }
        }
        assertThat(shed.get()).isZero();
        assertThat(late.get()).isZero();
    }

    /** Asks at half of the host's capacity, and never in a burst to catch up with. */
    private void beSteady() throws InterruptedException {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < HEALTHY_SECONDS * CAPACITY / 2; i++) {
                threads.execute(this::ask);
                TimeUnit.MILLISECONDS.sleep(2000 / CAPACITY);
            }
        }
    }

    @Test
    void aShedClientIsToldWhenToComeAgainAndNothingIsLost() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        bench.workload((request, wire) -> {
            try {
                end.await(30, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            Workload.OK.answer(request, wire);
        });
        bench.listenerExtra = "limits: {adaptive: {target: 1s, least: 1, most: 1}}";
        bench.start();
        int loops = Runtime.getRuntime().availableProcessors();
        Wire[] waiting = new Wire[8 * loops];
        for (int i = 0; i < waiting.length; i++) {
            waiting[i] = bench.connect().send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        Bench.eventually(
                "each loop has as many as it may",
                () -> gauge("phigate_listener_waiting{listener=\"https\"}") == loops
                        && bench.records("exchange").size() == waiting.length - loops);
        Wire.Answer answer = bench.ask("GET /more HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("retry-after")).isEqualTo("1");
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"listener-overloaded\"");
        end.countDown();
        for (Wire one : waiting) {
            assertThat(one.read().status()).isIn(200, 503);
            one.close();
        }
        assertThat(gauge("phigate_listener_waiting{listener=\"https\"}")).isZero();
        assertThat(bench.get("/again").status()).isEqualTo(200);
        assertThat(gauge("phigate_upstream_failures_total{outcome=\"listener-overloaded\",upstream=\"ehr\"}"))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void aWebSocketAndASlowUploadKeepNobodysPlace() throws Exception {
        bench.workload(Workload.OK);
        bench.upstreamExtra = "adaptive: {target: 1s, least: 1, most: 1}";
        bench.start();
        int connections = 3 * Runtime.getRuntime().availableProcessors();
        Wire[] slow = new Wire[connections];
        for (int i = 0; i < connections; i++) {
            slow[i] = bench.connect().send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nab");
        }
        Bench.eventually(
                "all of them are on their way",
                () -> bench.workloads.getFirst().received().size() == connections);
        assertThat(bench.get("/").status()).isEqualTo(200);
        for (Wire one : slow) {
            assertThat(one.send("cde").read().status()).isEqualTo(200);
            one.close();
        }
        assertThat(gauge("phigate_upstream_waiting{upstream=\"ehr\"}")).isZero();
    }
}
