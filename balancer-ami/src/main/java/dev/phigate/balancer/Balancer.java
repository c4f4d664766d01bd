package dev.phigate.balancer;

import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.record.ConfigurationLoaded;
import dev.phigate.audit.record.Verdict;
import dev.phigate.balancer.admin.AdminListener;
import dev.phigate.balancer.admin.Status;
import dev.phigate.balancer.audit.AuditConfig;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.handover.Offer;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.keys.KeyWatch;
import dev.phigate.balancer.listener.AcceptFailures;
import dev.phigate.balancer.listener.Listener;
import dev.phigate.balancer.listener.ListenerConfig;
import dev.phigate.balancer.listener.Sockets;
import dev.phigate.balancer.loop.LoopWatch;
import dev.phigate.balancer.metrics.Exposition;
import dev.phigate.balancer.metrics.Metrics;
import dev.phigate.settings.InvalidSettings;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The running balancer. Started, reloaded and stopped by one thread; serves on an event loop for each core. What is in force
 * is an {@link Assembly}, and a reload swaps it whole or not at all.
 */
final class Balancer implements Status {
    private static final System.Logger LOG = System.getLogger(Balancer.class.getName());
    private static final Duration MORE_THAN_A_TICK = Duration.ofMillis(50);

    private static final Duration LAST_TO_BEGIN = Duration.ofMinutes(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    private final EventLoopGroup loops;
    private final List<EventLoop> everyLoop = new ArrayList<>();
    private final Recorder audit;
    private final Metrics metrics;
    private final SessionWatch sessions;
    private final List<Listener> listeners = new ArrayList<>();
    private final AdminListener admin;
    private final KeyWatch keys;
    private final Upkeep upkeep;
    private @Nullable Offer offer;
    private String origin = "";
    private final Instant startedAt = Instant.now();
    private final Set<Assembly> replaced = ConcurrentHashMap.newKeySet();
    private volatile Assembly current;
    private volatile Instant loadedAt = startedAt;
    private volatile String lastReloadError = "";
    private volatile boolean stopping;
    private volatile boolean waitsNoMore;

    private Balancer(
            EventLoopGroup loops,
            List<EventLoop> everyLoop,
            Assembly first,
            Recorder audit,
            Metrics metrics,
            SessionWatch sessions) {
        this.loops = loops;
        this.everyLoop.addAll(everyLoop);
        this.audit = audit;
        this.metrics = metrics;
        this.sessions = sessions;
        this.current = first;
        for (ListenerConfig listener : first.config().listeners()) {
            listeners.add(first.listener(listener, audit));
        }
        this.admin = new AdminListener(first.config().admin(), first.adminTls(), audit, this);
        this.keys = new KeyWatch(audit::note);
        this.upkeep = new Upkeep(() -> current);
        upkeep.each(() -> sessions.ended(Instant.now()).forEach(audit::note));
        Gauges.add(metrics, listeners, () -> current, audit);
        Gauges.add(metrics, () -> lastReloadError);
        Gauges.add(metrics, sessions);
    }

    /**
     * Starts a balancer; when this returns, it serves.
     *
     * @throws IOException with a complete message, when the audit log or a socket cannot be had
     */
    static Balancer start(BalancerConfig config) throws IOException {
        return start(config, Succession.NOBODY, () -> {});
    }

    /**
     * Starts a balancer that takes over from another process; when this returns, it serves and the other one drains.
     *
     * @param handedOver called once a successor serves in its turn; {@link #handOver} must follow
     * @throws IOException with a complete message; then the other one goes on as before
     */
    static Balancer start(BalancerConfig config, Succession succession, Runnable handedOver) throws IOException {
        LoopWatch watch = new LoopWatch();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(), watch.watching(EpollIoHandler.newFactory()));
        Recorder audit = null;
        Assembly first = null;
        try {
            List<EventLoop> everyLoop = new ArrayList<>();
            loops.forEach(loop -> {
                everyLoop.add((EventLoop) loop);
                // Its thread begins here: begun by one that gives way (Niceness), it would give way as well.
                loop.execute(() -> {});
            });
            Metrics metrics = new Metrics();
            SessionWatch sessions = new SessionWatch();
            first = Assembly.of(config, everyLoop, metrics, sessions);
            first.find(Instant.now());
            succession.begin(config, loops);
            AuditConfig log = succession.audit(config.audit());
            audit = Recorder.open(log, config.path(), metrics::count);
            Balancer balancer = new Balancer(loops, everyLoop, first, audit, metrics, sessions);
            balancer.record(null, config.digest(), Verdict.DONE);
            balancer.lookAtKeys();
            balancer.upkeep.each(balancer::lookAtKeys);
            balancer.upkeep.each(audit::look);
            watch.tell(metrics, everyLoop);
            balancer.upkeep.each(watch::ask);
            if (succession.takesOver()) {
                first.prove();
            }
            balancer.origin = log.log().origin();
            balancer.bind(succession);
            balancer.offer = balancer.offer(handedOver);
            succession.complete();
            // Nobody else serves from here on: nothing that follows may end this process.
            if (balancer.offer != null) {
                Guarded.run("upgrade.socket could not be opened", balancer.offer::open);
            }
            first.begin();
            return balancer;
        } catch (Throwable e) {
            succession.abandon();
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            if (audit != null) {
                audit.close();
            }
            if (first != null) {
                first.release();
            }
            throw e;
        }
    }

    private void bind(Succession succession) throws IOException {
        for (Listener listener : listeners) {
            listener.bind(
                    loops,
                    succession.socket(
                            listener.config().name(), listener.config().address()));
        }
        int taken = succession.socket(AdminListener.NAME, admin.config().address());
        var bound = admin.bind(loops, Sockets.factory(taken), taken >= 0).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw Sockets.cannotBind(AdminListener.NAME, admin.config().address(), bound.cause());
        }
        AcceptFailures.tell(bound.channel(), AdminListener.NAME);
    }

    private void record(@Nullable String before, @Nullable String after, Verdict outcome) {
        audit.note(new ConfigurationLoaded(Instant.now(), digest(before), digest(after), outcome));
    }

    private void lookAtKeys() {
        Instant now = Instant.now();
        keys.look(() -> current.places(now), now);
    }

    private static @Nullable Sha256 digest(@Nullable String text) {
        return text == null ? null : Sha256.parse(text);
    }

    /** {@code https=127.0.0.1:8443 admin=127.0.0.1:8444}: every listener with the address it really has. */
    String addresses() {
        StringBuilder text = new StringBuilder();
        for (Listener listener : listeners) {
            text.append(listener.config().name())
                    .append('=')
                    .append(Sockets.text(listener.address()))
                    .append(' ');
        }
        return text.append("admin=").append(Sockets.text(admin.address())).toString();
    }

    /** Reads the document again and puts it in force, or keeps what is in force and says why. */
    void reload() {
        reload(false);
    }

    /** The same after that was refused, for a reason that may have passed; says and records why when the reason is another. */
    void reloadAgain() {
        reload(true);
    }

    private void reload(boolean again) {
        Path path = current.config().path();
        String before = current.config().digest();
        try {
            BalancerConfig next = BalancerConfig.read(path);
            List<String> fixed = Fixed.differences(current.config(), next);
            if (!fixed.isEmpty()) {
                throw new IOException(path + ": " + String.join("; ", fixed));
            }
            swap(built(next));
            lastReloadError = "";
            loadedAt = Instant.now();
            record(before, next.digest(), Verdict.DONE);
            Guarded.run("the keys could not be looked at", this::lookAtKeys);
            LOG.log(System.Logger.Level.INFO, "reloaded {0}", path);
        } catch (InvalidSettings | IOException e) {
            refused(path, before, String.valueOf(e.getMessage()), again);
        } catch (Throwable e) {
            // Nobody foresaw it. Who reloads has to hear the next signal all the same: after an error, too.
            LOG.log(System.Logger.Level.ERROR, "the reload failed", e);
            refused(path, before, path + ": " + e + " (expected: no such failure; please report it)", again);
        }
    }

    private void refused(Path path, String before, String why, boolean again) {
        if (again && why.equals(lastReloadError)) {
            return;
        }
        lastReloadError = why;
        record(before, BalancerConfig.digest(path), Verdict.REFUSED);
        LOG.log(System.Logger.Level.ERROR, "reload refused, the old configuration stays: {0}", why);
    }

    /** Makes ready what lets a successor take over, where the configuration says so. */
    private @Nullable Offer offer(Runnable handedOver) throws IOException {
        Optional<Path> path = current.config().upgradeSocket();
        return path.isEmpty()
                ? null
                : Offer.prepare(
                        path.orElseThrow(),
                        loops,
                        Succession.parting(() -> origin + " " + addresses(), this::sockets, handedOver));
    }

    private List<FileDescriptor> sockets() {
        List<FileDescriptor> sockets = new ArrayList<>();
        listeners.forEach(listener -> sockets.add(listener.descriptor()));
        sockets.add(Sockets.descriptor(admin.socket()));
        return sockets;
    }

    /** Ends after a successor has begun to serve: unused connections are kept until their next answer, or the drain time. */
    void handOver() {
        admin.leave();
        stop(Exchanges.Drain.GENTLY);
    }

    /** Calls the one whenever a watched file has changed, the other after each pause while that is not in force. */
    void watch(Runnable changed, Runnable again, Duration pause) {
        upkeep.tell(changed, again, pause);
    }

    /** Builds what takes the place of what is in force, lets each certificate make a handshake, and finds its hosts. */
    private Assembly built(BalancerConfig config) throws IOException {
        Assembly next = Assembly.of(config, everyLoop, metrics, sessions);
        try {
            next.prove();
            next.inherit(current);
            next.findInPlaceOf(current, Instant.now());
            return next;
        } catch (Throwable e) {
            next.release();
            throw e;
        }
    }

    private void swap(Assembly next) {
        Assembly old = current;
        current = next;
        listeners.forEach(next::enforce);
        admin.enforce(next.config().admin(), next.adminTls());
        old.retire();
        next.begin();
        // Handshakes hold the terms they began under; exchanges end within their total time, and begin within a minute.
        Duration longest = old.longestExchange().plus(LAST_TO_BEGIN);
        replaced.add(old);
        var _ = loops.next().schedule(() -> release(old), longest.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void release(Assembly old) {
        if (replaced.remove(old)) {
            old.release();
        }
    }

    /** Says that it is not ready and serves on for the delay, stops accepting, lets exchanges under way end within the drain time, then ends. */
    void stop() {
        stop(Exchanges.Drain.NOW);
    }

    /** Ends the delay and the drain time, if a stop has begun: whoever still waits after a hand-over is told so by a signal. Any thread. */
    void waitNoMore() {
        waitsNoMore = stopping;
    }

    private void stop(Exchanges.Drain how) {
        stopping = true;
        if (offer != null) {
            Guarded.run("upgrade.socket could not be closed", offer::close);
        }
        BalancerConfig.Shutdown terms = current.config().shutdown();
        if (how == Exchanges.Drain.NOW) {
            await(terms.delay(), () -> true);
        }
        upkeep.stop();
        Guarded.each("a listener could not be drained", listeners, listener -> listener.drain(how));
        await(terms.drain(), () -> open() > 0);
        if (open() > 0) {
            LOG.log(System.Logger.Level.WARNING, "stopping with {0} connections still open", open());
        }
        // Whatever one of these throws: while a loop runs, the process does not end.
        current.endLooking();
        Guarded.run("not every connection could be closed", this::closeChannels);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        Guarded.run("the audit log could not be closed", audit::close);
        replaced.forEach(this::release);
        current.release();
        current.telemetry().ifPresent(telemetry -> telemetry.await(LAST_WORDS));
    }

    /** Closes what is left while the loops still run, so that each channel gives back what it holds. */
    private void closeChannels() {
        List<Future<?>> closed = new ArrayList<>();
        listeners.forEach(listener -> closed.add(listener.close()));
        closed.add(admin.close());
        current.upstreams().values().forEach(upstream -> closed.add(upstream.close()));
        closed.forEach(future -> future.awaitUninterruptibly(LAST_WORDS.toMillis()));
        everyLoop.forEach(loop -> loop.submit(() -> {}).awaitUninterruptibly());
    }

    private void await(Duration atMost, BooleanSupplier needed) {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            while (needed.getAsBoolean() && System.nanoTime() < end && !waitsNoMore) {
                TimeUnit.MILLISECONDS.sleep(MORE_THAN_A_TICK.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int open() {
        return listeners.stream().mapToInt(Listener::connections).sum();
    }

    @Override
    public String notReady() {
        if (stopping) {
            return "stopping";
        }
        String trouble = audit.trouble();
        return trouble.isEmpty() ? "" : "the audit log cannot be written: " + trouble;
    }

    @Override
    public Exposition metrics(@Nullable String accept) {
        return Exposition.of(metrics, accept);
    }

    @Override
    public Map<String, Object> document() {
        Assembly now = current;
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("pid", ProcessHandle.current().pid());
        document.put("startedAt", startedAt.toString());
        document.put("ready", notReady().isEmpty());
        document.put("configuration", StatusDocument.of(now.config(), loadedAt, lastReloadError));
        document.put("audit", StatusDocument.of(audit));
        document.put("listeners", listeners.stream().map(StatusDocument::of).toList());
        document.put("upstreams", StatusDocument.upstreams(now));
        return document;
    }
}
