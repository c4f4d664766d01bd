package dev.phigate.balancer.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.metrics.Exposition;
import dev.phigate.balancer.metrics.Metrics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Real loops that rest, compute in tasks, and compute for sockets. */
@Tag("B12")
@NullUnmarked // a null where none should be fails the test that meets it
final class LoopWatchTest {
    private static final long WORK = TimeUnit.MILLISECONDS.toNanos(300);

    private final Metrics metrics = new Metrics();
    private final LoopWatch watch = new LoopWatch();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(2, watch.watching(EpollIoHandler.newFactory()));
    private final List<EventLoop> all = new ArrayList<>();

    @BeforeEach
    void tell() throws Exception {
        loops.forEach(loop -> all.add((EventLoop) loop));
        for (EventLoop loop : all) {
            loop.submit(() -> {}).sync();
        }
        watch.tell(metrics, all);
    }

    @AfterEach
    void end() throws Exception {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }

    private static void work() {
        long end = System.nanoTime() + WORK;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }

    private double value(String name, int loop) {
        String line = name + "{loop=\"" + loop + "\"} ";
        return Exposition.of(metrics, null)
                .text()
                .lines()
                .filter(one -> one.startsWith(line))
                .mapToDouble(one -> Double.parseDouble(one.substring(line.length())))
                .findFirst()
                .orElse(0);
    }

    private double busy(int loop) {
        return value("phigate_loop_busy_seconds_total", loop);
    }

    @Test
    void aLoopThatWorksIsBusyAndOneThatRestsIsNot() throws Exception {
        double before = busy(1);
        double rested = busy(0);
        all.get(1).submit(LoopWatchTest::work).sync();
        assertThat(busy(1) - before).isGreaterThanOrEqualTo(0.3);
        assertThat(busy(0) - rested).isLessThan(0.1);
    }

    @Test
    void whatIsDoneForSocketsCounts() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Channel server = new ServerBootstrap()
                .group(all.get(0), all.get(1))
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object message) {
                        ((ByteBuf) message).release();
                        work();
                        done.countDown();
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
        double before = busy(1);
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), ((InetSocketAddress) server.localAddress()).getPort())) {
            socket.getOutputStream().write(1);
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(busy(1) - before).isGreaterThanOrEqualTo(0.3);
        }
    }

    @Test
    void whoComesLateIsToldHowLateAndIsAskedOnceMeanwhile() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        var held = all.get(0).submit(() -> {
            begun.countDown();
            return go.await(20, TimeUnit.SECONDS);
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        long asked = System.nanoTime();
        watch.ask();
        watch.ask();
        LockSupport.parkNanos(WORK);
        double atLeast = Math.min(0.2, (System.nanoTime() - asked) / 1e9);
        assertThat(value("phigate_loop_delay_seconds_count", 0)).isZero();
        go.countDown();
        held.sync();
        all.get(0).submit(() -> {}).sync();
        assertThat(value("phigate_loop_delay_seconds_count", 0)).isEqualTo(1);
        assertThat(value("phigate_loop_delay_seconds_sum", 0)).isGreaterThanOrEqualTo(atLeast);
        watch.ask();
        all.get(0).submit(() -> {}).sync();
        assertThat(value("phigate_loop_delay_seconds_count", 0)).isEqualTo(2);
        watch.ask();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
        watch.ask();
    }
}
