package dev.phigate.balancer.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts that are found while the balancer runs. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class DiscoveryTest {
    private static final int MOST_TRIES = 20;
    private final Bench bench = new Bench();
    private final Path file = bench.folder.resolve("hosts");

    @AfterEach
    void stop() {
        bench.close();
    }

    private Workload at(String address, int port, Pki.Issued shown) {
        Workload made = new Workload(
                bench.pki.context(shown),
                true,
                (request, wire) -> {
                    wire.readBody(request);
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + address.length() + "\r\n\r\n" + address);
                },
                InetAddress.ofLiteral(address),
                port);
        bench.workloads.add(made);
        return made;
    }

    /** Hosts at three addresses with one port; the third shows a certificate of another name. */
    private int three() {
        Pki.Issued other = bench.pki.issue("other.local");
        for (int i = 0; ; i++) {
            int port = at("127.0.0.2", 0, bench.workload).port();
            try {
                at("127.0.0.3", port, bench.workload);
                at("127.0.0.4", port, other);
                return port;
            } catch (IllegalStateException e) {
                // Somebody else has this port there.
                if (i == MOST_TRIES) {
                    throw e;
                }
            }
        }
    }

    private Wire.Answer get() throws IOException {
        return bench.get("/");
    }

    private void eventuallyServedBy(String... addresses) {
        Set<String> seen = new HashSet<>();
        Bench.eventually("served by " + List.of(addresses), () -> {
            Wire.Answer answer = get();
            assertThat(answer.status()).as("while hosts change").isEqualTo(200);
            seen.add(answer.text());
            if (!List.of(addresses).contains(answer.text())) {
                seen.clear();
            }
            return seen.size() == addresses.length;
        });
    }

    @Test
    void theAddressesOfANameAreTheHostsAsLongAsItHasAny() throws IOException {
        int port = three();
        try (NameServer names = new NameServer()) {
            bench.serverName = "";
            bench.hostsKey =
                    "discovery: {dns: workload.local, port: " + port + ", servers: [\"" + names.address() + "\"]}";
            names.say(NameServer.NO_ERROR, "127.0.0.2");
            bench.start();
            assertThat(get().text()).as("known before the first request").isEqualTo("127.0.0.2");
            names.say(NameServer.NO_ERROR, "127.0.0.3", "127.0.0.2");
            eventuallyServedBy("127.0.0.2", "127.0.0.3");
            names.say(NameServer.NO_ERROR, "127.0.0.3");
            Bench.eventually(
                    "one is gone", () -> bench.balancer().document().toString().indexOf("127.0.0.2:" + port) < 0);
            assertThat(get().text()).isEqualTo("127.0.0.3");
            for (int said : List.of(NameServer.NO_ERROR, NameServer.SERVER_FAILURE, NameServer.SILENT)) {
                names.say(said);
                int before = names.asked();
                Bench.eventually("it was asked and looked at", () -> names.asked() >= before + 2);
                assertThat(get().text()).as("answer %s", said).isEqualTo("127.0.0.3");
            }
            names.say(NameServer.NO_ERROR, "127.0.0.4");
            Bench.eventually("the impostor is found", () -> get().status() == 502);
            assertThat(bench.records("exchange").getLast()).contains("\"outcome\":\"target-untrusted\"");
            bench.balancer().reload();
            names.say(NameServer.NO_ERROR, "127.0.0.2");
            Bench.eventually("after a reload it goes on", () -> get().status() == 200);
        }
    }

    private void list(String... lines) throws IOException {
        Path next = bench.folder.resolve("hosts.next");
        Files.write(next, List.of(lines));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void theHostsOfAFileFollowIt() throws IOException {
        int port = three();
        String two = "https://127.0.0.2:" + port;
        String three = "https://127.0.0.3:" + port;
        bench.hostsKey = "discovery: {file: " + file + "}";
        bench.upstreamExtra = "health: {check: {path: /health, interval: 100ms}}";
        bench.rootExtra += "zone: here\n";
        list("# two hosts", two + " zone=here", "", three + " weight=2");
        bench.start();
        assertThat(get().text()).isEqualTo("127.0.0.2");
        list(two, three);
        eventuallyServedBy("127.0.0.2", "127.0.0.3");
        for (Workload host : bench.workloads.subList(bench.workloads.size() - 3, bench.workloads.size() - 1)) {
            Bench.eventually(
                    "it is asked whether it is well",
                    () -> host.received().stream()
                            .anyMatch(request -> request.requestLine().contains("/health")));
        }
        list(three);
        Bench.eventually(
                "one is gone", () -> bench.balancer().document().toString().indexOf("127.0.0.2:" + port) < 0);
        assertThat(get().text()).isEqualTo("127.0.0.3");
        list(two, "https://localhost:" + port);
        list("# nobody");
        Files.delete(file);
        assertThat(get().text()).as("nothing that can be used").isEqualTo("127.0.0.3");
        list(two);
        eventuallyServedBy("127.0.0.2");
    }

    /** A file that whoever reads it waits for, until what is answered here is closed. */
    private OutputStream readBySomebody(Path pipe) throws IOException {
        // Opening waits for whoever opens the other end.
        return Files.newOutputStream(pipe, StandardOpenOption.WRITE);
    }

    private Path pipe() throws IOException {
        Path pipe = bench.folder.resolve("pipe");
        assertThat(Program.run(List.of("mkfifo", pipe.toString())).code()).isZero();
        return pipe;
    }

    private String lab(String discovery) {
        return "  - {name: lab, discovery: {" + discovery + "}, tls: {trust: " + bench.pki.trustFile()
                + ", serverName: workload.local}}\n";
    }

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whatIsFoundInOnePlaceIsInForceWhileAnotherIsWaitedFor() throws IOException {
        int port = three();
        bench.hostsKey = "discovery: {file: " + file + "}";
        Path other = Files.writeString(bench.folder.resolve("other"), "https://127.0.0.3:" + port + "\n");
        bench.moreUpstreams = lab("file: " + other);
        list("https://127.0.0.2:" + port);
        bench.start();
        Files.move(pipe(), file, StandardCopyOption.ATOMIC_MOVE);
        try (OutputStream waitedFor = readBySomebody(file)) {
            Files.writeString(other, "https://127.0.0.4:" + port + "\n");
            Bench.eventually(
                    "the other one's are found", () -> bench.wellHosts().contains("127.0.0.4:" + port));
            assertThat(bench.wellHosts()).containsExactly("127.0.0.2:" + port, "127.0.0.4:" + port);
            waitedFor.write(("https://127.0.0.3:" + port + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        eventuallyServedBy("127.0.0.3");
    }

    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aStartAsksEverywhereAtOnceAndWaitsForAll() throws Exception {
        int port = three();
        Path pipe = pipe();
        bench.hostsKey = "discovery: {file: " + pipe + "}";
        try (NameServer names = new NameServer()) {
            bench.moreUpstreams =
                    lab("dns: workload.local, port: " + port + ", servers: [\"" + names.address() + "\"]");
            names.say(NameServer.NO_ERROR, "127.0.0.3");
            CompletableFuture<Void> started = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    bench.start();
                    started.complete(null);
                } catch (IOException | RuntimeException e) {
                    started.completeExceptionally(e);
                }
            });
            try (OutputStream waitedFor = readBySomebody(pipe)) {
                Bench.eventually("the name is asked for", () -> names.asked() > 0);
                assertThat(started).isNotDone();
                waitedFor.write(("https://127.0.0.2:" + port + "\n").getBytes(StandardCharsets.US_ASCII));
            } finally {
                // Whatever has failed: what has been started is ended.
                started.get(Bench.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(bench.wellHosts()).containsExactly("127.0.0.2:" + port, "127.0.0.3:" + port);
        }
    }

    @Test
    @Tag("B13")
    void aReloadByWhichAllHostsWouldBeLostIsRefused() throws IOException {
        int port = three();
        list("https://127.0.0.2:" + port);
        bench.hostsKey = "discovery: {file: " + file + "}";
        bench.start();
        Path elsewhere = bench.folder.resolve("elsewhere");
        bench.hostsKey = "discovery: {file: " + elsewhere + "}";
        bench.write();
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString())
                .contains("upstreams[\"ehr\"].discovery: no hosts are found there", elsewhere + " does not exist");
        assertThat(get().text()).isEqualTo("127.0.0.2");
        Files.writeString(elsewhere, "https://127.0.0.3:" + port + "\n");
        bench.balancer().reload();
        assertThat(get().text()).isEqualTo("127.0.0.3");
    }

    @Test
    void aHostThatIsDescribedOtherwiseIsNoBetterForIt() throws IOException {
        int port = three();
        String well = "https://127.0.0.2:" + port;
        String impostor = "https://127.0.0.4:" + port;
        bench.hostsKey = "discovery: {file: " + file + "}";
        bench.upstreamExtra = "health: {failures: 1, ejectFor: 1h}";
        list(well, impostor);
        bench.start();
        List<String> left = List.of("127.0.0.2:" + port);
        Bench.eventually("one is ejected", () -> {
            get();
            return bench.wellHosts().equals(left);
        });
        list(well, impostor + " weight=7", "https://127.0.0.3:" + port);
        Bench.eventually("the file is read", () -> bench.wellHosts().size() > 1);
        assertThat(bench.wellHosts()).containsExactly("127.0.0.2:" + port, "127.0.0.3:" + port);

        Path elsewhere = Files.writeString(bench.folder.resolve("elsewhere"), well + "\n" + impostor + "\n");
        bench.hostsKey = "discovery: {file: " + elsewhere + "}";
        bench.write();
        bench.balancer().reload();
        assertThat(bench.wellHosts()).as("found elsewhere").isEqualTo(left);
    }

    @Test
    void whatCannotBeFoundIsAConfigurationError() throws IOException {
        bench.hostsKey = "discovery: {file: hosts, dns: \"*.local\", servers: [example.org, \"10.0.0.2:99999\"]}";
        bench.serverName = "";
        bench.write();
        InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> bench.read());
        assertThat(String.join("\n", refused.problems()))
                .contains(
                        "discovery.file: hosts (expected: an absolute path)",
                        "discovery.dns: *.local (expected: the name of the hosts)",
                        "example.org (expected: an address such as 10.0.0.2 or 10.0.0.2:53)",
                        "10.0.0.2:99999 (expected");
        bench.hostsKey = "hosts: [\"https://127.0.0.1:1\"], discovery: {file: /hosts}";
        bench.write();
        refused = catchThrowableOfType(InvalidSettings.class, () -> bench.read());
        assertThat(String.join("\n", refused.problems()))
                .contains(
                        "hosts: beside discovery (expected: one of the two)",
                        "serverName is missing (expected: the name that every host of the file must prove)");
    }
}
