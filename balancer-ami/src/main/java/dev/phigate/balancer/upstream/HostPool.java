package dev.phigate.balancer.upstream;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.upstream.guard.WaitingLine;
import dev.phigate.balancer.upstream.pool.Carrier;
import dev.phigate.balancer.upstream.pool.Lifetime;
import dev.phigate.balancer.upstream.pool.PoolLoad;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The connections of one event loop to one host. Used on that loop only; its load may be read from anywhere. */
final class HostPool {
    private static final Duration OFTENEST = Duration.ofMillis(100);
    private static final Duration RAREST = Duration.ofSeconds(1);

    private final Host host;
    private final Dial.Terms terms;
    private final Duration patience;
    private final Duration idle;
    private final Duration age;
    private final Duration pace;
    private final int most;
    private final int mostWaiting;
    /** Those with room for another exchange, the last used first. */
    private final Deque<Connection> free = new ArrayDeque<>();

    private final WaitingLine<Taker> waiting;
    private final PoolLoad load = new PoolLoad();
    private @Nullable Deadline sweep;
    private boolean sweeps;
    private final boolean shared;
    /** Shared ones without room: nobody is given them, but they become too old like others. */
    private final Set<Connection> full = new HashSet<>();

    private @Nullable Connection renewed;
    private int made;
    private int making;
    private int unused;
    private int draining;
    private boolean retired;

    /** A connection that is made before anybody needs it. */
    private static final class Nobody implements Taker {
        @Override
        public void taken(Connection connection) {
            throw new IllegalStateException("nobody wanted it");
        }

        @Override
        public void refused(Unreachable why) {
            throw new IllegalStateException("nobody wanted it");
        }

        @Override
        public boolean wanted() {
            return false;
        }
    }

    /**
     * A pool without connections.
     *
     * @param most the most connections that it may have, those that drain not counted
     */
    HostPool(Host host, UpstreamConfig config, Dial.Terms terms, int most) {
        this.host = host;
        this.terms = terms;
        this.shared = config.protocol() == Protocol.HTTP_2;
        this.patience = terms.patience();
        this.idle = config.idle();
        this.age = config.age();
        Duration shortest = Stream.of(patience, idle, Lifetime.renewal(age))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        this.pace = Duration.ofNanos(Math.clamp(shortest.toNanos() / 2, OFTENEST.toNanos(), RAREST.toNanos()));
        this.most = most;
        this.mostWaiting = config.waiting();
        this.waiting = new WaitingLine<>(Taker::wanted, terms.clock());
    }

    Host host() {
        return host;
    }

    PoolLoad load() {
        return load;
    }

    void take(boolean fresh, Taker taker) {
        Connection kept = fresh ? null : withRoom();
        if (kept != null) {
            give(kept, taker);
        } else if (open() < most && (fresh || !shared || making == 0)) {
            connect(taker, fresh);
        } else if (fresh && dropOneUnused()) {
            connect(taker, true);
        } else if (fresh) {
            take(false, taker);
        } else if (Math.max(waiting.length(), host.connections(PoolLoad::queued)) >= mostWaiting) {
            taker.refused(Unreachable.BUSY);
        } else {
            waiting.join(taker);
            sweepLater();
        }
        tell();
    }

    private void give(Connection connection, Taker taker) {
        connection.take();
        unused(connection, false);
        if (!connection.room()) {
            unlist(connection);
            if (shared && !connection.spent()) {
                full.add(connection);
            }
        }
        taker.taken(connection);
    }

    private void list(Connection connection) {
        if (!connection.listed()) {
            connection.listed(true);
            free.addFirst(connection);
        }
        sweepLater();
    }

    private void unlist(Connection connection) {
        if (connection.listed()) {
            connection.listed(false);
            free.remove(connection);
        }
    }

    void takeBack(Connection connection) {
        full.remove(connection);
        if (!connection.channel().isActive()) {
            return;
        }
        long now = now();
        connection.idleFrom(now);
        unused(connection, connection.unused());
        if (outlived(connection, now)) {
            drain(connection);
        } else if (retired) {
            // Those who wait have nowhere else to go.
            serveWaiting(connection);
            if (connection.unused()) {
                connection.close();
            }
        } else {
            renew(connection, now);
            serveWaiting(connection);
            if (connection.room()) {
                list(connection);
            }
        }
        tell();
    }

    /** Gives a connection to those who wait, as far as it has room. */
    private void serveWaiting(Connection connection) {
        while (connection.room()) {
            Taker next = waiting.next();
            if (next == null) {
                return;
            }
            give(connection, next);
        }
    }

    void retire() {
        retired = true;
        for (Connection kept : new ArrayList<>(free)) {
            unlist(kept);
            if (kept.unused()) {
                kept.close();
            }
        }
    }

    /** How many connections there are or are being made, without those that drain. */
    int open() {
        return made + making - draining;
    }

    private @Nullable Connection withRoom() {
        long now = now();
        for (Connection kept = free.peekFirst(); kept != null; kept = free.peekFirst()) {
            if (outlived(kept, now) || restedTooLong(kept, now)) {
                drain(kept);
            } else if (kept.room()) {
                return kept;
            } else {
                unlist(kept);
            }
        }
        return null;
    }

    private boolean restedTooLong(Connection kept, long now) {
        return kept.unused() && now - kept.idleSince() >= idle.toNanos();
    }

    /** Whether it must be given to nobody any more: it is too old, or takes nothing any more. */
    private static boolean outlived(Connection connection, long now) {
        return connection.spent() || connection.lifetime().over(now);
    }

    /**
     * Gives a connection to nobody any more: it ends with what it carries, and is not in the way of others meanwhile. So there may be
     * more than the most for a while, of which each one that drains carries something.
     */
    private void drain(Connection connection) {
        unlist(connection);
        full.remove(connection);
        if (connection.channel().isActive() && connection.drain()) {
            draining++;
            unused(connection, false);
        }
        if (connection.unused()) {
            connection.close();
        }
        connectForWaiting();
        tell();
    }

    /**
     * Makes the successor of a shared connection before it is too old, so that none of the requests that come all the time has to wait
     * for a handshake. Tried once: a host that takes none is not asked again and again. One that rests is not renewed; nor is one that is
     * not shared, beside which others are kept.
     */
    private void renew(Connection connection, long now) {
        boolean rests = connection.unused()
                && now - connection.idleSince() >= Lifetime.renewal(age).toNanos();
        if (shared
                && making == 0
                && !rests
                && connection.lifetime().renews(now)
                && !connection.lifetime().over(now)
                && connection.renew()) {
            renewed = connection;
            connect(new Nobody(), false);
        }
    }

    private boolean dropOneUnused() {
        Connection oldest = free.peekLast();
        if (oldest == null || !oldest.unused()) {
            return false;
        }
        unlist(oldest);
        oldest.close();
        return true;
    }

    private void connect(Taker taker, boolean fresh) {
        making++;
        new Dial(this, terms, taker, shared && fresh).begin(host.exactly());
    }

    /** Makes another connection where somebody waits for one, and it is allowed and not yet being made. */
    private void connectForWaiting() {
        Taker next = open() >= most || (shared && making > 0) ? null : waiting.next();
        if (next != null) {
            connect(next, false);
        }
    }

    /** A connection is not being made any more. */
    void dialled() {
        making--;
    }

    /**
     * No connection could be made: those who wait for the same one are told the same.
     *
     * @param alone whether it was to be one's own, beside those that are shared
     */
    void failed(Unreachable why, boolean alone) {
        dialled();
        if (!alone) {
            renewed = null;
        }
        if (shared && open() == 0) {
            for (Taker next = waiting.next(); next != null; next = waiting.next()) {
                next.refused(why);
            }
        }
        connectForWaiting();
        tell();
    }

    /** Sees to it that there is a next sweep. One that is due is not put off: under load that would be for ever. */
    private void sweepLater() {
        if (sweep == null) {
            sweep = Deadlines.of(terms.loop()).create(this::sweep);
        }
        if (!sweeps) {
            sweeps = true;
            sweep.in(pace);
        }
    }

    private void sweep() {
        sweeps = false;
        long now = now();
        for (Connection kept : new ArrayList<>(free)) {
            if (outlived(kept, now) || restedTooLong(kept, now)) {
                drain(kept);
            } else {
                renew(kept, now);
            }
        }
        List.copyOf(full).stream().filter(one -> outlived(one, now)).forEach(this::drain);
        waiting.dismiss(patience, taker -> taker.refused(Unreachable.BUSY));
        if (!free.isEmpty() || !full.isEmpty() || waiting.length() > 0) {
            sweepLater();
        } else if (sweep != null && !sweeps) {
            sweep.drop();
        }
        tell();
    }

    /** Speaks on a channel whose host was verified: for who asked for it, then for those who wait, then for others to come. */
    void verified(Channel channel, Carrier top, boolean alone, Taker taker) {
        made++;
        long now = now();
        Lifetime lifetime = Lifetime.of(now, age, ThreadLocalRandom.current().nextDouble());
        Connection connection = new Connection(this, channel, top, alone, lifetime);
        connection.idleFrom(now);
        unused(connection, true);
        channel.closeFuture().addListener(gone -> closed(connection));
        channel.config().setAutoRead(shared);
        top.install(channel);
        if (taker.wanted()) {
            give(connection, taker);
        }
        keep(connection);
        Connection before = renewed;
        if (before != null && !alone) {
            renewed = null;
            drain(before);
        }
        tell();
    }

    private void closed(Connection connection) {
        unlist(connection);
        full.remove(connection);
        unused(connection, false);
        made--;
        if (connection.drains()) {
            draining--;
        }
        connectForWaiting();
        tell();
    }

    /** A connection was made: it serves those who wait, and is kept while it has room. */
    private void keep(Connection connection) {
        serveWaiting(connection);
        if (connection.room() && !retired) {
            list(connection);
            connection.channel().read();
        } else if (connection.unused()) {
            connection.close();
        } else {
            // More have come meanwhile than it has room for.
            connectForWaiting();
        }
    }

    /** Counts it among those that carry nothing, or not; one that drains is not counted there. */
    private void unused(Connection connection, boolean now) {
        boolean counts = now && !connection.drains();
        if (connection.countedUnused(counts)) {
            unused += counts ? 1 : -1;
        }
    }

    private long now() {
        return terms.clock().getAsLong();
    }

    private void tell() {
        load.is(making, made, unused, draining, waiting.length());
    }
}
