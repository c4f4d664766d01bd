package dev.phigate.balancer.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.audit.AuditConfig;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.http.policy.RouteConfig;
import dev.phigate.balancer.http.policy.Router;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.listener.ListenerConfig;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.tls.ServerTls;
import dev.phigate.balancer.training.ThrowAwayCertificate;
import dev.phigate.settings.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that asks and asks and reads nothing cannot fill the memory with what it is answered, and loses nothing once it reads. */
@Tag("B10")
@Tag("B13")
@NullUnmarked // a null where none should be fails the test that meets it
final class UnreadAnswersTest {
    private static final long ENOUGH = 1 << 20;
    private static final int REQUESTS = 20_000;

    @TempDir
    Path folder;

    private ServerTls terms;
    private HttpService http;
    private EmbeddedChannel channel;
    private boolean reads;
    private int listened;

    @BeforeEach
    void listen() throws Exception {
        ThrowAwayCertificate.write(folder);
        Path file = folder.resolve("balancer.yaml");
        ListenerConfig listener = Settings.yaml(
                file.toString(),
                "{name: https, port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key}}"
                        .replace("DIR", folder.toString()),
                ListenerConfig::read);
        RouteConfig route = Settings.yaml(
                file.toString(),
                "{name: moved, listener: https, redirect: {to: \"https://new.example/\"}}",
                RouteConfig::read);
        AuditConfig log = Settings.yaml(
                file.toString(),
                "{directory: " + folder.resolve("audit") + ", origin: test, segment: 1MiB, whenFull: continue}",
                AuditConfig::read);
        Recorder audit = Recorder.open(log, file, record -> {});
        audit.close(); // takes no records, and stops nobody
        terms = new ServerTls("https", listener.tls().orElseThrow(), List.of("h2", "http/1.1"));
        Router router = new Router(List.of(new Route(route, Map.of(), new SessionWatch())));
        http = new HttpService(Policy.of(listener.http(), terms, router, null, Optional.empty()), audit);
    }

    private void connect(String protocol) {
        channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                if (reads) {
                    ctx.flush();
                }
            }

            @Override
            public void read(ChannelHandlerContext ctx) {
                listened++;
                ctx.read();
            }
        });
        InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        Client client = new Client(FreshId.next(), new Name("https"), Endpoint.of(here));
        Accepted accepted = new Accepted(client, here, here, System.nanoTime());
        http.install(
                channel,
                new Handshake(
                        accepted,
                        "TLSv1.3",
                        "TLS_AES_256_GCM_SHA384",
                        false,
                        null,
                        protocol,
                        null,
                        null,
                        null,
                        System.nanoTime(),
                        terms));
    }

    @AfterEach
    void stop() {
        reads = true;
        channel.finishAndReleaseAll();
        terms.retire();
    }

    /** The client reads what waits, and all that comes from now on. */
    private void readAll() {
        reads = true;
        channel.pipeline().firstContext().flush();
        channel.runPendingTasks();
    }

    private long waiting() {
        return channel.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    private String all() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            text.append(piece.toString(StandardCharsets.ISO_8859_1));
            piece.release();
        }
        return text.toString();
    }

    @Test
    void pipelinedRequestsWaitUntilEarlierAnswersWereRead() {
        connect("http/1.1");
        byte[] request = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < REQUESTS; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(request));
        }
        assertThat(waiting()).isBetween(1L, ENOUGH);
        readAll();
        assertThat(all().split("HTTP/1.1 308", -1)).hasSize(REQUESTS + 1);
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void aRequestThatBeganBeforeEarlierAnswersWereTooManyGoesOnOnceTheyWereRead() {
        connect("http/1.1");
        write("GET /x HTTP/1.1\r\n");
        moreWaits();
        write("Host: a\r\n\r\n");
        readAll();
        assertThat(all()).contains("HTTP/1.1 308");
    }

    @Test
    void theRestOfARequestIsListenedToOnceEarlierAnswersWereRead() {
        connect("http/1.1");
        write("GET /x HTTP/1.1\r\n");
        moreWaits();
        write("Host: a\r\n");
        int before = listened;
        readAll();
        assertThat(listened).as("reads").isGreaterThan(before);
    }

    private void write(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    /** What TLS adds to earlier answers when it writes them is what makes them too many. */
    private void moreWaits() {
        ChannelHandlerContext below = channel.pipeline().firstContext();
        below.write(Unpooled.wrappedBuffer(new byte[channel.config().getWriteBufferHighWaterMark() + 1]));
        assertThat(channel.isWritable()).isFalse();
    }

    @Test
    @Tag("B3")
    void aClientOfHttp2WhoWantsHeadsOnlyIsNotListenedToUntilItReadsThem() {
        connect("h2");
        channel.writeInbound(
                Http2CodecUtil.connectionPrefaceBuf(), Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0}));
        int asked = 0;
        while (channel.config().isAutoRead() && asked < REQUESTS) {
            channel.writeInbound(head(1 + 2 * asked++));
        }
        assertThat(waiting()).isBetween(1L, ENOUGH);
        assertThat(asked).isLessThan(REQUESTS);
        int before = listened;
        channel.writeInbound(head(1 + 2 * asked++));
        assertThat(listened).as("reads after it").isEqualTo(before);
        readAll();
        assertThat(channel.config().isAutoRead()).isTrue();
        channel.writeInbound(head(1 + 2 * asked++));
        assertThat(answers()).isEqualTo(asked);
    }

    /** HEAD / of "a", which is all that is asked. */
    private static ByteBuf head(int stream) {
        byte[] block = {0x42, 4, 'H', 'E', 'A', 'D', (byte) 0x87, (byte) 0x84, 0x41, 1, 'a'};
        return Unpooled.buffer()
                .writeMedium(block.length)
                .writeByte(1)
                .writeByte(5)
                .writeInt(stream)
                .writeBytes(block);
    }

    private int answers() {
        ByteBuf sent = Unpooled.buffer();
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            sent.writeBytes(piece);
            piece.release();
        }
        int heads = 0;
        while (sent.isReadable()) {
            int length = sent.readUnsignedMedium();
            heads += sent.readByte() == 1 ? 1 : 0;
            sent.skipBytes(5 + length);
        }
        sent.release();
        return heads;
    }
}
