package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Requests that belong together stay together, and an upstream that fails is left alone. */
@Tag("B4")
final class SpreadTest {
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void hosts() {
        for (String name : new String[] {"a", "b", "c"}) {
            bench.workload((request, wire) -> wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name));
        }
    }

    private String ask(String fields) throws IOException {
        return bench.ask("GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n").text();
    }

    @Test
    void equalKeysGoToTheSameHost() throws IOException {
        hosts();
        bench.upstreamExtra = "balancing: consistent-hash, hash: {header: x-tenant}";
        bench.start();
        Set<String> used = new TreeSet<>();
        for (int tenant = 0; tenant < 20; tenant++) {
            String host = ask("X-Tenant: t" + tenant + "\r\n");
            assertThat(ask("X-Tenant: t" + tenant + "\r\n")).isEqualTo(host);
            used.add(host);
        }
        assertThat(used).hasSize(3);
        assertThat(ask("")).as("by its address").isEqualTo(ask(""));
    }

    @Test
    void aCookieCanBeTheKey() throws IOException {
        hosts();
        bench.upstreamExtra = "balancing: consistent-hash, hash: {cookie: sid}";
        bench.start();
        Set<String> used = new TreeSet<>();
        for (int session = 0; session < 20; session++) {
            String host = ask("Cookie: x=1; sid=" + session + "\r\n");
            assertThat(ask("Cookie: sid=" + session + "; y=2\r\n")).isEqualTo(host);
            used.add(host);
        }
        assertThat(used).hasSize(3);
    }

    @Test
    void anUpstreamThatFailsIsLeftAloneForAWhile() throws IOException {
        AtomicBoolean well = new AtomicBoolean();
        Workload host = bench.workload((request, wire) ->
                wire.send("HTTP/1.1 " + (well.get() ? "200 OK" : "503 No") + "\r\nContent-Length: 0\r\n\r\n"));
        bench.upstreamExtra = "breaker: {percent: 50, atLeast: 4, within: 1m, openFor: 1h, trials: 2}";
        bench.start();
        for (int i = 0; i < 4; i++) {
            assertThat(bench.get("/").status()).isEqualTo(503);
        }
        Wire.Answer refused = bench.get("/");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.field("retry-after")).isNotNull();
        assertThat(host.received()).hasSize(4);
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"upstream-open\"");
        assertThat(bench.balancer().document().toString()).contains("breaker=open");
        well.set(true);
        // It stays open over that; now the while is over soon.
        bench.upstreamExtra = bench.upstreamExtra.replace("openFor: 1h", "openFor: 1s");
        bench.write();
        bench.balancer().reload();
        Bench.eventually(
                "it is tried and closes",
                () -> bench.get("/").status() == 200
                        && bench.balancer().document().toString().contains("breaker=closed"));
    }

    @Test
    @Tag("B13")
    void aReloadDoesNotMakeABrokenUpstreamWell() throws IOException {
        Workload host = bench.workload((request, wire) -> wire.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"));
        bench.upstreamExtra = "breaker: {percent: 50, atLeast: 4, within: 1m, openFor: 1h}";
        bench.start();
        for (int i = 0; i < 4; i++) {
            assertThat(bench.get("/").status()).isEqualTo(503);
        }
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString()).contains("breaker=open");
        assertThat(bench.get("/").status()).isEqualTo(503);
        assertThat(host.received()).hasSize(4);
    }

    @Test
    @Tag("B13")
    void requestsThatBeganBeforeAReloadCountAmongTheMost() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        Workload host = bench.workload((request, wire) -> {
            Bench.eventually("the test lets it answer", () -> end.getCount() == 0);
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        bench.upstreamExtra = "connections: {requests: 1}";
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Bench.eventually("it has the request", () -> host.received().size() == 1);
            bench.balancer().reload();
            assertThat(bench.get("/").status()).isEqualTo(503);
            end.countDown();
            assertThat(wire.read(false).status()).isEqualTo(200);
        }
        Bench.eventually("there is room again", () -> bench.get("/").status() == 200);
    }

    private List<String> exchanges() throws IOException {
        return bench.records("exchange");
    }

    @Test
    void aClientThatLeavesDoesNotMakeAnUpstreamWell() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        Workload host = bench.workload((request, wire) -> {
            if (request.requestLine().contains("/hang")) {
                Bench.eventually("the test is over", () -> end.getCount() == 0);
            }
            wire.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        });
        bench.upstreamExtra = "breaker: {percent: 50, atLeast: 4, within: 1m, openFor: 2s, trials: 1}";
        bench.start();
        for (int i = 0; i < 4; i++) {
            assertThat(bench.get("/").status()).isEqualTo(503);
        }
        assertThat(bench.balancer().document().toString()).contains("breaker=open");
        Bench.eventually("it is tried by one that hangs", () -> {
            try (Wire wire = bench.connect()) {
                int before = exchanges().size();
                wire.send("GET /hang HTTP/1.1\r\nHost: a\r\n\r\n");
                Bench.eventually(
                        "tried or refused",
                        () -> host.received().size() > 4 || exchanges().size() > before);
                return host.received().size() > 4;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        Bench.eventually("its client left", () -> exchanges().getLast().contains("\"outcome\":\"client-gone\""));
        assertThat(bench.balancer().document().toString()).doesNotContain("breaker=closed");
        end.countDown();
    }

    @Test
    void requestsStayInTheZoneUntilTooFewOfItsHostsAreWell() throws IOException {
        Workload here = bench.workload(Workload.OK);
        Workload alsoHere = bench.workload(Workload.OK);
        Workload there = bench.workload(Workload.OK);
        bench.rootExtra += "zone: here\n";
        bench.upstreamExtra = "zones: {\"" + here.url() + "\": here, \"" + alsoHere.url() + "\": here, \"" + there.url()
                + "\": there}, zonePercent: 60, health: {failures: 1, ejectFor: 1h}";
        bench.start();
        for (int i = 0; i < 10; i++) {
            assertThat(bench.get("/").status()).isEqualTo(200);
        }
        assertThat(there.received()).isEmpty();
        assertThat(here.received()).hasSize(5);
        alsoHere.close();
        Bench.eventually("requests leave the zone", () -> {
            assertThat(bench.get("/").status()).isEqualTo(200);
            return !there.received().isEmpty();
        });
        assertThat(bench.balancer().document().toString()).contains("zone=here", "zone=there");
    }

    @Test
    void aHandshakeCanBeTheCheck() throws IOException {
        Workload host = bench.workload(Workload.OK);
        bench.upstreamExtra = "health: {check: {type: tls, interval: 100ms, unhealthy: 1, healthy: 1}}";
        bench.start();
        Bench.eventually("it was asked", () -> host.connections() > 2);
        assertThat(host.received()).isEmpty();
        assertThat(bench.get("/").status()).isEqualTo(200);
        host.close();
        Bench.eventually(
                "it is unwell", () -> bench.balancer().document().toString().contains("healthy=false"));
    }
}
