package dev.phigate.balancer;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.metrics.Metrics;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What goes on behind the event loops goes on. */
@Tag("B13")
final class UpkeepTest {
    private final Bench bench = new Bench();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private Assembly assembly;
    private Upkeep upkeep;

    @BeforeEach
    void begin() throws IOException {
        bench.workload(Workload.OK);
        bench.write();
        EventLoop loop = loops.next();
        assembly = Assembly.of(BalancerConfig.read(bench.file()), List.of(loop), new Metrics(), new SessionWatch());
        upkeep = new Upkeep(() -> assembly);
    }

    @AfterEach
    void end() {
        upkeep.stop();
        assembly.release();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        bench.close();
    }

    @Test
    void aTaskThatEndsInAnErrorRunsAgain() {
        AtomicInteger runs = new AtomicInteger();
        upkeep.each(() -> {
            if (runs.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
        });
        Bench.eventually("it runs again", () -> runs.get() > 1);
    }
}
