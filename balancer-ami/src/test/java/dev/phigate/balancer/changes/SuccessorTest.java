package dev.phigate.balancer.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What no reload can change, and whether a process that takes over can, as the refused reload says. */
@Tag("B13")
final class SuccessorTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private final Bench bench = new Bench();
    private final List<Process> started = new ArrayList<>();
    private int port;

    @BeforeEach
    void configure() throws IOException {
        bench.workload(Workload.OK);
        upgradeSocket("upgrade.sock");
        http("redirect: {listener: https, port: 443}");
        port = Bench.freePort();
        write(port);
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        bench.close();
    }

    private Running run() throws IOException {
        Running running = Running.start(
                bench.folder, "", "run", "--take-over", bench.file().toString());
        started.add(running.process());
        return running;
    }

    private void upgradeSocket(String name) {
        bench.rootExtra = "shutdown: {drain: 20s}\nupgrade: {socket: " + bench.folder.resolve(name) + "}\n";
    }

    private void http(String serves) {
        bench.moreListeners = "  - {name: http, address: 127.0.0.1, port: 0, " + serves + "}\n";
    }

    private void write(int https) throws IOException {
        Files.writeString(bench.file(), bench.document().replaceFirst("port: 0", "port: " + https));
    }

    private static String refused(Running running) throws IOException {
        running.signal("HUP");
        Bench.eventually("it is refused", () -> Running.text(running.err()).contains("reload refused"));
        return Running.text(running.err());
    }

    @Test
    void aSuccessorMovesAListenerAndMakesAnotherOneOfIt() throws IOException, InterruptedException {
        Running before = run();
        int http = before.port("http");
        try (Wire open = new Wire(bench.clientContext(), before.port("https"))) {
            assertThat(open.send(GET).read().status()).isEqualTo(200);
            http("tls: {" + Bench.pem(bench.server) + "}");
            bench.moreListeners +=
                    "  - {name: new, address: 127.0.0.1, port: 0, tls: {" + Bench.pem(bench.server) + "}}\n";
            bench.auditExtra = "whenFull: continue";
            int next = Bench.freePort();
            write(next);
            assertThat(refused(before))
                    .contains(
                            "address 127.0.0.1:" + port + " becomes 127.0.0.1:" + next
                                    + ": restart or run --take-over to move it",
                            "redirect becomes tls: restart or run --take-over to change that",
                            " is new: restart or run --take-over to open it",
                            "would be written otherwise: restart or run --take-over to change that");

            Running successor = run();
            assertThat(successor.port("https")).isEqualTo(next);
            assertThat(successor.port("http")).isEqualTo(http);
            for (String listener : List.of("https", "http", "new")) {
                try (Wire wire = new Wire(bench.clientContext(), successor.port(listener))) {
                    assertThat(wire.send(GET).read().status()).as(listener).isIn(200, 404);
                }
            }
            assertThat(open.send(GET).read().status())
                    .as("who came before is served to the end")
                    .isEqualTo(200);
        }
        assertThat(before.exitCode()).isZero();
    }

    @Test
    void aSuccessorFindsNobodyWhereTheOneThatServesDoesNotListen() throws IOException, InterruptedException {
        Running before = run();
        assertThat(before.ready()).startsWith("ready ");
        upgradeSocket("elsewhere.sock");
        write(Bench.freePort());
        assertThat(refused(before))
                .contains(": restart to move it", "elsewhere.sock: restart to change that")
                .doesNotContain("take-over to");
        write(port);
        assertThat(run().exitCode()).as("it starts as the first").isEqualTo(2);
    }
}
