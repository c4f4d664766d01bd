package dev.phigate.balancer.http.redirect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A listener without TLS is configured, limited, watched, reloaded and handed over as others are. */
@Tag("B2")
@NullUnmarked // a null where none should be fails the test that meets it
final class RedirectListenerTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: ehr.example.org\r\n\r\n";
    private final Bench bench = new Bench();

    @BeforeEach
    void host() {
        bench.workload(Workload.OK);
        listener("redirect: {listener: https, port: 443}");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private void listener(String keys) {
        bench.moreListeners = "  - {name: http, address: 127.0.0.1, port: 0, " + keys + "}\n";
    }

    private PlainWire.Answer ask() throws IOException {
        return PlainWire.ask(bench.port("http"), GET);
    }

    private List<String> problems() throws IOException {
        bench.write();
        return catchThrowableOfType(InvalidSettings.class, () -> bench.read()).problems();
    }

    @Test
    void thePortOfHttpsIsLeftOut() throws IOException {
        bench.start();
        assertThat(ask().location()).isEqualTo("https://ehr.example.org/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port: 8443, host: www.example.org, status: 301 | 301 | https://www.example.org:8443/x",
                "port: 443, host: \"[2001:db8::1]\", status: 302 | 302 | https://[2001:db8::1]/x",
                "port: 1, status: 307                           | 307 | https://ehr.example.org:1/x"
            })
    void hostPortAndStatusAreAsConfigured(String keys, int status, String location) throws IOException {
        listener("redirect: {listener: https, " + keys + "}");
        bench.start();
        PlainWire.Answer answer = ask();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.location()).isEqualTo(location);
        assertThat(answer.field("cache-control")).contains("no-store");
    }

    @Test
    void aFixedHostDoesNotExcuseAWrongOne() throws IOException {
        listener("redirect: {listener: https, port: 443, host: www.example.org}");
        bench.start();
        assertThat(PlainWire.ask(bench.port("http"), "GET / HTTP/1.1\r\n\r\n").status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limits: {} | listeners[\"http\"].tls: missing (expected: tls, or redirect for a listener that only redirects)",
                "redirect: {} | listeners[\"http\"].redirect.listener: missing",
                "redirect: {listener: nobody} | listeners[\"http\"].redirect.listener: nobody (expected: one of https)",
                "redirect: {listener: http} | listeners[\"http\"].redirect.listener: http (expected: one of https)",
                "redirect: {listener: https} | listeners[\"http\"].redirect.port: missing (expected: the port that clients reach"
                        + " \"https\" at, since the system chooses the one it listens at)",
                "redirect: {listener: https, port: 0} | listeners[\"http\"].redirect.port: 0 (expected: ",
                "redirect: {listener: https, port: 443, host: \"a:8443\"} | listeners[\"http\"].redirect.host: a:8443 (expected: a host"
                        + " name in lower case or an address, without a port)",
                "redirect: {listener: https, port: 443, host: \"a/b\"} | listeners[\"http\"].redirect.host: a/b (expected: ",
                "redirect: {listener: https, port: 443, status: 303} | listeners[\"http\"].redirect.status: 303 (expected: 301, 302, 307 or"
                        + " 308)",
                "redirect: {listener: https, port: 443, to: x} | listeners[\"http\"].redirect.to: unknown key",
                "redirect: {listener: https, port: 443}, hsts: {maxAge: 1d} | listeners[\"http\"].hsts: beside redirect (expected: nothing;"
                        + " it has no meaning at a listener that only redirects)",
                "redirect: {listener: https, port: 443}, trace: {} | listeners[\"http\"].trace: beside redirect (expected: nothing",
                "redirect: {listener: https, port: 443}, limits: {adaptive: {target: 1s}} | listeners[\"http\"].limits.adaptive: beside"
                        + " redirect (expected: nothing",
                "redirect: {listener: https, port: 443}, limits: {body: 1MiB} | listeners[\"http\"].limits.body: 1MiB beside redirect"
                        + " (expected: nothing",
                "redirect: {listener: https, port: 443}, timeouts: {body: 1s} | listeners[\"http\"].timeouts.body: 1s beside redirect"
                        + " (expected: nothing",
                "redirect: {listener: https, port: 443}, timeouts: {connection: 1h} | listeners[\"http\"].timeouts.connection: 1h beside"
                        + " redirect (expected: nothing"
            })
    void whatMakesNoSenseIsSaid(String keys, String problem) throws IOException {
        listener(keys);
        assertThat(problems()).singleElement().asString().startsWith(problem);
    }

    @Test
    void tlsBesideItIsSaidAndSoIsARouteToIt() throws IOException {
        bench.listenerExtra = "redirect: {listener: https, port: 443}";
        bench.moreListeners = "";
        assertThat(problems()).containsExactly("listeners[\"https\"].redirect: beside tls (expected: one of the two)");
        bench.listenerExtra = "";
        host();
        bench.routes += "  - {name: plain, listener: http, upstream: ehr}\n";
        assertThat(problems())
                .containsExactly("routes[\"plain\"].listener: http only redirects (expected: one of https)");
    }

    /** A browser connects before it knows what it will ask for. */
    @Test
    void aClientMayAskLater() throws IOException, InterruptedException {
        bench.start();
        try (PlainWire wire = new PlainWire(bench.port("http"))) {
            TimeUnit.SECONDS.sleep(1);
            assertThat(wire.send("GET /x HTTP/1.1\r\nHost: ehr.example.org\r\n\r\n")
                            .last()
                            .status())
                    .isEqualTo(308);
        }
    }

    @Test
    void slowSilentAndGreedyClientsAreLimited() throws IOException {
        listener("redirect: {listener: https, port: 443}, timeouts: {header: 3s, idle: 1s}, "
                + "limits: {connectionsPerSource: 2, requestsPerSource: {perSecond: 1, burst: 3}}");
        bench.start();
        int port = bench.port("http");
        try (PlainWire silent = new PlainWire(port);
                PlainWire slow = new PlainWire(port)) {
            Bench.eventually("two are let in", () -> accepted() == 2);
            try (PlainWire third = new PlainWire(port)) {
                assertThat(third.ended()).isTrue();
            }
            slow.send("GET / HTTP/1.1\r\nHo");
            assertThat(slow.last().status()).isEqualTo(408);
            assertThat(silent.ended()).isTrue();
        }
        assertThat(bench.records("refused"))
                .anyMatch(record -> record.contains("\"rule\":\"source-connection-limit\""))
                .anyMatch(
                        record -> record.contains("\"rule\":\"client-too-slow\"") && record.contains("\"status\":408"));
        Bench.eventually("there is room again", () -> status() == 308);
        Bench.eventually("who asks too often is told", () -> status() == 429);
    }

    /** What a client is answered; 0 for nothing. */
    private int status() {
        try {
            return ask().status();
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void theClientIsWhomTheProxyNames() throws IOException {
        listener("redirect: {listener: https, port: 443}, proxyProtocol: {from: [127.0.0.1]}");
        bench.start();
        int port = bench.port("http");
        assertThat(PlainWire.ask(port, "PROXY TCP4 203.0.113.7 192.0.2.1 40000 80\r\n" + GET)
                        .status())
                .isEqualTo(308);
        assertThat(bench.records("connection-accepted").getLast())
                .contains("\"source\":\"203.0.113.7\"", "\"proxy\":\"127.0.0.1\"", "\"listener\":\"http\"");
        assertThat(bench.records("refused").getLast())
                .contains("\"source\":\"203.0.113.7\"", "\"reason\":\"redirected\"");
        try (PlainWire wire = new PlainWire(port)) {
            assertThat(wire.send(GET).ended()).isTrue();
        }
        bench.awaitRecord("refused", "\"reason\":\"bad-proxy-header\"");
    }

    @Test
    @Tag("B12")
    void metricsAndStatusShowIt() throws IOException {
        bench.start();
        assertThat(ask().status()).isEqualTo(308);
        String metrics = bench.admin(bench.port("admin"), "/metrics").output();
        assertThat(metrics)
                .contains("phigate_refused_requests_total{listener=\"http\",reason=\"redirected\"} 1")
                .contains("phigate_connections{listener=\"http\"}");
        assertThat(metrics.lines().filter(line -> line.startsWith("phigate_certificate_expiry")))
                .isNotEmpty()
                .noneMatch(line -> line.contains("listener=\"http\""));
        assertThat(bench.balancer().document().get("listeners").toString())
                .containsOnlyOnce("name=http, ")
                .contains("certificates=[], redirect=https}");
    }

    @Test
    @Tag("B13")
    void aReloadSendsClientsElsewhereOrChangesNothing() throws IOException {
        bench.start();
        int port = bench.port("http");
        try (PlainWire open = new PlainWire(port)) {
            listener("redirect: {listener: https, port: 8443, host: new.example.org}");
            bench.write();
            bench.balancer().reload();
            assertThat(bench.port("http")).isEqualTo(port);
            assertThat(open.send(GET).last().location()).isEqualTo("https://new.example.org:8443/x");
        }
        for (Map.Entry<String, String> change : Map.of(
                        "redirect: {listener: gone, port: 443}",
                        "listeners[\"http\"].redirect.listener: gone (expected: one of https)",
                        "tls: {" + Bench.pem(bench.server) + "}",
                        "listeners[\"http\"]: redirect becomes tls: restart to change that")
                .entrySet()) {
            listener(change.getKey());
            bench.write();
            bench.balancer().reload();
            assertThat(bench.balancer().document().get("configuration").toString())
                    .contains(change.getValue());
            assertThat(ask().location()).isEqualTo("https://new.example.org:8443/x");
        }
    }

    @Test
    @Tag("B13")
    void aStopEndsUnusedConnectionsAtOnce() throws IOException {
        bench.rootExtra = "shutdown: {drain: 1h}\n";
        bench.start();
        try (PlainWire unused = new PlainWire(bench.port("http"))) {
            Bench.eventually("accepted", () -> accepted() == 1);
            bench.balancer().stop();
            bench.stopped();
            assertThat(unused.ended()).isTrue();
        }
    }

    private long accepted() throws IOException {
        return bench.records("connection-accepted").size();
    }

    @Test
    @Tag("B13")
    void anUpgradeHandsItsSocketOver() throws IOException, InterruptedException {
        listener("redirect: {listener: https, port: 443}, timeouts: {header: 5m}");
        bench.rootExtra = "shutdown: {drain: 30s}\nupgrade: {socket: " + bench.folder.resolve("upgrade.sock") + "}\n";
        bench.write();
        Running first = Running.start(
                bench.folder, "", "run", "--take-over", bench.file().toString());
        Running second = null;
        try {
            int port = first.port("http");
            // One that waits in a pause of its request is answered by the process it reached.
            try (PlainWire open = new PlainWire(port)) {
                open.send("GET /open HTTP/1.1\r\n");
                assertThat(PlainWire.ask(port, GET).status()).isEqualTo(308);
                second = Running.start(
                        bench.folder, "", "run", "--take-over", bench.file().toString());
                assertThat(second.port("http")).isEqualTo(port);
                assertThat(PlainWire.ask(port, GET).status()).isEqualTo(308);
                assertThat(open.send("Host: a\r\n\r\n").last().location()).isEqualTo("https://a/open");
            }
            assertThat(first.exitCode()).isZero();
            assertThat(PlainWire.ask(port, GET).status()).isEqualTo(308);
        } finally {
            for (Running running : Arrays.asList(first, second)) {
                if (running != null) {
                    running.process().destroyForcibly().waitFor();
                }
            }
        }
    }

    @Test
    void curlIsToldWhatABrowserWouldBe() throws IOException {
        bench.start();
        Program curl = Program.run(List.of(
                "curl",
                "-sS",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code} %{redirect_url} %{num_connects}",
                "--resolve",
                "ehr.example.org:" + bench.port("http") + ":127.0.0.1",
                "http://ehr.example.org:" + bench.port("http") + "/x?y=z"));
        assertThat(curl.output()).isEqualTo("308 https://ehr.example.org/x?y=z 1");
    }
}
