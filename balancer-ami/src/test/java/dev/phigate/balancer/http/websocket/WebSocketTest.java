package dev.phigate.balancer.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WebSockets, over HTTP/1.1 and HTTP/2, with the JDK's client and Netty's server at the ends. */
@Tag("B3")
@NullUnmarked // a null where none should be fails the test that meets it
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class WebSocketTest {
    private static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String AGREED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    private final Bench bench = new Bench();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        bench.close();
    }

    private void routed(String webSocket) throws IOException {
        bench.routes = "  - {name: all, listener: https, upstream: ehr" + webSocket + "}\n";
        bench.start();
    }

    /** A server that sends back whatever it receives. */
    private void echo() {
        SSLContext tls = bench.pki.context(bench.workload);
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Channel server = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SSLEngine engine = tls.createSSLEngine();
                        engine.setUseClientMode(false);
                        engine.setNeedClientAuth(true);
                        channel.pipeline()
                                .addLast(new SslHandler(engine))
                                .addLast(new HttpServerCodec())
                                .addLast(new HttpObjectAggregator(64 * 1024))
                                .addLast(new WebSocketServerProtocolHandler("/ws", null, true, 1 << 20))
                                .addLast(new Echo());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .awaitUninterruptibly()
                .channel();
        opened.add(() -> loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly());
        bench.host("https://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort());
    }

    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            ctx.writeAndFlush(frame.retain());
        }
    }

    private WebSocket connect(HeardWebSocket heard) {
        return heard.connect(bench, opened);
    }

    @Test
    @Tag("B11")
    void messagesPassInBothDirectionsAndTheEndLeavesOneRecord() throws Exception {
        echo();
        routed(", webSocket: {}");
        HeardWebSocket heard = new HeardWebSocket();
        WebSocket socket = connect(heard);
        socket.sendText("hello", true).join();
        assertThat(heard.next()).isEqualTo("text hello");
        socket.sendPing(ByteBuffer.allocate(4)).join();
        assertThat(heard.next()).isEqualTo("pong");
        socket.sendBinary(ByteBuffer.allocate(100_000), false).join();
        socket.sendBinary(ByteBuffer.allocate(200_000), true).join();
        assertThat(heard.next()).isEqualTo("binary 300000");
        assertThat(bench.records("exchange")).isEmpty();
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
        assertThat(heard.next()).isEqualTo("close 1000");
        recorded();
        assertThat(bench.records("exchange").getFirst())
                .contains(
                        "\"status\":101",
                        "\"method\":\"get\"",
                        "\"outcome\":\"answered\"",
                        "\"protocol\":\"websocket\"");
    }

    private void recorded() {
        Bench.eventually("its record", () -> bench.records("exchange").size() == 1);
    }

    @Test
    void aRouteThatDoesNotAllowItRefuses() throws Exception {
        bench.workload(Workload.OK);
        routed("");
        assertThat(bench.ask(HANDSHAKE).status()).isEqualTo(501);
        assertThat(bench.workloads.getFirst().received()).isEmpty();
    }

    /** RFC 6455 section 4.2.1, a demand a line; only another version is told which there is (section 4.4). */
    @ParameterizedTest
    @Tag("B10")
    @CsvSource(delimiter = '|', textBlock = """
            426 | Sec-WebSocket-Version: 13       | Sec-WebSocket-Version: 12
            426 | Sec-WebSocket-Version: 13       | Sec-WebSocket-Version: 25
            426 | Sec-WebSocket-Version: 13       | Sec-WebSocket-Version: 013
            426 | Sec-WebSocket-Version: 13       | Sec-WebSocket-Version: 13;Sec-WebSocket-Version: 8
            501 | Sec-WebSocket-Version: 13       | X: y
            501 | dGhlIHNhbXBsZSBub25jZQ==        | AAAA
            501 | dGhlIHNhbXBsZSBub25jZQ==        | dGhlIHNhbXBsZSBub25jZQ==;Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            501 | dGhlIHNhbXBsZSBub25jZQ==        | dGhlIHNhbXBsZSBub25jZWE=
            501 | dGhlIHNhbXBsZSBub25jZQ==        | dGhlIHNhb.BsZSBub25jZQ==
            501 | Sec-WebSocket-Key:              | X:
            501 | Connection: keep-alive, Upgrade | Connection: keep-alive
            501 | Upgrade: websocket              | Upgrade: websocket2
            501 | GET                             | POST
            400 | Host: a                         | X: y
            """)
    void aRequestThatAsksForOneWronglyIsRefused(int status, String right, String wrong) throws Exception {
        bench.workload(Workload.OK);
        routed(", webSocket: {}");
        String asked = HANDSHAKE.replace(right, wrong.replace(";", "\r\n"));
        assertThat(asked).isNotEqualTo(HANDSHAKE);
        Wire.Answer answer = bench.ask(asked);
        assertThat(answer.status()).isEqualTo(status);
        if (status == 426) {
            assertThat(answer.field("upgrade")).isEqualTo("websocket");
            assertThat(answer.field("connection")).isEqualToIgnoringCase("upgrade");
            assertThat(answer.field("sec-websocket-version")).isEqualTo("13");
            assertThat(bench.records("refused").getFirst())
                    .contains("\"rule\":\"web-socket-version\"", "\"reason\":\"not-served\"", "\"status\":426");
        }
        assertThat(bench.workloads.getFirst().received()).isEmpty();
    }

    @Test
    @Tag("B10")
    void inHttp10TheWishMeansNothing() throws Exception {
        bench.workload(Workload.OK);
        routed(", webSocket: {}");
        assertThat(bench.ask(HANDSHAKE.replace("HTTP/1.1", "HTTP/1.0")).text()).isEqualTo("ok");
        assertThat(bench.ask("GET / HTTP/1.0\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
                        .text())
                .isEqualTo("ok");
        assertThat(bench.workloads.getFirst().received())
                .allSatisfy(request -> assertThat(request.fields("upgrade")).isEmpty());
    }

    @Test
    void aHostThatRefusesIsHeard() throws Exception {
        bench.workload((request, wire) -> wire.send("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"));
        routed(", webSocket: {}");
        Wire.Answer answer = bench.ask(HANDSHAKE);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).isEqualTo("no");
    }

    @Test
    void aHostThatAgreesToAnotherWebSocketIsNotBelieved() throws Exception {
        bench.workload((request, wire) -> wire.send(AGREED.replace("s3pPL", "AAAAA")));
        routed(", webSocket: {}");
        assertThat(bench.ask(HANDSHAKE).status()).isEqualTo(502);
    }

    @Test
    @Tag("B6")
    void silenceEndsAWebSocket() throws Exception {
        echo();
        routed(", webSocket: {idle: 2s}");
        HeardWebSocket heard = new HeardWebSocket();
        WebSocket socket = connect(heard);
        socket.sendText("hello", true).join();
        assertThat(heard.next()).isEqualTo("text hello");
        assertThat(heard.next()).isEqualTo("close 1001");
        assertThat(bench.records("exchange").getFirst()).contains("\"rule\":\"idle\"");
    }

    @Test
    @Tag("B6")
    void noWebSocketLastsLongerThanAllowed() throws Exception {
        echo();
        routed(", webSocket: {longest: 1s}");
        HeardWebSocket heard = new HeardWebSocket();
        WebSocket socket = connect(heard);
        long began = System.nanoTime();
        String event = "";
        while (!event.startsWith("close") && System.nanoTime() - began < Bench.PATIENCE.toNanos()) {
            socket.sendText("a", true);
            event = heard.next();
        }
        assertThat(event).isEqualTo("close 1001");
        assertThat(bench.records("exchange").getFirst()).contains("\"rule\":\"total-time\"");
    }

    @Test
    @Tag("B10")
    void framesThatBreakTheRulesEndIt() throws Exception {
        bench.workload((request, wire) -> {
            wire.send(AGREED);
            wire.in().transferTo(java.io.OutputStream.nullOutputStream());
        });
        routed(", webSocket: {frame: 1KiB}");
        byte[][] wrong = {
            {(byte) 0x81, 2, 'h', 'i'}, // not masked
            {(byte) 0x82, (byte) 0xfe, 0x10, 0, 1, 2, 3, 4}, // 4 KiB
            {(byte) 0x83, (byte) 0x80, 1, 2, 3, 4}, // an opcode that nobody defined
            {0x09, (byte) 0x80, 1, 2, 3, 4}, // a ping in pieces
            "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)
        };
        for (byte[] frame : wrong) {
            try (Wire wire = new Wire(bench.clientContext(), bench.port())) {
                wire.send(HANDSHAKE);
                assertThat(wire.read().status()).isEqualTo(101);
                wire.send(frame);
                assertThat(wire.ended()).isTrue();
            }
        }
        assertThat(bench.records("exchange"))
                .hasSize(wrong.length)
                .allSatisfy(record -> assertThat(record).contains("\"rule\":\"web-socket-frame\""));
    }

    @Test
    @Tag("B13")
    void aClientThatDoesNotReadHoldsItsHostBack() throws Exception {
        AtomicLong sent = new AtomicLong();
        int frames = 512;
        byte[] frame = new byte[4 + 0xffff];
        frame[0] = (byte) 0x82;
        frame[1] = 126;
        frame[2] = (byte) 0xff;
        frame[3] = (byte) 0xff;
        bench.workload((request, wire) -> {
            wire.send(AGREED);
            for (int i = 0; i < frames; i++) {
                wire.out().write(frame);
                sent.addAndGet(frame.length);
            }
            wire.socket().close();
        });
        routed(", webSocket: {}");
        try (Wire wire = new Wire(bench.clientContext(), bench.port(), 16 * 1024)) {
            wire.send(HANDSHAKE);
            assertThat(wire.read().status()).isEqualTo(101);
            long seen = -1;
            while (seen != sent.get()) {
                seen = sent.get();
                TimeUnit.MILLISECONDS.sleep(500);
            }
            assertThat(seen).as("bytes on their way").isLessThan(16 << 20);
            assertThat(wire.in().readNBytes(frames * frame.length)).hasSize(frames * frame.length);
        }
    }

    @Test
    void overHttp2AStreamIsAWebSocket() throws Exception {
        echo();
        routed(", webSocket: {}");
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(
                    1,
                    false,
                    List.of(
                            ":method",
                            "CONNECT",
                            ":protocol",
                            "websocket",
                            ":scheme",
                            "https",
                            ":authority",
                            "a",
                            ":path",
                            "/ws",
                            "sec-websocket-version",
                            "13"));
            wire.frame(Http2Wire.DATA, 0, 1, new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
            Http2Wire.Frame frame = wire.read();
            boolean offered = false;
            while (frame.type() != Http2Wire.DATA) {
                offered |= frame.type() == Http2Wire.SETTINGS && offers(frame.payload());
                if (frame.type() == Http2Wire.HEADERS) {
                    assertThat(wire.head(frame).contains("sec-websocket-accept"))
                            .isFalse();
                }
                frame = wire.read();
            }
            assertThat(offered).as("SETTINGS_ENABLE_CONNECT_PROTOCOL").isTrue();
            assertThat(frame.payload()).containsExactly(0x81, 2, 'h', 'i');
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[0]);
            recorded();
        }
        assertThat(bench.records("exchange").getFirst()).contains("\"status\":101", "\"protocol\":\"websocket\"");
    }

    @Test
    @Tag("B10")
    void overHttp2AHandshakeIsJudgedAsOverHttp1() throws Exception {
        echo();
        routed(", webSocket: {}");
        assertThat(connected()).as("no version").isEqualTo("501 ended");
        assertThat(connected("sec-websocket-version", "8")).isEqualTo("501 ended");
        assertThat(connected("sec-websocket-version", "13", "sec-websocket-version", "13"))
                .isEqualTo("501 ended");
        assertThat(connected("sec-websocket-version", "13", "sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="))
                .isEqualTo("reset 1");
    }

    private String connected(String... more) throws IOException {
        List<String> fields = new ArrayList<>(List.of(
                ":method", "CONNECT", ":protocol", "websocket", ":scheme", "https", ":authority", "a", ":path", "/ws"));
        fields.addAll(List.of(more));
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            return wire.headers(1, false, fields).outcome(1);
        }
    }

    private static boolean offers(byte[] settings) {
        for (int i = 0; i + 6 <= settings.length; i += 6) {
            if (settings[i + 1] == 8 && settings[i + 5] == 1) {
                return true;
            }
        }
        return false;
    }
}
