package dev.phigate.balancer.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The PROXY protocol as HAProxy and curl speak it. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class ProxyPeersTest {
    private static final String CLIENT = "127.0.0.9";
    private static final int MOST_STARTS = 5;
    private final Bench bench = new Bench();
    private Process haproxy;

    @BeforeEach
    void start() throws IOException {
        bench.workload(Workload.OK);
        bench.listenerExtra = "timeouts: {handshake: 30s}, proxyProtocol: {from: [127.0.0.1, \"127.0.0.8/31\"]}";
        bench.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (haproxy != null) {
            haproxy.destroyForcibly().waitFor();
        }
        bench.close();
    }

    /** Starts HAProxy in front of the bench; answers the port of each of its entries. */
    private List<Integer> front(List<String> servers) throws IOException, InterruptedException {
        Path file = bench.folder.resolve("haproxy.cfg");
        for (int start = 0; start < MOST_STARTS; start++) {
            List<Integer> ports = new ArrayList<>();
            StringBuilder text = new StringBuilder(
                    "global\n  maxconn 50\ndefaults\n  timeout connect 30s\n  timeout client 30s\n  timeout server 30s\n");
            for (String server : servers) {
                ports.add(Bench.freePort());
                text.append("listen l").append(ports.getLast());
                text.append("\n  mode ").append(server.contains("ssl") ? "http" : "tcp");
                text.append("\n  bind 127.0.0.1:").append(ports.getLast());
                text.append("\n  server s 127.0.0.1:").append(bench.port());
                text.append(' ').append(server).append('\n');
            }
            Files.writeString(file, text);
            haproxy = new ProcessBuilder("haproxy", "-db", "-f", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(bench.folder.resolve("haproxy.log").toFile())
                    .start();
            Bench.eventually("HAProxy listens or has ended", () -> !haproxy.isAlive() || accepts(ports.getLast()));
            // It ends when another process took one of the ports meanwhile.
            if (!haproxy.waitFor(0, TimeUnit.SECONDS)) {
                return ports;
            }
        }
        throw new AssertionError(Files.readString(bench.folder.resolve("haproxy.log")));
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private Program curl(String from, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-4", "--max-time", "30", "--interface", from));
        command.addAll(List.of("--cacert", bench.pki.trustFile().toString(), "-w", " %{http_version}"));
        command.addAll(List.of(options));
        return Program.run(command);
    }

    private String forwardedFor() {
        return bench.workloads.getFirst().received().getLast().field("x-forwarded-for");
    }

    @Test
    void haproxyNamesItsClients() throws IOException, InterruptedException {
        String tls = " ssl verify required verifyhost localhost sni str(localhost) ca-file " + bench.pki.trustFile();
        List<Integer> ports = front(List.of(
                "send-proxy",
                "send-proxy-v2",
                "send-proxy-v2 proxy-v2-options crc32c,unique-id,authority",
                "send-proxy alpn http/1.1" + tls,
                "send-proxy-v2 alpn http/1.1" + tls,
                "send-proxy-v2-ssl-cn alpn h2" + tls));
        for (int i = 0; i < ports.size(); i++) {
            String scheme = i < 3 ? "https" : "http";
            for (String version : List.of("--http1.1", i < 3 ? "--http2" : "--http1.1")) {
                String client = version.equals("--http2") ? CLIENT : "127.0.0.10";
                Program done = curl(client, version, scheme + "://localhost:" + ports.get(i) + "/");
                assertThat(done.output())
                        .as("entry %s of %s", i, scheme)
                        .isEqualTo("ok " + (version.equals("--http2") ? "2" : "1.1"));
                assertThat(forwardedFor()).isEqualTo(client);
                assertThat(bench.records("exchange").getLast()).contains("\"source\":\"" + client + "\"");
            }
        }
        assertThat(bench.records("connection-accepted")).allMatch(record -> record.contains("\"proxy\":\"127.0.0.1\""));
    }

    @Test
    void curlNamesItself() throws IOException {
        String url = "https://localhost:" + bench.port() + "/";
        for (String version : List.of("--http1.1", "--http2")) {
            assertThat(curl(CLIENT, version, "--haproxy-protocol", url).output())
                    .isEqualTo("ok " + (version.equals("--http2") ? "2" : "1.1"));
            assertThat(forwardedFor()).isEqualTo(CLIENT);
        }
        assertThat(bench.records("connection-accepted"))
                .hasSize(2)
                .allMatch(record -> record.contains("\"proxy\":\"" + CLIENT + "\""));
        assertThat(curl("127.0.0.10", "--haproxy-protocol", url).code())
                .as("a stranger")
                .isNotZero();
        assertThat(curl(CLIENT, url).code()).as("no header").isNotZero();
        assertThat(bench.records("connection-accepted")).hasSize(2);
    }
}
