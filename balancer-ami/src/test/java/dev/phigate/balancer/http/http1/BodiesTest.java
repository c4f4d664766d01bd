package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies larger than memory pass through, and the slower side sets the pace. */
@Tag("B3")
final class BodiesTest {
    private static final int MIB = 1 << 20;
    /** What sockets on both sides, TLS and our own buffers may hold of a body that nobody takes. */
    private static final long IN_BETWEEN = 24L * MIB;

    /** Longer than anybody waits by habit: Netty 3 s for the last bytes, ourselves 2 s for a client that still sends. */
    private static final Duration LATE = Duration.ofSeconds(5);

    private static final int FEW_BYTES = 16 * 1024;
    private static final int STEP = 16 * 1024;

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void largeBodiesArriveWholeBothWaysInHttp1AndHttp2() throws IOException {
        int size = 8 * MIB;
        bench.workload((request, wire) -> {
            long length = wire.readBody(request);
            assertThat(length).isEqualTo(request.requestLine().startsWith("POST") ? size : 0);
            boolean chunked = request.requestLine().contains("chunked");
            wire.send("HTTP/1.1 200 OK\r\n"
                    + (chunked ? "Transfer-Encoding: chunked\r\n\r\n" : "Content-Length: " + size + "\r\n\r\n"));
            byte[] block = new byte[MIB];
            for (int i = 0; i < size / MIB; i++) {
                if (chunked) {
                    wire.send(Integer.toHexString(MIB) + "\r\n");
                }
                wire.out().write(block);
                if (chunked) {
                    wire.send("\r\n");
                }
            }
            wire.send(chunked ? "0\r\n\r\n" : "");
        });
        bench.start();
        java.nio.file.Path body = bench.folder.resolve("body");
        java.nio.file.Files.write(body, new byte[size]);
        for (String version : List.of("--http1.1", "--http2")) {
            for (String path : List.of("/sized", "/chunked")) {
                for (String field : List.of("X: y", "Transfer-Encoding: chunked")) {
                    if (version.equals("--http2") && field.startsWith("T")) {
                        continue;
                    }
                    Program curl = Program.run(List.of(
                            "curl",
                            "-sS",
                            version,
                            "--cacert",
                            bench.pki.trustFile().toString(),
                            "-H",
                            field,
                            "-H",
                            "Expect:",
                            "--data-binary",
                            "@" + body,
                            "-o",
                            "/dev/null",
                            "-w",
                            "%{http_version} %{http_code} %{size_download}",
                            "https://localhost:" + bench.port() + path));
                    assertThat(curl.output())
                            .as(version + path + field)
                            .isEqualTo((version.equals("--http2") ? "2" : "1.1") + " 200 " + size);
                }
            }
        }
    }

    @Test
    void aClientThatDoesNotReadStopsTheHost() throws IOException {
        AtomicLong sent = new AtomicLong();
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            endless(wire.out(), sent);
        });
        bench.start();
        try (Wire wire = new Wire(bench.clientContext(), bench.port(), 16 * 1024)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertSettles(sent);
        }
    }

    @Test
    void aHostThatDoesNotReadStopsTheClient() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        bench.workload((request, wire) -> await(end));
        bench.listenerExtra = "limits: {body: 10GiB}";
        bench.start();
        AtomicLong sent = new AtomicLong();
        Wire wire = bench.connect();
        try {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    endless(wire.socket().getOutputStream(), sent);
                } catch (IOException e) {
                    // Ended by the test.
                }
            });
            assertSettles(sent);
            assertThat(sender.isAlive()).as("the client is waiting").isTrue();
        } finally {
            end.countDown();
            wire.close();
        }
    }

    @Test
    @Tag("B6")
    void aClientThatNeverReadsIsGivenUp() throws IOException {
        AtomicLong sent = new AtomicLong();
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            endless(wire.out(), sent);
        });
        bench.listenerExtra = "timeouts: {idle: 500ms}";
        bench.start();
        try (Wire wire = new Wire(bench.clientContext(), bench.port(), 16 * 1024)) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Bench.eventually(
                    "recorded",
                    () -> bench.records("exchange").stream().anyMatch(line -> line.contains("client-not-reading")));
        }
    }

    /** Some of an answer still waits in our memory when the last of it is written, where the system has just no more room for it. */
    @Test
    @Tag("B4")
    void aClientThatReadsLateGetsTheWholeAnswerThoughItsConnectionEndsWithIt() throws Exception {
        bench.workload(BodiesTest::ofAskedSize);
        bench.start();
        List<Wire> late = new ArrayList<>();
        int room = room();
        try {
            for (int size = room - 12 * STEP; size < room + 12 * STEP; size += STEP) {
                Wire wire = new Wire(bench.clientContext(), bench.port(), FEW_BYTES);
                late.add(wire);
                wire.send("GET /" + size + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            }
            Thread.sleep(LATE);
            for (Wire wire : late) {
                assertThat(wire.read().status()).isEqualTo(200);
                assertThat(wire.in().read()).as("its end, told by TLS").isEqualTo(-1);
            }
        } finally {
            for (Wire wire : late) {
                wire.close();
            }
        }
    }

    private static void ofAskedSize(Workload.Received request, Workload.Wire wire) throws IOException {
        int size = Integer.parseInt(request.requestLine().split("[/ ]", -1)[2]);
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n" + "a".repeat(size));
    }

    @Test
    @Tag("B13")
    void aClientOfHttp2ThatReadsLateGetsTheWholeAnswerThoughTheBalancerStops() throws Exception {
        bench.workload(BodiesTest::ofAskedSize);
        bench.rootExtra = "shutdown: {drain: 50s}\n";
        bench.start();
        List<Http2Wire> late = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        int room = room();
        Thread stopping = new Thread(bench.balancer()::stop);
        try {
            for (int size = room - 12 * STEP; size < room + 12 * STEP; size += STEP) {
                Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port(), FEW_BYTES);
                late.add(wire);
                sizes.add(size);
                byte[] wide = {1, 0, 0, 0};
                wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 4, 1, 0, 0, 0})
                        .frame(8, 0, 0, wide);
                wire.headers(
                        1,
                        true,
                        List.of(":method", "GET", ":scheme", "https", ":path", "/" + size, ":authority", "localhost"));
            }
            for (Http2Wire wire : late) {
                while (wire.read().type() != Http2Wire.HEADERS) {
                    // Settings and windows come first.
                }
            }
            stopping.start();
            Thread.sleep(LATE);
            for (int i = 0; i < late.size(); i++) {
                int length = 0;
                Http2Wire.Frame frame;
                do {
                    frame = late.get(i).read();
                    length += frame.type() == Http2Wire.DATA ? frame.payload().length : 0;
                } while (!frame.endsStream());
                assertThat(length).isEqualTo(sizes.get(i));
            }
        } finally {
            for (Http2Wire wire : late) {
                wire.close();
            }
            stopping.join();
            bench.stopped();
        }
    }

    /** For who broke the rules nobody waits as long as for who reads slowly. */
    @Test
    @Tag("B13")
    void aClientThatBreaksTheRulesAndDoesNotReadIsEndedSoon() throws IOException {
        AtomicLong sent = new AtomicLong();
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            endless(wire.out(), sent);
        });
        bench.start();
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port(), FEW_BYTES)) {
            wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[] {0, 4, 1, 0, 0, 0}).frame(8, 0, 0, new byte[] {1, 0, 0, 0});
            wire.headers(
                    1, true, List.of(":method", "GET", ":scheme", "https", ":path", "/", ":authority", "localhost"));
            assertSettles(sent);
            wire.frame(8, 0, 0, new byte[4]);
            long began = System.nanoTime();
            Bench.eventually(
                    "its connection is gone",
                    () -> bench.admin(bench.port("admin"), "/metrics")
                            .output()
                            .contains("phigate_connections{listener=\"https\"} 0"));
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
        }
    }

    /** How much the system keeps for a client that does not read. */
    private static int room() throws IOException {
        try (ServerSocketChannel server =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Socket client = new Socket()) {
            client.setReceiveBufferSize(FEW_BYTES);
            client.connect(server.getLocalAddress());
            try (SocketChannel sender = server.accept()) {
                sender.configureBlocking(false);
                ByteBuffer piece = ByteBuffer.allocate(FEW_BYTES);
                int taken = 0;
                for (int tries = 0; tries < 50; tries++) {
                    for (int now = sender.write(piece.clear()); now > 0; now = sender.write(piece.clear())) {
                        taken += now;
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
                }
                return taken;
            }
        }
    }

    private static void endless(OutputStream out, AtomicLong sent) throws IOException {
        byte[] chunk =
                ("10000\r\n" + "a".repeat(0x10000) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        while (sent.get() < 4 * IN_BETWEEN) {
            out.write(chunk);
            out.flush();
            sent.addAndGet(chunk.length);
        }
    }

    /** The sender has come to a stand before the bound: nothing more moved for a whole second. */
    private static void assertSettles(AtomicLong sent) {
        Bench.eventually("the sender stands still", () -> {
            long before = sent.get();
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            return before > 0 && sent.get() == before;
        });
        assertThat(sent.get()).isLessThan(IN_BETWEEN);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
