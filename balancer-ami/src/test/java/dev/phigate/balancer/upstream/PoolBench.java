package dev.phigate.balancer.upstream;

import dev.phigate.balancer.training.ThrowAwayCertificate;
import dev.phigate.balancer.upstream.pool.Carrier;
import dev.phigate.balancer.upstream.pool.PoolLoad;
import dev.phigate.settings.Settings;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToIntFunction;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;

/** An upstream on one loop with one real host, over TLS, that says nothing; by a clock that can be put forward. */
@NullUnmarked // a null where none should be fails the test that meets it
final class PoolBench implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path folder;
    private final EventLoopGroup loops;
    private final EventLoop loop;
    private final AtomicLong ahead = new AtomicLong();
    private final Set<SSLSocket> accepted = ConcurrentHashMap.newKeySet();
    private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();
    private final SSLServerSocket listening;
    private final CompletableFuture<Void> accepting;
    private volatile int streams = 1;
    private Upstream upstream;

    /** What became of asking for a connection. */
    static final class Asked implements Taker {
        private final CompletableFuture<Object> outcome = new CompletableFuture<>();
        private volatile boolean gone;

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
            return !gone;
        }

        void leave() {
            gone = true;
        }

        /** Whether there is an outcome already. */
        boolean done() {
            return outcome.isDone();
        }

        Connection connection() throws Exception {
            return (Connection) outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        Unreachable refusal() throws Exception {
            return (Unreachable) outcome.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private final class Silent implements Carrier {
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
            return streams;
        }
    }

    PoolBench(Path folder) throws Exception {
        this(folder, EpollIoHandler.newFactory());
    }

    /** One whose loop is of another kind: on one that is not epoll's no channel of ours can be registered. */
    PoolBench(Path folder, IoHandlerFactory kind) throws Exception {
        this.loops = new MultiThreadIoEventLoopGroup(1, kind);
        this.loop = loops.next();
        this.folder = folder;
        SSLContext tls = ThrowAwayCertificate.write(folder);
        listening = (SSLServerSocket)
                tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = listening.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        listening.setSSLParameters(parameters);
        accepting = CompletableFuture.runAsync(
                this::accept, task -> Thread.ofVirtual().start(task));
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) listening.accept();
                accepted.add(socket);
                Thread.ofVirtual().start(() -> hold(socket));
            } catch (IOException e) {
                return;
            }
        }
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

    /** Makes the upstream. */
    void upstream(Protocol protocol, String connections, String connect) throws IOException {
        String document = """
                {name: u, hosts: ["https://127.0.0.1:%d"], protocol: %s, tls: {trust: %s}, connections: {%s}, timeouts: {connect: %s}}
                """.formatted(
                        listening.getLocalPort(),
                        protocol == Protocol.HTTP_2 ? "http/2" : "http/1.1",
                        folder.resolve("server.crt"),
                        connections,
                        connect);
        streams = protocol == Protocol.HTTP_2 ? 32 : 1;
        upstream = new Upstream(
                Settings.yaml("test", document, UpstreamConfig::read),
                "",
                List.of(loop),
                Silent::new,
                () -> System.nanoTime() + ahead.get());
    }

    Upstream upstream() {
        return upstream;
    }

    /** How many exchanges a connection carries at once from now on: told on its loop, after what that was about. */
    void carry(int most) throws Exception {
        streams = onLoop(() -> most);
    }

    void leap(Duration time) {
        ahead.addAndGet(time.toNanos());
    }

    /** Puts the clock to a moment. */
    void leapTo(long moment) {
        ahead.set(moment - System.nanoTime());
    }

    Asked ask() throws Exception {
        return ask(new Asked(), false);
    }

    /** Somebody asks for one that nobody has used. */
    Asked askForFresh() throws Exception {
        return ask(new Asked(), true);
    }

    /** Somebody asks who has gone when it could be had. */
    void askInVain() throws Exception {
        Asked asked = new Asked();
        asked.leave();
        var _ = ask(asked, false);
    }

    private Asked ask(Asked asked, boolean fresh) throws Exception {
        return onLoop(() -> {
            upstream.connect(loop, upstream.hosts().getFirst(), fresh, asked);
            return asked;
        });
    }

    void release(Connection connection) throws Exception {
        var _ = onLoop(() -> {
            connection.release();
            return connection;
        });
    }

    private <T> T onLoop(Callable<T> action) throws Exception {
        return loop.submit(action).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    int count(ToIntFunction<PoolLoad> number) {
        return upstream.hosts().getFirst().connections(number);
    }

    /** How many connections the host has ever had. */
    int accepted() {
        return accepted.size();
    }

    /** Connections as the host has them. */
    int atTheHost() {
        return open.size();
    }

    /** The host takes no connection from now on; those that are there stay. */
    void refuse() throws IOException {
        listening.close();
        // A virtual thread that waits for a connection takes one more that comes meanwhile.
        accepting.join();
    }

    /** The host dies with all its connections. */
    void kill() throws IOException {
        refuse();
        for (SSLSocket socket : accepted) {
            socket.close();
        }
    }

    /** What must not happen is given half a second to happen. */
    void staysSo(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        while (System.nanoTime() < end) {
            if (!holds.getAsBoolean()) {
                throw new AssertionError("not any more: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    static void eventually(String what, BooleanSupplier holds) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE.toSeconds() + "s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Override
    public void close() throws IOException {
        if (upstream != null) {
            upstream.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        if (upstream != null) {
            upstream.release();
        }
        kill();
    }
}
