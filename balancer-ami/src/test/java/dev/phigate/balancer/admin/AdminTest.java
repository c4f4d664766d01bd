package dev.phigate.balancer.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B8")
@NullUnmarked // a null where none should be fails the test that meets it
final class AdminTest {
    private static Bench bench;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        bench.workload(Workload.OK);
        bench.start();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private static Program curl(Pki.Issued as, String path, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "-w",
                "\n%{http_code}",
                "--cacert",
                bench.pki.trustFile().toString()));
        if (as != null) {
            command.addAll(List.of(
                    "--cert",
                    as.certificateFile().toString(),
                    "--key",
                    as.keyFile().toString()));
        }
        command.addAll(List.of(options));
        command.add("https://localhost:" + bench.port("admin") + path);
        return Program.run(command);
    }

    @Test
    void nobodyIsHeardWithoutACertificateThatLeadsToTheTrust() throws IOException {
        assertThat(curl(null, "/livez").code()).isNotZero();
        Pki other = new Pki(bench.folder.resolve("other-admin"));
        assertThat(curl(other.issue("admin"), "/livez").code()).isNotZero();
        bench.awaitRecord("handshake-failed", "client-certificate");
    }

    @Test
    void aCertificateWithAnotherNameIsForbiddenAndRecorded() throws IOException {
        assertThat(curl(bench.client, "/v1/status").output()).endsWith("403");
        assertThat(bench.records("administrative-change"))
                .anyMatch(line -> line.contains("\"identity\":\"balancer\"") && line.contains("\"status\":403"));
    }

    @Test
    void whoIsListedNoMoreIsRefusedOnAnOpenConnectionToo() throws IOException {
        try (Wire wire = new Wire(bench.pki.context(bench.admin), bench.port("admin"))) {
            String livez = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
            assertThat(wire.send(livez).read().status()).isEqualTo(200);
            Files.writeString(bench.file(), bench.document().replace("clients: [admin]", "clients: [other]"));
            bench.balancer().reload();
            assertThat(wire.send(livez).read().status()).isEqualTo(403);
            bench.write();
            bench.balancer().reload();
            assertThat(wire.send(livez).read().status()).isEqualTo(200);
        }
    }

    @Test
    @Tag("B12")
    void healthAndStatusAreToldToAdministrators() throws IOException {
        assertThat(curl(bench.admin, "/livez").output())
                .contains("\"live\":true")
                .endsWith("200");
        assertThat(curl(bench.admin, "/readyz").output())
                .contains("\"ready\":true")
                .endsWith("200");
        assertThat(curl(bench.admin, "/v1/status").output())
                .contains(
                        "\"pid\":" + ProcessHandle.current().pid(),
                        "\"digest\":\"",
                        "\"loadedAt\":",
                        "\"healthy\":true")
                .endsWith("200");
        assertThat(curl(bench.admin, "/other").output()).endsWith("404");
        assertThat(curl(bench.admin, "/livez", "-i", "-X", "DELETE").output())
                .containsIgnoringCase("allow: GET")
                .endsWith("405");
    }

    /** Else who keeps its connection, a scraper say, would see nothing of the process that serves until this one has ended. */
    @Test
    @Tag("B12")
    void whoKeepsAConnectionIsLetGoWhenAnotherProcessServes() throws IOException, InterruptedException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            own.rootExtra = "shutdown: {drain: 1m}\n";
            own.start();
            try (Wire kept = own.connect();
                    Wire scrapes = new Wire(own.pki.context(own.admin), own.port("admin"))) {
                assertThat(scrapes.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
                assertThat(kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                        .isEqualTo(200);
                Thread ends = Thread.ofVirtual().start(() -> own.balancer().handOver());
                assertThat(scrapes.ended()).isTrue();
                Bench.eventually(
                        "it drains until this last answer",
                        () -> "close"
                                .equals(kept.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                        .read()
                                        .field("connection")));
                ends.join();
                own.stopped();
            }
        }
    }
}
