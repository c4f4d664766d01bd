package dev.phigate.balancer.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Routes whose requests go to several upstreams in shares, and routes of certain clients. */
@Tag("B4")
final class RouteSharesTest {
    private final Bench bench = new Bench();

    @BeforeEach
    void hosts() {
        bench.workload(named("stable"));
        Workload canary = new Workload(bench.pki.context(bench.workload), true, named("canary"));
        bench.workloads.add(canary);
        bench.moreUpstreams = """
              - {name: canary, hosts: ["%s"], timeouts: {connect: 60s}, tls: {trust: %s, serverName: workload.local, %s}}
            """.formatted(canary.url(), bench.pki.trustFile(), Bench.pem(bench.client));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static Workload.Behaviour named(String name) {
        return (request, wire) -> {
            wire.readBody(request);
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + name.length() + "\r\n\r\n" + name);
        };
    }

    private void shares(String shares, String more) {
        bench.routes = "  - {name: all, listener: https, upstreams: {" + shares + "}" + more + "}\n";
    }

    private Wire.Answer get(String cookie) throws IOException {
        return bench.ask("GET / HTTP/1.1\r\nHost: localhost\r\n"
                + (cookie.isEmpty() ? "" : "Cookie: " + cookie + "\r\n") + "\r\n");
    }

    private static String cookie(Wire.Answer answer) {
        return answer.field("set-cookie").split(";", 2)[0];
    }

    private String sessions() throws IOException {
        Path secret = bench.folder.resolve("session.secret");
        Files.writeString(secret, "c2VjcmV0IG9mIGEgdGVzdCB0aGF0IGlzIGxvbmcgZW5vdWdo\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        return ", session: {secret: \"file:" + secret + "\"}";
    }

    @Test
    void requestsGoToUpstreamsByTheirSharesAndAreRecordedByThem() throws IOException {
        shares("ehr: 3, canary: 1", "");
        bench.start();
        Map<String, Integer> answers = new HashMap<>();
        try (Wire wire = bench.connect()) {
            for (int i = 0; i < 400; i++) {
                answers.merge(
                        wire.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .read()
                                .text(),
                        1,
                        Integer::sum);
            }
        }
        // 100 expected; a deviation of 60 has a probability below 1e-10.
        int canaries = answers.getOrDefault("canary", 0);
        assertThat(canaries).isBetween(40, 160);
        assertThat(answers).containsEntry("stable", 400 - canaries);
        assertThat(bench.records("exchange").stream().filter(record -> record.contains("\"upstream\":\"canary\"")))
                .hasSize(canaries);
    }

    @Test
    void aSessionStaysWhereItsHostIsUntilThatShareIsTakenAway() throws IOException {
        String sessions = sessions();
        shares("ehr: 1, canary: 1", sessions);
        bench.start();
        String canary = "";
        for (int i = 0; i < 100 && canary.isEmpty(); i++) {
            Wire.Answer first = get("");
            String cookie = cookie(first);
            for (int j = 0; j < 5; j++) {
                assertThat(get(cookie).text()).isEqualTo(first.text());
            }
            canary = first.text().equals("canary") ? cookie : "";
        }
        assertThat(canary).isNotEmpty();

        shares("ehr: 1, canary: 0", sessions);
        bench.write();
        bench.balancer().reload();
        Wire.Answer moved = get(canary);
        assertThat(moved.text()).as("a canary that is called back keeps nobody").isEqualTo("stable");
        assertThat(get(cookie(moved)).text()).isEqualTo("stable");
        assertThat(bench.records("session-ended")).isEmpty();
    }

    @Test
    void aSessionStaysWithItsUpstreamThoughAnotherHasTheSameHost() throws IOException {
        bench.moreUpstreams = bench.moreUpstreams.replaceFirst(
                "https://127\\.0\\.0\\.1:\\d+",
                "https://127.0.0.1:" + bench.workloads.getFirst().port());
        shares("ehr: 1, canary: 1", sessions());
        bench.start();
        Map<String, Integer> kept = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            String cookie = cookie(get(""));
            String upstream = upstream();
            for (int j = 0; j < 3; j++) {
                assertThat(get(cookie).field("set-cookie"))
                        .as("it has its cookie")
                        .isNull();
                assertThat(upstream()).isEqualTo(upstream);
            }
            kept.merge(upstream, 1, Integer::sum);
        }
        assertThat(kept).as("of 20 by halves").hasSize(2);
    }

    private String upstream() throws IOException {
        String record = bench.records("exchange").getLast();
        return record.contains("\"upstream\":\"canary\"") ? "canary" : "ehr";
    }

    @Test
    void aSessionWhoseHostIsUnwellStaysWithItsUpstream() throws IOException {
        bench.upstreamExtra = "health: {failures: 1, ejectFor: 1h}, retries: {most: 0}";
        bench.moreUpstreams = bench.moreUpstreams.replace("}}", "}, health: {failures: 1, ejectFor: 1h}}");
        shares("ehr: 1, canary: 1", sessions());
        bench.start();
        String cookie = "";
        for (int i = 0; i < 100 && cookie.isEmpty(); i++) {
            Wire.Answer first = get("");
            cookie = first.text().equals("canary") ? cookie(first) : "";
        }
        bench.workloads.getLast().close();
        for (int i = 0; i < 6; i++) {
            assertThat(get(cookie).status()).isBetween(502, 503);
        }
    }

    @Test
    void aRouteOfCertainClientsTakesNobodyElse() throws IOException {
        Pki.Issued alice = bench.pki.issue("alice");
        Pki.Issued bob = bench.pki.issue("bob");
        bench.tlsExtra = "clientTrust: " + bench.pki.trustFile() + ", clientCertificate: request";
        bench.routes = """
              - {name: exports, listener: https, pathPrefix: /exports, clients: [alice], upstream: canary}
              - {name: own, listener: https, host: localhost, clients: [alice, bob], upstream: ehr}
            """;
        bench.start();
        assertThat(routed(alice, "/exports/1")).isEqualTo("200 stable");
        bench.routes = bench.routes.replace("host: localhost, ", "");
        bench.write();
        bench.balancer().reload();
        assertThat(routed(alice, "/exports/1")).isEqualTo("200 canary");
        assertThat(routed(bob, "/exports/1")).isEqualTo("200 stable");
        assertThat(routed(bob, "/")).isEqualTo("200 stable");
        assertThat(routed(bench.client, "/")).startsWith("404");
        assertThat(bench.get("/").status()).as("who shows no certificate").isEqualTo(404);
        assertThat(bench.records("refused").getLast()).contains("no-route");
    }

    private String routed(Pki.Issued who, String path) throws IOException {
        try (Wire wire = new Wire(bench.pki.context(who), bench.port())) {
            Wire.Answer answer = wire.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .read();
            return answer.status() + " " + answer.text();
        }
    }

    @Test
    void whatCannotBeIsAConfigurationError() {
        bench.routes = """
              - {name: a, listener: https, pathPrefix: /a, upstreams: {ehr: 1}, upstream: ehr}
              - {name: b, listener: https, pathPrefix: /b, upstreams: {ehr: 0, canary: 0}}
              - {name: c, listener: https, pathPrefix: /c, upstreams: {ehr: 1, nobody: 1}}
              - {name: d, listener: https, pathPrefix: /d, upstreams: {ehr: -1, canary: 1001}}
              - {name: e, listener: https, pathPrefix: /e, upstreams: {ehr: 1}, redirect: {to: "https://x"}}
              - {name: f, listener: https, pathPrefix: /f, clients: [alice], upstream: ehr}
              - {name: g, listener: https, pathPrefix: /g, clients: [], upstream: ehr}
              - {name: h, listener: https, pathTemplate: "/h/{id}", redirect: {to: "https://x"}}
              - {name: i, listener: https, pathTemplate: "/i/{id}", rewritePrefix: /j, upstream: ehr}
              - {name: k, listener: https, pathTemplate: "/k/{id}", upstream: ehr}
              - {name: l, listener: https, pathTemplate: "/k/{other}", upstream: ehr}
              - {name: m, listener: https, path: /m, methods: [GET, PUT], upstream: ehr}
              - {name: n, listener: https, path: /%6d, methods: [PUT, GET], upstream: ehr}
              - {name: o, listener: https, pathPrefix: /o, upstream: ehr}
              - {name: p, listener: https, pathTemplate: "/o/**", upstream: ehr}
              - {name: q, listener: https, path: "/k/{}", upstream: ehr}
              - {name: r, listener: https, path: /r, headers: {a: "b, c=d"}, upstream: ehr}
              - {name: s, listener: https, path: /r, headers: {a: b, c: d}, upstream: ehr}
            """;
        assertThatThrownBy(bench::start)
                .isInstanceOf(InvalidSettings.class)
                .message()
                .contains(
                        "routes[\"a\"].upstreams: beside upstream (expected: one of the two)",
                        "routes[\"b\"].upstreams: nobody has a share (expected: at least one above 0)",
                        "routes[\"c\"].upstreams: nobody (expected: one of ehr, canary)",
                        "routes[\"d\"].upstreams.ehr: -1 (expected: between 0 and 1000)",
                        "routes[\"d\"].upstreams.canary: 1001 (expected: between 0 and 1000)",
                        "routes[\"e\"].upstreams: beside redirect (expected: upstream, upstreams or redirect)",
                        "routes[\"f\"].clients: listener https asks nobody for a certificate (expected: tls.clientTrust there)",
                        "routes[\"g\"].clients: names nobody (expected: at least one name in a client certificate)",
                        "routes[\"h\"].pathTemplate: /h/{id} beside redirect (expected: path or pathPrefix",
                        "routes[\"i\"].rewritePrefix: has no prefix to replace",
                        "\"https */k/{other}\" is there twice",
                        "\"https */%6d [GET, PUT]\" is there twice",
                        "\"https */o/**\" is there twice");
        assertThatThrownBy(bench::start).message().doesNotContain("*/k/{}", "*/r");
    }
}
