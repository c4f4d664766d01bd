package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets to hosts that speak HTTP/2 (RFC 8441), from clients of both kinds. */
@Tag("B3")
@ExtendWith(NoLeaks.class)
@NullUnmarked // a null where none should be fails the test that meets it
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class Http2WebSocketTest {
    private static final byte[] HI = {(byte) 0x82, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'};
    private static final int LARGE = 1_000_000;

    private final Bench bench = new Bench();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        bench.close();
    }

    private Http2Host host(boolean webSockets) {
        Http2Host host = new Http2Host(bench.pki.context(bench.workload), webSockets);
        opened.add(host);
        bench.host(host.url());
        return host;
    }

    private void routed(String webSocket) throws IOException {
        bench.upstreamExtra = "protocol: http/2" + (bench.upstreamExtra.isEmpty() ? "" : ", " + bench.upstreamExtra);
        bench.routes = "  - {name: all, listener: https, upstream: ehr, webSocket: {" + webSocket + "}}\n";
        bench.start();
    }

    private Wire http1(String path) throws IOException {
        return http1(new Wire(bench.clientContext(), bench.port(), 16 * 1024), path);
    }

    private Wire http1(Wire wire, String path) throws IOException {
        opened.add(wire);
        return wire.send(
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }

    private Http2WebSocket http2(String path) throws IOException {
        Http2WebSocket socket = new Http2WebSocket(bench.clientContext(), bench.port(), path);
        opened.add(socket);
        return socket;
    }

    private String record() {
        Bench.eventually("its record", () -> {
            try {
                return !bench.records("exchange").isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try {
            return bench.records("exchange").getLast();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the JDK's client is told. */
    private static final class Heard implements WebSocket.Listener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private int binary;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            events.add("text " + text);
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
            binary += bytes.remaining();
            if (last) {
                events.add("binary " + binary);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            events.add("pong");
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            events.add("close " + code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            events.add("error");
        }

        String next() throws InterruptedException {
            return events.poll(30, TimeUnit.SECONDS);
        }
    }

    private WebSocket connect(Heard heard) {
        HttpClient client =
                HttpClient.newBuilder().sslContext(bench.clientContext()).build();
        opened.add(client::shutdownNow);
        return client.newWebSocketBuilder()
                .subprotocols("chat")
                .buildAsync(URI.create("wss://localhost:" + bench.port() + "/ws"), heard)
                .join();
    }

    @Test
    @Tag("B11")
    void aClientOfHttp1SpeaksWithIt() throws Exception {
        Http2Host host = host(true);
        routed("");
        Heard heard = new Heard();
        WebSocket socket = connect(heard);
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

    private static long whenItStands(LongSupplier moving) throws InterruptedException {
        long seen = -1;
        while (seen != moving.getAsLong()) {
            seen = moving.getAsLong();
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return seen;
    }

    @Test
    @Tag("B13")
    void aClientThatDoesNotReadHoldsItsHostBack() throws Exception {
        Http2Host host = host(true);
        routed("");
        int all = Http2Host.FRAMES * Http2Host.FRAME;
        Wire wire = http1("/flood");
        assertThat(wire.read().status()).isEqualTo(101);
        assertThat(whenItStands(host::sent)).as("bytes on their way").isLessThan(16 << 20);
        assertThat(wire.in().readNBytes(all)).hasSize(all);
        assertThat(wire.in().read()).as("the end").isNegative();
        assertThat(record()).contains("\"outcome\":\"answered\"");
        long before = whenItStands(host::sent);
        Http2WebSocket socket = http2("/flood");
        assertThat(whenItStands(host::sent) - before).as("bytes on their way").isLessThan(2 << 20);
        assertThat(socket.read(all)).hasSize(all);
        assertThat(socket.ending()).isEqualTo("end");
    }

    /** RFC 9113 section 8.1: a host may give the stream up once its answer is complete, which a slow client still gets. */
    @Test
    void anAnswerIsWholeThoughItsHostWantsNoMoreOfTheRequest() throws Exception {
        Http2Host host = host(true);
        routed("");
        List<String> post = List.of(":method", "POST", ":scheme", "https", ":authority", "localhost", ":path", "/few");
        Http2WebSocket unfinished = new Http2WebSocket(new Http2Wire(bench.clientContext(), bench.port()), 1, post);
        opened.add(unfinished);
        int all = Http2Host.FEW * Http2Host.FRAME;
        assertThat(whenItStands(host::sent)).as("what the host has done with").isEqualTo(all);
        assertThat(unfinished.read(all)).hasSize(all);
        assertThat(unfinished.ending()).isEqualTo("end");
    }

    @Test
    @Tag("B13")
    void aHostThatDoesNotReadHoldsItsClientBack() throws Exception {
        Http2Host host = host(true);
        routed("");
        Wire wire = http1("/deaf");
        assertThat(wire.read().status()).isEqualTo(101);
        byte[] frame = Http2WebSocket.frame(new byte[1 << 16]);
        AtomicLong written = new AtomicLong();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 512; i++) {
                    wire.send(frame);
                    written.addAndGet(frame.length);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(whenItStands(written::get)).as("bytes on their way").isLessThan(16 << 20);
        host.listen();
        writer.join();
        Bench.eventually("all of it", () -> host.received() == 512L * frame.length);
        wire.close();
        assertThat(host.nextEnd()).isEqualTo("end");
    }

    @Test
    @Tag("B6")
    void silenceEndsIt() throws Exception {
        Http2Host host = host(true);
        routed("idle: 500ms");
        Heard heard = new Heard();
        connect(heard).sendText("hello", true).join();
        assertThat(heard.next()).isEqualTo("text hello");
        assertThat(heard.next()).isEqualTo("close 1001");
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"idle\"", "\"status\":101");
    }

    @Test
    @Tag("B6")
    void noneLastsLongerThanAllowed() throws Exception {
        Http2Host host = host(true);
        routed("longest: 1s");
        Heard heard = new Heard();
        WebSocket socket = connect(heard);
        long began = System.nanoTime();
        String event = "";
        while (!event.startsWith("close") && System.nanoTime() - began < Bench.PATIENCE.toNanos()) {
            socket.sendText("a", true);
            event = heard.next();
        }
        assertThat(event).isEqualTo("close 1001");
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"total-time\"");
    }

    @Test
    @Tag("B10")
    void framesThatBreakTheRulesEndIt() throws Exception {
        Http2Host host = host(true);
        routed("frame: 1KiB");
        Wire wire = http1("/quiet");
        assertThat(wire.read().status()).isEqualTo(101);
        assertThat(wire.send(new byte[] {(byte) 0x81, 2, 'h', 'i'}).ended()).isTrue();
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"web-socket-frame\"", "\"outcome\":\"client-broke-rules\"");
        assertThat(http2("/flood").ending()).as("64 KiB").isEqualTo("reset 2");
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"web-socket-frame\"", "\"outcome\":\"target-broke-off\"");
    }

    /** More than the connection's window waits in streams that are given up, one after the other. */
    @Test
    void otherStreamsOfItsConnectionAreUnharmed() throws Exception {
        Http2Host host = host(true);
        routed("");
        Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port());
        opened.add(wire);
        int stream = 1;
        for (int i = 0; i < 24; i++) {
            Http2WebSocket held = new Http2WebSocket(wire, stream, "/flood");
            assertThat(held.status()).isEqualTo(200);
            wire.headers(
                    stream + 2,
                    true,
                    List.of(":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/plain"));
            // The balancer's connection window towards us would be used up by what the streams before brought.
            wire.frame(8, 0, 0, ByteBuffer.allocate(4).putInt(1 << 17).array());
            assertThat(wire.outcome(stream + 2)).isEqualTo("200 ended");
            held.cancel();
            assertThat(host.nextEnd()).isEqualTo("reset 8");
            stream += 4;
        }
        assertThat(host.connections()).isEqualTo(1);
    }

    /** With room for one request at the upstream, the next is answered only when the one before has given its place back. */
    @ParameterizedTest
    @ValueSource(strings = {"/end", "/reset", "/quiet", "/no"})
    void whateverEndsItGivesItsPlaceBack(String path) throws Exception {
        Http2Host host = host(true);
        bench.upstreamExtra = "connections: {requests: 1}";
        routed("");
        for (int i = 0; i < 3; i++) {
            Http2WebSocket socket = http2(path);
            assertThat(socket.status()).isEqualTo(path.equals("/no") ? 403 : 200);
            if (path.equals("/quiet")) {
                assertThat(bench.get("/plain").status()).as("meanwhile").isEqualTo(503);
                socket.cancel();
            } else {
                socket.send(HI).ending();
            }
            if (!path.equals("/reset")) {
                assertThat(host.nextEnd()).isNotNull();
            }
            assertThat(bench.get("/plain").text()).isEqualTo("ok");
        }
    }

    @Test
    void nothingIsAskedBeforeTheHostHasToldItsSettings() throws Exception {
        CompletableFuture<Boolean> silent = new CompletableFuture<>();
        raw((socket, in) -> {
            socket.setSoTimeout(700);
            try {
                while (frame(in).type() != Http2Wire.HEADERS) {
                    // Settings and windows may come.
                }
                silent.complete(false);
            } catch (java.net.SocketTimeoutException e) {
                silent.complete(true);
            }
            socket.setSoTimeout(20_000);
            send(socket, Http2Wire.SETTINGS, 0, new byte[] {0, 8, 0, 0, 0, 1});
            Http2Wire.Frame head = frame(in);
            while (head.type() != Http2Wire.HEADERS) {
                head = frame(in);
            }
            send(socket, Http2Wire.HEADERS, head.stream(), new byte[] {(byte) 0x88});
            in.readAllBytes();
        });
        routed("");
        assertThat(http1("/ws").read().status()).isEqualTo(101);
        assertThat(silent.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aHostThatEndsBeforeItsSettingsIsAFailure() throws Exception {
        raw((socket, in) -> frame(in));
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

    private static Http2Wire.Frame frame(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Http2Wire.Frame(type, flags, stream, in.readNBytes(length));
    }

    private static void send(SSLSocket socket, int type, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(ByteBuffer.allocate(9)
                .put((byte) 0)
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) (type == Http2Wire.HEADERS ? Http2Wire.END_HEADERS : 0))
                .putInt(stream)
                .array());
        frame.writeBytes(payload);
        socket.getOutputStream().write(frame.toByteArray());
        socket.getOutputStream().flush();
    }
}
