package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.bench.load.Heartbeat;
import dev.phigate.balancer.upstream.failing.FailingHttp1;
import dev.phigate.balancer.upstream.failing.FailingHttp2;
import dev.phigate.balancer.upstream.failing.Failure;
import dev.phigate.balancer.upstream.failing.Seen;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What clients see while a host fails, as the tables in {@code docs/failures.md}: measured here, over real sockets, and compared
 * with the page. {@code -Dphigate.update=true} writes the page instead.
 */
@Tag("B4")
@Tag("B6")
@NullUnmarked // a null where none should be fails the test that meets it
final class FailureTableTest {
    private static final Path PAGE = Path.of("../docs/failures.md");

    /** Most of the time is spent in waiting. */
    private static final int AT_ONCE = 6;

    /** Where the machine let nobody do anything for so long, what is in time may not have been. */
    private static final Duration STALL = Duration.ofMillis(200);

    private static final int MOST_TRIES = 5;

    /** The first on a new connection to the host and the next on what is left of it; where there are two hosts, each for both. */
    private static final int TIMES_ALONE = 2;

    private static final int TIMES_BESIDE = 4;

    /** A column of the table: a request, by each client that can make it. */
    private record Asking(String title, Map<String, Client> clients) {}

    /** Makes one request and says what was seen. */
    @FunctionalInterface
    private interface Client {
        String see(Bench bench) throws IOException, InterruptedException;
    }

    /** What came of one host, a cell for each column, and the rules of what was not answered. */
    private record Row(List<String> cells, TreeSet<String> rules) {}

    private static Asking http(String method) {
        Map<String, Client> clients = new LinkedHashMap<>();
        clients.put("HTTP/1.1", bench -> Seen.overHttp1(bench, method));
        clients.put("HTTP/2", bench -> Seen.overHttp2(bench, method));
        return new Asking(method, clients);
    }

    @Test
    void thePageShowsWhatClientsSeeOfHostsOfHttp1() throws Exception {
        Failure well = bench -> {
            bench.workload(Workload.OK);
            return () -> {};
        };
        hold("HTTP/1.1", table("", FailingHttp1.all(), well, List.of(http("GET"), http("POST"))));
    }

    @Test
    @Tag("B3")
    void thePageShowsWhatClientsSeeOfHostsOfHttp2() throws Exception {
        Asking call = new Asking("gRPC", Map.of("gRPC", Seen::byGrpc));
        hold(
                "HTTP/2",
                table(
                        "protocol: http/2, ",
                        FailingHttp2.all(),
                        FailingHttp2.well(),
                        List.of(http("GET"), http("POST"), call)));
    }

    private static String table(
            String upstream, SequencedMap<String, Failure> failures, Failure well, List<Asking> askings)
            throws Exception {
        String titles = askings.stream().map(Asking::title).collect(Collectors.joining(" | "));
        StringBuilder table = new StringBuilder("| a host that ... | " + titles + " | "
                + titles.replaceAll("(\\w+)", "$1, another host well") + " | recorded when not answered |\n");
        table.append("|---".repeat(2 + 2 * askings.size())).append("|\n");
        Map<String, List<Future<Row>>> rows = new HashMap<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            // The slowest stand last, and begin first.
            failures.reversed()
                    .forEach((name, failure) -> rows.put(
                            name,
                            List.of(
                                    threads.submit(() -> observe(upstream, askings, TIMES_ALONE, failure)),
                                    threads.submit(() -> observe(upstream, askings, TIMES_BESIDE, failure, well)))));
        }
        for (String name : failures.keySet()) {
            Row alone = rows.get(name).getFirst().get();
            Row beside = rows.get(name).getLast().get();
            List<String> cells = new ArrayList<>(List.of(name));
            cells.addAll(alone.cells);
            cells.addAll(beside.cells);
            alone.rules.addAll(beside.rules);
            cells.add(alone.rules.isEmpty() ? "answered" : String.join(", ", alone.rules));
            table.append("| ").append(String.join(" | ", cells)).append(" |\n");
        }
        return table.toString();
    }

    /** What clients of these hosts see, and what is recorded, measured again where the machine stood still meanwhile. */
    private static Row observe(String upstream, List<Asking> askings, int times, Failure... hosts) throws Exception {
        try (Heartbeat heartbeat = new Heartbeat()) {
            Row seen = observeOnce(upstream, askings, times, hosts);
            for (int i = 1; i < MOST_TRIES && heartbeat.longest().compareTo(STALL) > 0; i++) {
                heartbeat.reset();
                seen = observeOnce(upstream, askings, times, hosts);
            }
            return seen;
        }
    }

    private static Row observeOnce(String upstream, List<Asking> askings, int times, Failure... hosts)
            throws Exception {
        List<Closeable> opened = new ArrayList<>();
        try (Bench bench = new Bench()) {
            for (Failure host : hosts) {
                opened.add(host.join(bench));
            }
            bench.upstreamExtra = upstream + Failure.TIMEOUTS + ", health: {failures: 1000}, retries: {percent: 100}";
            bench.start();
            List<String> cells = new ArrayList<>();
            for (Asking asking : askings) {
                cells.add(seen(bench, asking, times));
            }
            int asked =
                    times * askings.stream().mapToInt(one -> one.clients.size()).sum();
            Bench.eventually("all is recorded", () -> bench.records("exchange").size() == asked);
            TreeSet<String> rules = new TreeSet<>();
            for (String record : bench.records("exchange")) {
                if (!record.contains("\"outcome\":\"answered\"")) {
                    rules.add(record.replaceAll(".*\"rule\":\"([^\"]*)\".*", "$1"));
                }
            }
            return new Row(cells, rules);
        } finally {
            for (Closeable one : opened) {
                one.close();
            }
        }
    }

    /** One cell: what all kinds of clients see where it is the same, else what each of them does. */
    private static String seen(Bench bench, Asking asking, int times) throws Exception {
        Map<String, String> byClient = new LinkedHashMap<>();
        for (Map.Entry<String, Client> client : asking.clients.entrySet()) {
            TreeSet<String> seen = new TreeSet<>();
            for (int i = 0; i < times; i++) {
                seen.add(client.getValue().see(bench));
            }
            byClient.put(client.getKey(), String.join(" or ", seen));
        }
        if (new TreeSet<>(byClient.values()).size() == 1) {
            return byClient.values().iterator().next();
        }
        return byClient.entrySet().stream()
                .map(one -> one.getKey() + ": " + one.getValue())
                .collect(Collectors.joining("; "));
    }

    /** Holds a table of the page against what was measured. */
    private static void hold(String hosts, String table) throws IOException {
        String page = Files.readString(PAGE);
        String begin = "<!-- measured, hosts of " + hosts + ": begin -->\n";
        String before = page.substring(0, page.indexOf(begin) + begin.length());
        String after = page.substring(page.indexOf("<!-- measured, hosts of " + hosts + ": end -->\n"));
        if (Boolean.getBoolean("phigate.update")) {
            Files.writeString(PAGE, before + table + after);
            return;
        }
        assertThat(page.substring(before.length(), page.length() - after.length()))
                .as("docs/failures.md (next: the same test with -Dphigate.update=true)")
                .isEqualTo(table);
    }
}
