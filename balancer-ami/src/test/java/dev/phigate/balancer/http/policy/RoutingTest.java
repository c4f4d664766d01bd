package dev.phigate.balancer.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.RawHttp2Host;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which route takes a request, and what it changes. */
@Tag("B4")
final class RoutingTest {
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    /** Answers with the request line and the fields that begin with x- or are the server's. */
    private static final Workload.Behaviour ECHO = (request, wire) -> {
        wire.readBody(request);
        StringBuilder body = new StringBuilder(request.requestLine());
        request.fields().stream()
                .filter(field -> field.toLowerCase(java.util.Locale.ROOT).startsWith("x-t"))
                .forEach(field -> body.append('|').append(field));
        wire.send("HTTP/1.1 200 OK\r\nServer: secret/1\r\nX-Keep: 1\r\nContent-Length: " + body.length() + "\r\n\r\n"
                + (request.requestLine().startsWith("HEAD ") ? "" : body));
    };

    private void start(String... routes) throws IOException {
        bench.workload(ECHO);
        StringBuilder all = new StringBuilder();
        for (String route : routes) {
            all.append("  - {listener: https, ").append(route).append("}\n");
        }
        bench.routes = all.toString();
        bench.start();
    }

    private String routeOf(String method, String path, String... fields) throws IOException {
        bench.ask(method + " " + path + " HTTP/1.1\r\nHost: a.example\r\n"
                + String.join(
                        "",
                        java.util.Arrays.stream(fields)
                                .map(field -> field + "\r\n")
                                .toList())
                + "\r\n");
        String record = bench.records().getLast();
        return record.contains("\"route\":\"")
                ? record.split("\"route\":\"", 2)[1].split("\"", 2)[0]
                : "none";
    }

    @Test
    void theMostExactRouteTakesARequest() throws IOException {
        start(
                "name: rest, upstream: ehr",
                "name: prefix, pathPrefix: /api, upstream: ehr",
                "name: longer, pathPrefix: /api/v1, upstream: ehr",
                "name: exact, path: /api/v1/now, upstream: ehr",
                "name: host, host: a.example, pathPrefix: /only, upstream: ehr",
                "name: writes, pathPrefix: /api, methods: [POST, PUT], upstream: ehr",
                "name: canary, pathPrefix: /api, headers: {x-canary: \"1\"}, upstream: ehr",
                "name: shape, pathTemplate: \"/api/{version}/patients/{id}\", upstream: ehr");
        assertThat(routeOf("GET", "/")).isEqualTo("rest");
        assertThat(routeOf("GET", "/apis")).isEqualTo("rest");
        assertThat(routeOf("GET", "/api?x=/api/v1")).isEqualTo("prefix");
        assertThat(routeOf("GET", "/api/v1/x")).isEqualTo("longer");
        assertThat(routeOf("GET", "/api/v1/now?x")).isEqualTo("exact");
        assertThat(routeOf("GET", "/api/v1/now/x")).isEqualTo("longer");
        assertThat(routeOf("GET", "/api/v1/patients/7?x")).isEqualTo("shape");
        assertThat(routeOf("GET", "/api/v1/patients/7/x")).isEqualTo("longer");
        assertThat(routeOf("GET", "/only")).isEqualTo("host");
        assertThat(routeOf("POST", "/api")).isEqualTo("writes");
        assertThat(routeOf("GET", "/api", "X-Canary: 1")).isEqualTo("canary");
        assertThat(routeOf("GET", "/api", "X-Canary: 2")).isEqualTo("prefix");
        assertThat(routeOf("POST", "/api", "X-Canary: 1")).isEqualTo("canary");
    }

    /** A host would serve it all the same, past what the route of that name demands. */
    @ParameterizedTest
    @ValueSource(strings = {"a.example", "A.Example.", "a.example.:8443"})
    void aNameThatEndsByADotIsTheSameHost(String host) throws IOException {
        start("name: rest, upstream: ehr", "name: host, host: a.example, upstream: ehr");
        assertThat(bench.ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status())
                .isEqualTo(200);
        assertThat(bench.records("exchange").getLast()).contains("\"route\":\"host\"");
        assertThat(bench.workloads.getFirst().received().getFirst().fields("host"))
                .as("goes on as it came")
                .containsExactly(host);
    }

    /** A host that resolves these itself would serve them as /api, past what that route demands. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%61pi",
                "/ap%69/x",
                "//api",
                "///api//x",
                "/;/api",
                "/;a=b/api",
                "/api;x",
                "/api;x=y/z",
                "/api%2fx",
                "/%2fapi",
                "/%2Fapi?q",
                "/a%70i;%2f/x?//"
            })
    void aPathSpeltOtherwiseMeetsTheSameRoute(String path) throws IOException {
        start("name: rest, upstream: ehr", "name: api, pathPrefix: /api, upstream: ehr");
        assertThat(routeOf("GET", path)).isEqualTo("api");
        assertThat(bench.workloads.getFirst().received().getFirst().requestLine())
                .as("goes on as it came")
                .isEqualTo("GET " + path + " HTTP/1.1");
    }

    @Test
    void aPathThatOnlyBeginsAlikeDoesNot() throws IOException {
        start(
                "name: rest, upstream: ehr",
                "name: api, pathPrefix: /api, upstream: ehr",
                "name: exact, path: \"/a%20b\", upstream: ehr");
        assertThat(routeOf("GET", "/api%73")).isEqualTo("rest");
        assertThat(routeOf("GET", "/x//api")).isEqualTo("rest");
        assertThat(routeOf("GET", "/api%3bx")).isEqualTo("rest");
        assertThat(routeOf("GET", "/%2561pi")).as("escapes are resolved once").isEqualTo("rest");
        assertThat(routeOf("GET", "/a%20b")).isEqualTo("exact");
        assertThat(routeOf("GET", "/%61%20b;x?y")).isEqualTo("exact");
        assertThat(routeOf("GET", "/a%20b/")).isEqualTo("rest");
    }

    @Test
    void aPrefixSpeltOtherwiseIsReplacedAsWell() throws IOException {
        start("name: api, pathPrefix: /api, rewritePrefix: /v2, upstream: ehr");
        assertThat(bench.get("//api/x?y").text()).startsWith("GET /v2/x?y ");
        assertThat(bench.get("/%61p%69/%2561?;").text()).startsWith("GET /v2/%2561?; ");
        assertThat(bench.get("/api;a=b/x").text())
                .as("parameters go with their segment")
                .startsWith("GET /v2/x ");
        assertThat(bench.get("/api").text()).startsWith("GET /v2 ");
        assertThat(bench.get("/api?").text()).startsWith("GET /v2? ");
    }

    @Test
    void aHostThatIsRewrittenIsWhatHostsAreAskedForAndNothingElse() throws IOException {
        start("name: all, upstream: ehr, rewriteHost: \"ehr.internal:8443\"");
        bench.ask("GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n");
        Workload.Received got = bench.workloads.getFirst().received().getFirst();
        assertThat(got.fields("host")).containsExactly("ehr.internal:8443");
        assertThat(got.fields("x-forwarded-host")).containsExactly("a.example");
        assertThat(got.field("forwarded")).contains("host=\"a.example\"");
    }

    @Test
    void soIsTheAuthorityOverHttp2() throws IOException {
        try (RawHttp2Host host = new RawHttp2Host(bench, (to, stream, path) -> to.ok(stream))) {
            bench.host(host.url());
            bench.upstreamExtra = "protocol: http/2";
            bench.routes =
                    "  - {name: all, listener: https, upstream: ehr, rewriteHost: ehr.internal, webSocket: {}}\n";
            bench.start();
            assertThat(bench.ask("GET /x HTTP/1.1\r\nHost: a.example\r\n\r\n").status())
                    .isEqualTo(200);
            assertThat(host.authorities()).containsExactly("ehr.internal");
        }
    }

    @Test
    void whatARouteSetsOrRemovesNobodyElseSays() throws IOException {
        start("name: all, upstream: ehr, requestHeaders: {set: {x-tenant: acme}, remove: [x-t-debug]}");
        String said = ": evil\r\n";
        bench.ask("GET / HTTP/1.1\r\nHost: a.example\r\nX-Tenant" + said + "x_tenant" + said + "X-T_Debug" + said
                + "\r\n");
        Workload.Received got = bench.workloads.getFirst().received().getFirst();
        assertThat(got.fields("x-tenant")).containsExactly("acme");
        assertThat(String.join("\n", got.fields())).doesNotContain("evil");
        assertThat(trailersOf("X-Tenant: evil", "x_tenant: evil", "X-T-Debug: evil", "X-Other: 1"))
                .containsExactly("X-Other: 1");
    }

    private List<String> trailersOf(String... sent) throws IOException {
        List<String> got = new CopyOnWriteArrayList<>();
        bench.workloads.getFirst().behave((request, wire) -> {
            for (String line = Workload.line(wire.in()); !line.isEmpty(); line = Workload.line(wire.in())) {
                got.add(line);
            }
            wire.send("HTTP/1.1 204 No Content\r\n\r\n");
        });
        bench.ask("POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                + String.join("\r\n", sent) + "\r\n\r\n");
        assertThat(got.removeFirst()).as("the last chunk").isEqualTo("0");
        return got;
    }

    @Test
    void aRequestThatNoRouteTakesIsNotForwarded() throws IOException {
        start("name: reads, methods: [GET], upstream: ehr");
        assertThat(bench.ask("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(404);
        assertThat(bench.workloads.getFirst().received()).isEmpty();
    }

    @Test
    void aPrefixIsReplacedOnTheWayUpstream() throws IOException {
        start(
                "name: a, pathPrefix: /a, upstream: ehr, rewritePrefix: /v2/a",
                "name: b, pathPrefix: /b/, upstream: ehr, rewritePrefix: /",
                "name: c, pathPrefix: /c, upstream: ehr, rewritePrefix: /",
                "name: d, upstream: ehr, rewritePrefix: /below");
        assertThat(bench.get("/a").text()).isEqualTo("GET /v2/a HTTP/1.1");
        assertThat(bench.get("/a/x?q=/a").text()).isEqualTo("GET /v2/a/x?q=/a HTTP/1.1");
        assertThat(bench.get("/a?q").text()).isEqualTo("GET /v2/a?q HTTP/1.1");
        assertThat(bench.get("/b/x").text()).isEqualTo("GET /x HTTP/1.1");
        assertThat(bench.get("/c/x").text()).isEqualTo("GET /x HTTP/1.1");
        assertThat(bench.get("/c").text()).isEqualTo("GET / HTTP/1.1");
        assertThat(bench.get("/x").text()).isEqualTo("GET /below/x HTTP/1.1");
        assertThat(bench.get("/").text()).isEqualTo("GET /below HTTP/1.1");
    }

    @Test
    @Tag("B11")
    void aRedirectIsAnsweredWithTheRestOfTheTargetAndRecorded() throws IOException {
        start(
                "name: old, pathPrefix: /old, redirect: {to: \"https://new.example/here\"}",
                "name: all, redirect: {to: \"https://new.example\", status: 302}");
        Wire.Answer moved = bench.get("/old/x?q=1");
        assertThat(moved.status()).isEqualTo(308);
        assertThat(moved.field("location")).isEqualTo("https://new.example/here/x?q=1");
        assertThat(moved.field("strict-transport-security")).isNotNull();
        assertThat(bench.records("refused").getLast()).contains("\"reason\":\"redirected\"", "\"status\":308");
        Wire.Answer other = bench.get("/y?q");
        assertThat(other.status()).isEqualTo(302);
        assertThat(other.field("location")).isEqualTo("https://new.example/y?q");
        assertThat(bench.workloads.getFirst().received()).isEmpty();
    }

    @Test
    @Tag("B10")
    void fieldsAreSetAndRemovedBothWays() throws IOException {
        start("name: all, upstream: ehr, requestHeaders: {set: {x-tenant: acme}, remove: [x-trace]},"
                + " responseHeaders: {set: {x-frame-options: DENY}, remove: [server]}");
        Wire.Answer answer = bench.ask(
                "GET / HTTP/1.1\r\nHost: a\r\nX-Tenant: forged\r\nX-Trace: 1\r\nX-Tenant: again\r\nX-Third: 3\r\n\r\n");
        assertThat(answer.text()).isEqualTo("GET / HTTP/1.1|X-Third: 3|x-tenant: acme");
        assertThat(answer.field("server")).isNull();
        assertThat(answer.field("x-frame-options")).isEqualTo("DENY");
        assertThat(answer.field("x-keep")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://[::1",
                "https://[fe80::%eth0]/",
                "https://a:65536",
                "https://a:",
                "https://a:b/",
                "https://u@a/",
                "https://a?b",
                "https://a_b",
                "https://-a/",
                "https://a..b",
                "https:///a",
                "https://a/b#c",
                "//a/"
            })
    void noClientIsSentWhereThereIsNoHost(String to) {
        assertThatThrownBy(() -> start("name: a, redirect: {to: \"" + to + "\"}"))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("routes[\"a\"].redirect.to: " + to + " (expected: an https:// URL)");
    }

    @Test
    void whatARouteCannotBeIsAConfigurationError() {
        assertThatThrownBy(() -> start(
                        "name: a",
                        "name: b, upstream: ehr, redirect: {to: \"http://x\", status: 200}",
                        "name: c, path: /c, pathPrefix: /c, upstream: ehr",
                        "name: d, path: /d, rewritePrefix: /e, upstream: ehr",
                        "name: e, pathPrefix: /e, methods: [get, TRACE], upstream: ehr",
                        "name: f, pathPrefix: /f, upstream: ehr, requestHeaders: {set: {host: x, X-Up: y}, remove:"
                                + " [via]}",
                        "name: g, pathPrefix: /f, upstream: ehr",
                        "name: h, pathPrefix: /h, upstream: ehr, responseHeaders: {set: {x-a: \"a\\r\\nb: c\"}}",
                        "name: i, pathPrefix: /i, upstream: ehr, headers: {x-a: \"\u043a\", x-b: \" b\"}",
                        "name: j, pathPrefix: /j, upstream: ehr, rewriteHost: \"a/b\"",
                        "name: k, pathPrefix: /k, redirect: {to: \"https://x\"}, rewriteHost: b"))
                .isInstanceOf(InvalidSettings.class)
                .message()
                .contains(
                        "routes[\"a\"].upstream: missing (expected: upstream, upstreams or redirect)",
                        "routes[\"b\"].upstream: beside redirect",
                        "routes[\"b\"].redirect.to: http://x (expected: an https:// URL)",
                        "routes[\"b\"].redirect.status: 200 (expected: 301, 302, 303, 307 or 308)",
                        "routes[\"c\"].path: /c beside pathPrefix",
                        "routes[\"d\"].rewritePrefix: has no prefix",
                        "routes[\"e\"].methods: get (expected: a method in upper case",
                        "routes[\"e\"].methods: TRACE",
                        "routes[\"f\"].requestHeaders.set: host is the balancer's own",
                        "routes[\"f\"].requestHeaders.set: X-Up (expected: a field name in lower case)",
                        "routes[\"f\"].requestHeaders.remove: via is the balancer's own",
                        "\"https */f\" is there twice",
                        "routes[\"h\"].responseHeaders.set: x-a (expected: a value of visible ASCII",
                        "routes[\"i\"].headers: x-a (expected: a value of visible ASCII",
                        "routes[\"i\"].headers: x-b (expected: a value of visible ASCII",
                        "routes[\"j\"].rewriteHost: a/b (expected: a host name in lower case or an address, perhaps with a port)",
                        "routes[\"k\"].rewriteHost: beside redirect (expected: upstream)");
    }
}
