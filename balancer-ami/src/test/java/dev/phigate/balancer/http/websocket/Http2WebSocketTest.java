package dev.phigate.balancer.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Host;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** WebSockets to hosts that speak HTTP/2 (RFC 8441), from clients of both kinds: how they begin, go on and end. */
@Tag("B3")
@NullUnmarked // a null where none should be fails the test that meets it
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class Http2WebSocketTest extends Http2WebSocketBench {
    @Test
    @Tag("B11")
    void aClientOfHttp1SpeaksWithIt() throws Exception {
        Http2Host host = host(true);
        routed("");
        HeardWebSocket heard = new HeardWebSocket();
        WebSocket socket = heard.connect(bench, opened, "chat");
        assertThat(socket.getSubprotocol()).isEqualTo("chat");
        socket.sendText("hello", true).join();
        assertThat(heard.next()).isEqualTo("text hello");
        socket.sendPing(ByteBuffer.allocate(4)).join();
        assertThat(heard.next()).isEqualTo("pong");
        socket.sendBinary(ByteBuffer.allocate(LARGE), true).join();
        assertThat(heard.next()).isEqualTo("binary " + LARGE);
        assertThat(bench.records("exchange")).isEmpty();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
        assertThat(heard.next()).isEqualTo("close 1000");
        assertThat(host.nextEnd()).isEqualTo("end");
        assertThat(record())
                .contains(
                        "\"status\":101",
                        "\"method\":\"get\"",
                        "\"outcome\":\"answered\"",
                        "\"protocol\":\"websocket\"");
        asked(host.heads().getFirst());
    }

    private void asked(Http2Headers head) {
        assertThat(head.method()).hasToString("CONNECT");
        assertThat(head.get(":protocol")).hasToString("websocket");
        assertThat(head.scheme()).hasToString("https");
        assertThat(head.path()).hasToString("/ws");
        assertThat(head.authority().toString()).startsWith("localhost");
        assertThat(head.get("sec-websocket-version")).hasToString("13");
        assertThat(head.get("sec-websocket-protocol")).hasToString("chat");
        assertThat(head.names().stream().map(CharSequence::toString))
                .doesNotContain("sec-websocket-key", "upgrade", "connection", "host", "content-length");
    }

    @Test
    @Tag("B11")
    void aClientOfHttp2SpeaksWithIt() throws Exception {
        Http2Host host = host(true);
        routed("");
        Http2WebSocket socket = http2("/ws");
        assertThat(socket.status()).isEqualTo(200);
        assertThat(socket.head().get("sec-websocket-protocol")).hasToString("chat");
        assertThat(socket.head().contains("sec-websocket-accept")).isFalse();
        assertThat(socket.send(HI).read(4)).containsExactly(0x82, 2, 'h', 'i');
        byte[] large = new byte[LARGE];
        Arrays.fill(large, (byte) 7);
        byte[] echo = socket.send(Http2WebSocket.frame(large)).read(4 + 10 + LARGE);
        assertThat(echo).hasSize(4 + 10 + LARGE).endsWith(large);
        assertThat(socket.send(HI).end().ending()).isEqualTo("end");
        assertThat(host.nextEnd()).isEqualTo("end");
        assertThat(host.received()).as("what was sent before the end").isEqualTo(8 + 14 + LARGE + 8);
        assertThat(record()).contains("\"status\":101", "\"protocol\":\"websocket\"", "\"outcome\":\"answered\"");
        asked(host.heads().getFirst());
    }

    @Test
    @Tag("B4")
    void itOutlivesTheAgeOfItsConnectionAndIsInNobodysWay() throws Exception {
        Http2Host host = host(true);
        bench.upstreamExtra = "connections: {age: 300ms, perHost: 1}";
        routed("");
        Http2WebSocket socket = http2("/ws");
        assertThat(socket.status()).isEqualTo(200);
        long end = System.nanoTime() + Bench.PATIENCE.toNanos();
        while (host.connections() < 8 && System.nanoTime() < end) {
            assertThat(bench.get("/plain").text()).isEqualTo("ok");
        }
        assertThat(host.connections()).isGreaterThanOrEqualTo(8);
        assertThat(bench.records("exchange"))
                .as("nothing is asked again")
                .allSatisfy(record -> assertThat(record).contains("\"attempts\":1"));
        assertThat(socket.send(HI).read(4)).containsExactly(0x82, 2, 'h', 'i');
        assertThat(socket.send(HI).end().ending()).isEqualTo("end");
        assertThat(host.nextEnd()).isEqualTo("end");
    }

    @Test
    void aHostThatCarriesNoneIsNotAsked() throws Exception {
        Http2Host host = host(false);
        bench.upstreamExtra = "health: {failures: 1}";
        routed("");
        assertThat(http1("/ws").read().status()).isEqualTo(502);
        assertThat(record())
                .contains(
                        "\"rule\":\"upstream-no-websocket\"",
                        "\"outcome\":\"target-unreachable\"",
                        "\"status\":502",
                        "\"protocol\":\"websocket\"");
        assertThat(http2("/ws").status()).isEqualTo(502);
        assertThat(host.heads()).isEmpty();
        assertThat(bench.get("/plain").text()).as("it is well otherwise").isEqualTo("ok");
    }

    @Test
    void anotherHostIsAskedInItsPlace() throws Exception {
        Http2Host without = host(false);
        Http2Host with = host(true);
        routed("");
        for (int i = 0; i < 4; i++) {
            assertThat(http1("/ws").read().status()).isEqualTo(101);
        }
        assertThat(without.heads()).isEmpty();
        assertThat(with.heads()).hasSize(4);
    }

    @Test
    void aHostThatRefusesIsHeard() throws Exception {
        Http2Host host = host(true);
        routed("");
        Wire.Answer answer = http1("/no").read();
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).isEqualTo("no");
        assertThat(host.nextEnd()).isEqualTo("end");
        Http2WebSocket socket = http2("/no");
        assertThat(socket.status()).isEqualTo(403);
        assertThat(socket.read(3)).asString(StandardCharsets.US_ASCII).isEqualTo("no");
        assertThat(host.nextEnd()).isEqualTo("end");
        assertThat(record()).contains("\"status\":403", "\"outcome\":\"answered\"");
    }

    @Test
    void aClientThatLeavesEndsIt() throws Exception {
        Http2Host host = host(true);
        routed("");
        Wire wire = http1("/quiet");
        assertThat(wire.read().status()).isEqualTo(101);
        wire.send(HI).close();
        assertThat(host.nextEnd()).isEqualTo("end");
        assertThat(host.received()).isEqualTo(HI.length);
        assertThat(record()).contains("\"outcome\":\"answered\"");
    }

    @Test
    void aClientThatBreaksOffResetsIt() throws Exception {
        Http2Host host = host(true);
        routed("");
        Http2WebSocket socket = http2("/quiet");
        assertThat(socket.status()).isEqualTo(200);
        socket.cancel();
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        Http2WebSocket other = http2("/quiet");
        assertThat(other.status()).isEqualTo(200);
        other.close();
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        try (Socket below = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
            SSLSocket above = (SSLSocket)
                    bench.clientContext().getSocketFactory().createSocket(below, "localhost", bench.port(), false);
            above.getOutputStream()
                    .write(("GET /quiet HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(Workload.line(above.getInputStream())).startsWith("HTTP/1.1 101");
            below.setSoLinger(true, 0);
        }
        assertThat(host.nextEnd()).isEqualTo("reset 8");
    }

    @Test
    void aHostThatBreaksOffIsNoticed() throws Exception {
        host(true);
        routed("");
        Wire wire = http1("/reset");
        assertThat(wire.read().status()).isEqualTo(101);
        assertThat(wire.send(HI).ended()).isTrue();
        assertThat(record())
                .contains("\"outcome\":\"target-broke-off\"", "\"rule\":\"upstream-reset\"", "\"status\":101");
        Http2WebSocket socket = http2("/reset");
        assertThat(socket.send(HI).ending()).isEqualTo("reset 2");
    }

    @Test
    void aHostThatEndsItEndsTheClients() throws Exception {
        Http2Host host = host(true);
        routed("");
        Wire wire = http1("/end");
        assertThat(wire.read().status()).isEqualTo(101);
        wire.send(HI);
        assertThat(wire.in().readAllBytes()).containsExactly(0x82, 3, 'b', 'y', 'e');
        assertThat(host.nextEnd()).isEqualTo("end");
        Http2WebSocket socket = http2("/end").send(HI);
        assertThat(socket.ending()).isEqualTo("end");
        assertThat(socket.read(5)).containsExactly(0x82, 3, 'b', 'y', 'e');
        assertThat(host.nextEnd()).isEqualTo("end");
        assertThat(record()).contains("\"outcome\":\"answered\"");
    }

    @Test
    void nothingIsAskedBeforeTheHostHasToldItsSettings() throws Exception {
        CompletableFuture<Boolean> silent = new CompletableFuture<>();
        raw((socket, in) -> {
            socket.setSoTimeout(700);
            try {
                while (Http2Wire.read(in).type() != Http2Wire.HEADERS) {
                    // Settings and windows may come.
                }
                silent.complete(false);
            } catch (java.net.SocketTimeoutException e) {
                silent.complete(true);
            }
            socket.setSoTimeout(20_000);
            Http2Wire.write(socket.getOutputStream(), Http2Wire.SETTINGS, 0, 0, new byte[] {0, 8, 0, 0, 0, 1});
            Http2Wire.Frame head = Http2Wire.read(in);
            while (head.type() != Http2Wire.HEADERS) {
                head = Http2Wire.read(in);
            }
            Http2Wire.write(
                    socket.getOutputStream(), Http2Wire.HEADERS, Http2Wire.END_HEADERS, head.stream(), new byte[] {
                        (byte) 0x88
                    });
            in.readAllBytes();
        });
        routed("");
        assertThat(http1("/ws").read().status()).isEqualTo(101);
        assertThat(silent.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aHostThatEndsBeforeItsSettingsIsAFailure() throws Exception {
        raw((socket, in) -> Http2Wire.read(in));
        routed("");
        assertThat(http1("/ws").read().status()).isEqualTo(502);
        assertThat(record()).contains("\"rule\":\"upstream-not-begun\"");
    }

    /** What a host does with a connection whose preface it has read. */
    @FunctionalInterface
    private interface Connected {
        void serve(SSLSocket socket, DataInputStream in) throws IOException;
    }

    private void raw(Connected behaviour) throws IOException {
        SSLServerSocket server = (SSLServerSocket) bench.pki
                .context(bench.workload)
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        SSLParameters parameters = server.getSSLParameters();
        parameters.setNeedClientAuth(true);
        parameters.setApplicationProtocols(new String[] {"h2"});
        server.setSSLParameters(parameters);
        opened.add(server);
        bench.host("https://127.0.0.1:" + server.getLocalPort());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    DataInputStream in = new DataInputStream(socket.getInputStream());
                    in.skipNBytes(24);
                    behaviour.serve(socket, in);
                } catch (IOException e) {
                    // The other side, or the test, ended it.
                }
            }
        });
    }
}
