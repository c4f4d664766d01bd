package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What clients see while a host fails, as the table in {@code docs/failures.md}: measured here, over real sockets, and compared
 * with the page. {@code -Dphigate.update=true} writes the page instead.
 */
@Tag("B4")
@Tag("B6")
@NullUnmarked // a null where none should be fails the test that meets it
final class FailureTableTest {
    private static final Path PAGE = Path.of("../docs/failures.md");
    private static final String BEGIN = "<!-- measured: begin -->\n";
    private static final String END = "<!-- measured: end -->\n";
    private static final String BROKEN_OFF = "broken off";
    private static final List<String> REQUESTS =
            List.of("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");

    /** Adds the failing host to a bench; what it opened is closed by the second. */
    private record Failure(Function<Bench, Closeable> host) {}

    private static Map<String, Failure> failures() {
        Map<String, Failure> all = new LinkedHashMap<>();
        all.put("is not there (connection refused)", plain((socket) -> {}, true));
        all.put("accepts, then resets", plain(Socket::close, false));
        all.put("accepts and says nothing, not even TLS", plain(socket -> hold(), false));
        all.put(
                "speaks no TLS",
                plain(
                        socket -> socket.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII)),
                        false));
        all.put("shows a certificate of another authority", untrusted());
        all.put("takes the request and never answers", behaviour((request, wire) -> hold()));
        all.put(
                "takes the request and closes",
                behaviour((request, wire) -> wire.socket().close()));
        all.put("answers what is no HTTP", behaviour((request, wire) -> wire.send("220 mail ready\r\n\r\n")));
        all.put(
                "answers with two lengths",
                behaviour((request, wire) ->
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")));
        all.put("dies within the head", behaviour((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Le");
            wire.socket().close();
        }));
        all.put("dies within the body", behaviour((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok");
            wire.socket().close();
        }));
        all.put("stalls within the body", behaviour((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nok");
            hold();
        }));
        all.put("answers 503 itself", behaviour((request, wire) -> {
            wire.readBody(request);
            wire.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        }));
        return all;
    }

    @FunctionalInterface
    private interface Treatment {
        void of(Socket socket) throws IOException;
    }

    private static void hold() {
        LockSupport.parkNanos(10_000_000_000L);
    }

    private static Failure behaviour(Workload.Behaviour behaviour) {
        return new Failure(bench -> {
            bench.workload(behaviour);
            return () -> {};
        });
    }

    private static Failure untrusted() {
        return new Failure(bench -> {
            Pki other = new Pki(bench.folder.resolve("other"));
            Workload stranger = new Workload(other.context(other.issue("workload.local")), false, Workload.OK);
            bench.host(stranger.url());
            return stranger::close;
        });
    }

    private static Failure plain(Treatment treatment, boolean gone) {
        return new Failure(bench -> {
            try {
                ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                bench.host("https://127.0.0.1:" + server.getLocalPort());
                if (gone) {
                    server.close();
                }
                Thread.ofVirtual().start(() -> accept(server, treatment));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void accept(ServerSocket server, Treatment treatment) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        treatment.of(socket);
                    } catch (IOException e) {
                        // The other side, or the test, ended it.
                    }
                });
            } catch (IOException e) {
                return;
            }
        }
    }

    /** What clients of one failing host see, alone and with a well host beside it, and what is recorded. */
    private static List<String> observe(Failure failure) throws Exception {
        List<String> cells = new ArrayList<>();
        TreeSet<String> outcomes = new TreeSet<>();
        for (boolean beside : new boolean[] {false, true}) {
            try (Bench bench = new Bench();
                    Closeable host = failure.host().apply(bench)) {
                if (beside) {
                    bench.workload(Workload.OK);
                }
                bench.upstreamExtra = "timeouts: {connect: 500ms, firstByte: 500ms, idle: 500ms, total: 5s},"
                        + " health: {failures: 1000}, retries: {percent: 100}";
                bench.start();
                for (String request : REQUESTS) {
                    TreeSet<String> seen = new TreeSet<>();
                    for (int i = 0; i < 4; i++) {
                        seen.add(see(bench, request));
                    }
                    cells.add(String.join(" or ", seen));
                }
                for (String record : bench.records("exchange")) {
                    boolean answered = record.contains("\"outcome\":\"answered\"");
                    outcomes.add(answered ? "answered" : record.replaceAll(".*\"rule\":\"([^\"]*)\".*", "$1"));
                }
                assertThat(host).isNotNull();
            }
        }
        outcomes.remove("answered");
        cells.add(outcomes.isEmpty() ? "answered" : String.join(", ", outcomes));
        return cells;
    }

    private static String see(Bench bench, String request) throws IOException {
        try (Wire wire = bench.connect()) {
            wire.send(request);
            String status;
            try {
                status = Workload.line(wire.in()).substring(9, 12);
            } catch (IOException e) {
                return BROKEN_OFF;
            }
            try {
                int length = 0;
                for (String line = Workload.line(wire.in()); !line.isEmpty(); line = Workload.line(wire.in())) {
                    length = line.startsWith("content-length: ") ? Integer.parseInt(line.substring(16)) : length;
                }
                return wire.in().readNBytes(length).length == length ? status : BROKEN_OFF;
            } catch (IOException e) {
                return BROKEN_OFF;
            }
        }
    }

    @Test
    void thePageShowsWhatClientsSee() throws Exception {
        StringBuilder table =
                new StringBuilder("| a host that ... | GET | POST | GET, another host well | POST, another host well"
                        + " | recorded when not answered |\n|---|---|---|---|---|---|\n");
        for (Map.Entry<String, Failure> failure : failures().entrySet()) {
            table.append("| ")
                    .append(failure.getKey())
                    .append(" | ")
                    .append(String.join(" | ", observe(failure.getValue())))
                    .append(" |\n");
        }
        String page = Files.readString(PAGE);
        String before = page.substring(0, page.indexOf(BEGIN) + BEGIN.length());
        String after = page.substring(page.indexOf(END));
        if (Boolean.getBoolean("phigate.update")) {
            Files.writeString(PAGE, before + table + after);
            return;
        }
        assertThat(page.substring(before.length(), page.length() - after.length()))
                .as("docs/failures.md (next: the same test with -Dphigate.update=true)")
                .isEqualTo(table.toString());
    }
}
