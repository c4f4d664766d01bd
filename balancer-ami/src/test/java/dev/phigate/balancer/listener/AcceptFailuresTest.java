package dev.phigate.balancer.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who says why connections are not accepted keeps nobody from taking a pause. */
@Tag("B13")
final class AcceptFailuresTest {
    private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory()).next();

    @AfterEach
    void end() {
        loop.parent().shutdownGracefully();
    }

    /** Netty's acceptor, which takes the pause, is added by a task of the loop that may not have run yet. */
    @Test
    void theyAreHeardOfBehindAnAcceptorThatIsAddedLater() throws InterruptedException {
        Channel socket = new ServerBootstrap()
                .group(loop)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter())
                .register()
                .sync()
                .channel();
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            socket.pipeline().addLast("acceptor", new ChannelInboundHandlerAdapter());
        });

        AcceptFailures.tell(socket, "https");

        busy.countDown();
        loop.submit(() -> {}).sync();
        assertThat(socket.pipeline().last()).isInstanceOf(AcceptFailures.class);
        socket.close().sync();
    }
}
