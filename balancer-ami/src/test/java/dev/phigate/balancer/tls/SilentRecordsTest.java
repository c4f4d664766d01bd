package dev.phigate.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.training.ThrowAwayCertificate;
import dev.phigate.settings.Settings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records that carry nothing, to the JDK's engine, which serves those who list AES-128 first. */
@Tag("B1")
@Tag("B10")
@NullUnmarked // a null where none should be fails the test that meets it
final class SilentRecordsTest {
    private static final String[] JDK_ENGINE = {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"};

    @TempDir
    Path folder;

    private EventLoopGroup loops;
    private Channel server;
    private ServerTls terms;
    private SSLContext client;

    /** Gives back what comes. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }
    }

    @BeforeEach
    void listen() throws Exception {
        client = ThrowAwayCertificate.write(folder);
        ServerTlsConfig config = Settings.yaml(
                "test",
                "{certificate: DIR/server.crt, privateKey: DIR/server.key}".replace("DIR", folder.toString()),
                ServerTlsConfig::read);
        terms = new ServerTls("https", config, List.of("http/1.1"));
        loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        Handshakes observer = new Handshakes() {
            @Override
            public void secured(Channel channel, Handshake handshake) {
                channel.pipeline().addLast(new Echo());
            }

            @Override
            public void failed(Accepted accepted, Failure failure) {
                // The client sees it.
            }
        };
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        Client from =
                                new Client(FreshId.next(), new Name("https"), Endpoint.of(channel.remoteAddress()));
                        Accepted accepted =
                                new Accepted(from, channel.remoteAddress(), channel.localAddress(), System.nanoTime());
                        channel.pipeline().addLast(terms.handler(accepted, Duration.ofSeconds(20), observer));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    @AfterEach
    void stop() {
        server.close().syncUninterruptibly();
        loops.shutdownGracefully().syncUninterruptibly();
        terms.retire();
    }

    private SSLSocket connect(String... suites) throws IOException {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        socket.setEnabledCipherSuites(suites);
        socket.startHandshake();
        return socket;
    }

    private static void echo(SSLSocket socket, int value) throws IOException {
        socket.getOutputStream().write(value);
        assertThat(socket.getInputStream().read()).isEqualTo(value);
    }

    @Test
    void aFloodOfKeyUpdatesEndsTheConnection() throws IOException {
        try (SSLSocket socket = connect(JDK_ENGINE)) {
            echo(socket, 7);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 2000; i++) {
                            socket.startHandshake(); // in TLS 1.3 a KeyUpdate, to be answered by another
                        }
                        echo(socket, 7);
                    })
                    .isInstanceOfAny(IOException.class, AssertionError.class);
        }
    }

    @Test
    void aClientThatChangesItsKeysNowAndThenAndSendsManySmallRecordsIsServed() throws IOException {
        try (SSLSocket socket = connect(JDK_ENGINE)) {
            for (int i = 0; i < 2000; i++) {
                echo(socket, i & 0x7f);
                if (i % 100 == 0) {
                    socket.startHandshake();
                }
            }
        }
    }
}
