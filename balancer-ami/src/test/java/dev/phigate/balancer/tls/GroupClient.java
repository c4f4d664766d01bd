package dev.phigate.balancer.tls;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A client that offers one group only, in a process of its own: BoringSSL lists ChaCha20 first, as clients do whose processor has no
 * AES, when its environment says so at the start.
 */
final class GroupClient {
    /** Hides the AES instructions from BoringSSL. */
    static final String WITHOUT_AES = "OPENSSL_ia32cap=~0x200000000000000";

    private GroupClient() {}

    /** Arguments: port, server name, authority, group. Prints what was negotiated. */
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        SslHandler handler = SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols("TLSv1.3")
                .trustManager(Path.of(arguments[2]).toFile())
                .option(OpenSslContextOption.GROUPS, new String[] {arguments[3]})
                .build()
                .newHandler(UnpooledByteBufAllocator.DEFAULT, arguments[1], port);
        new Bootstrap()
                .group(loop)
                .channel(EpollSocketChannel.class)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handler);
                    }
                })
                .connect("127.0.0.1", port);
        boolean ended = handler.handshakeFuture().await(20, TimeUnit.SECONDS);
        System.out.println(
                ended && handler.handshakeFuture().isSuccess()
                        ? "agreed " + handler.engine().getSession().getCipherSuite()
                        : "failed " + handler.handshakeFuture().cause());
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(5, TimeUnit.SECONDS);
    }
}
