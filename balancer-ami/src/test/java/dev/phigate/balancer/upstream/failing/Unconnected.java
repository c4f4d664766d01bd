package dev.phigate.balancer.upstream.failing;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Workload;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** Hosts to which no connection comes about, whatever would be spoken on it. */
final class Unconnected {
    private Unconnected() {}

    /** What becomes of a connection that was accepted. */
    @FunctionalInterface
    private interface Treatment {
        void of(Socket socket) throws IOException;
    }

    static Map<String, Failure> all() {
        Map<String, Failure> all = new LinkedHashMap<>();
        all.put("is not there (connection refused)", bench -> {
            // Bound and not listening: whoever connects is refused, and nobody else gets the port meanwhile.
            Socket nobody = new Socket();
            nobody.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            bench.host("https://127.0.0.1:" + nobody.getLocalPort());
            return nobody;
        });
        all.put("accepts, then resets", listening(Socket::close));
        all.put("accepts and says nothing, not even TLS", listening(socket -> Failure.hold()));
        all.put(
                "speaks no TLS",
                listening(
                        socket -> socket.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII))));
        all.put("shows a certificate of another authority", bench -> {
            Pki other = new Pki(bench.folder.resolve("other"));
            return showing(bench, other, other.issue("workload.local"));
        });
        all.put("shows a certificate of another name", issued(pki -> pki.issue("other.local")));
        all.put("shows a certificate that is expired", issued(pki -> {
            Instant now = Instant.now();
            return pki.issue("workload.local", "EC", now.minus(Duration.ofHours(2)), now.minus(Duration.ofHours(1)));
        }));
        return all;
    }

    private static Failure issued(Function<Pki, Pki.Issued> issue) {
        return bench -> showing(bench, bench.pki, issue.apply(bench.pki));
    }

    private static Closeable showing(Bench bench, Pki pki, Pki.Issued certificate) {
        Workload stranger = new Workload(pki.context(certificate), false, Workload.OK);
        bench.host(stranger.url());
        return stranger::close;
    }

    private static Failure listening(Treatment treatment) {
        return bench -> {
            ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            bench.host("https://127.0.0.1:" + server.getLocalPort());
            Thread.ofVirtual().start(() -> accept(server, treatment));
            return server;
        };
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
}
