package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.training.ThrowAwayCertificate;
import dev.phigate.balancer.upstream.pool.Carrier;
import dev.phigate.settings.Settings;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets a connection to a host, who waits for one and for how long: with real connections, on one loop. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class HostPoolTest {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    @TempDir
    Path folder;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();
    private SSLServerSocket host;
    private Upstream upstream;

    /** What became of asking. */
    private static final class Asked implements Taker {
        private final CompletableFuture<Object> outcome = new CompletableFuture<>();

        @Override
        public void taken(Connection connection) {
            outcome.complete(connection);
        }

        @Override
        public void refused(Unreachable why) {
            outcome.complete(why);
        }

        @Override
        public boolean wanted() {
            return true;
        }

        Connection connection() throws Exception {
            return (Connection) outcome.get(PATIENCE, TimeUnit.NANOSECONDS);
        }
    }

    private static final class OneAtATime implements Carrier {
        @Override
        public void install(Channel channel) {
            channel.config().setAutoRead(true);
        }

        @Override
        public Object lane() {
            return this;
        }

        @Override
        public int most() {
            return 1;
        }
    }

    @BeforeEach
    void listen() throws Exception {
        host = (SSLServerSocket) ThrowAwayCertificate.write(folder)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!host.isClosed()) {
                try {
                    SSLSocket socket = (SSLSocket) host.accept();
                    Thread.ofVirtual().start(() -> hold(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void hold(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
            open.add(socket);
            while (socket.getInputStream().read() >= 0) {
                // Nothing is said here.
            }
        } catch (IOException e) {
            // The other side ended it.
        } finally {
            open.remove(socket);
        }
    }

    @AfterEach
    void end() throws Exception {
        upstream.close().await(5, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        upstream.release();
        host.close();
    }

    private void upstream(String connections, String timeouts) throws IOException {
        upstream(connections, timeouts, List.of(loop));
    }

    private void upstream(String connections, String timeouts, List<EventLoop> by) throws IOException {
        String document =
                "{name: u, hosts: [\"https://127.0.0.1:%d\"], tls: {trust: %s}, connections: {%s}, timeouts: {%s}}"
                        .formatted(host.getLocalPort(), folder.resolve("server.crt"), connections, timeouts);
        upstream = new Upstream(Settings.yaml("test", document, UpstreamConfig::read), "", by, OneAtATime::new);
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return on(loop, action);
    }

    private static <T> T on(EventLoop loop, Callable<T> action) throws Exception {
        return loop.submit(action).get(PATIENCE, TimeUnit.NANOSECONDS);
    }

    private Asked ask() throws Exception {
        return ask(loop);
    }

    private Asked ask(EventLoop by) throws Exception {
        return on(by, () -> {
            Asked asked = new Asked();
            upstream.connect(by, upstream.hosts().getFirst(), false, asked);
            return asked;
        });
    }

    private void release(Connection connection) throws Exception {
        var _ = onLoop(() -> {
            connection.release();
            return connection;
        });
    }

    private static void pause() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(20);
    }

    @Test
    void whoWaitsTooLongIsToldSoHoweverManyComeAfter() throws Exception {
        upstream("perHost: 1", "connect: 2s");
        assertThat(ask().connection().channel().isActive()).isTrue();
        long began = System.nanoTime();
        Asked first = ask();
        while (!first.outcome.isDone() && System.nanoTime() - began < PATIENCE) {
            ask();
            pause();
        }
        assertThat(first.outcome).isCompletedWithValue(Unreachable.BUSY);
        assertThat(System.nanoTime() - began).isBetween(TimeUnit.SECONDS.toNanos(2), TimeUnit.SECONDS.toNanos(10));
    }

    @Test
    void asManyWaitForAHostAsMayOverAllLoops() throws Exception {
        EventLoop other = loops.next();
        upstream("perHost: 2, waiting: 1", "connect: 10s", List.of(loop, other));
        Connection taken = ask().connection();
        assertThat(ask(other).connection().channel().isActive()).isTrue();
        Asked waits = ask();
        assertThat(ask(other).outcome).isCompletedWithValue(Unreachable.BUSY);
        release(taken);
        assertThat(waits.connection()).isSameAs(taken);
        assertThat(ask(other).outcome).as("there is room again").isNotDone();
    }

    @Test
    void unusedConnectionsAreClosedInTimeThoughAnotherIsUsed() throws Exception {
        upstream("perHost: 3, idle: 300ms", "connect: 5s");
        List<Asked> atOnce = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            atOnce.add(ask());
        }
        for (Asked asked : atOnce) {
            asked.connection();
        }
        long began = System.nanoTime();
        while (open.size() < 3 && System.nanoTime() - began < PATIENCE) {
            pause();
        }
        assertThat(open).hasSize(3);
        for (Asked asked : atOnce) {
            release(asked.connection());
        }
        began = System.nanoTime();
        while (open.size() != 1 && System.nanoTime() - began < PATIENCE) {
            release(ask().connection());
            pause();
        }
        assertThat(open).hasSize(1);
    }

    @Test
    @Tag("B13")
    void whoWaitsForAConnectionGetsItAlsoWhenAReloadHasReplacedTheUpstream() throws Exception {
        upstream("perHost: 1", "connect: 10s");
        Connection taken = ask().connection();
        Asked waits = ask();
        Asked alsoWaits = ask();
        upstream.retire();
        Asked comesLate = ask();
        release(taken);
        for (Asked asked : List.of(waits, alsoWaits, comesLate)) {
            release(asked.connection());
        }
        long began = System.nanoTime();
        while (!open.isEmpty() && System.nanoTime() - began < PATIENCE) {
            pause();
        }
        assertThat(open).as("what is retired is closed once nobody uses it").isEmpty();
    }

    @Test
    @Tag("B13")
    void whoWaitsGetsANewConnectionWhereTheOneInUseEnds() throws Exception {
        upstream("perHost: 1", "connect: 10s");
        Connection taken = ask().connection();
        Asked waits = ask();
        upstream.retire();
        taken.close();
        assertThat(waits.connection()).isNotSameAs(taken);
        assertThat(waits.connection().channel().isActive()).isTrue();
    }

    @Test
    void aProbeDoesNotWaitForTheConnectionsOfRequestsAndTakesNoneOfThem() throws Exception {
        upstream("perHost: 1, waiting: 0", "connect: 10s");
        Asked probe = onLoop(() -> {
            Asked asked = new Asked();
            upstream.probe(loop, upstream.hosts().getFirst(), asked);
            return asked;
        });
        Connection beside = probe.connection();
        Connection taken = ask().connection();
        assertThat(ask().outcome.get()).isEqualTo(Unreachable.BUSY);
        release(beside);
        assertThat(ask().outcome.get()).as("nobody else gets it").isEqualTo(Unreachable.BUSY);
        release(taken);
        assertThat(ask().connection()).isSameAs(taken);
    }
}
