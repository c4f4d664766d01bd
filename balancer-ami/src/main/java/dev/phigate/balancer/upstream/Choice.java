package dev.phigate.balancer.upstream;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Chooses hosts. Those that are not well are passed over, unless that leaves none: a host that failed a while ago is a better
 * guess than no host. Hosts of the balancer's own zone are preferred while enough of them are well. Used by all loops at once.
 */
final class Choice {
    private final Balancing how;
    private final List<Host> hosts;
    private final int[] order;
    private final double bound;
    private final @Nullable Ring ring;
    private final AtomicInteger turn = new AtomicInteger();
    private final @Nullable Choice near;
    private final int enough;

    Choice(Balancing how, double bound, List<Host> hosts) {
        this(how, bound, hosts, null, 0);
    }

    private Choice(Balancing how, double bound, List<Host> hosts, @Nullable Choice near, int enough) {
        this.near = near;
        this.enough = enough;
        this.how = how;
        this.hosts = hosts;
        this.order = order(hosts);
        this.bound = bound;
        // With many heavy hosts it takes millions of points, so only who needs one has one.
        this.ring = how == Balancing.CONSISTENT_HASH ? new Ring(hosts, bound) : null;
    }

    /** Prefers hosts of a zone while of 100 of them, by their weight, at least so many are well; nothing when there are none. */
    Choice preferring(String zone, int percent) {
        List<Host> there =
                hosts.stream().filter(host -> host.zone().equals(zone)).toList();
        return there.isEmpty() || there.size() == hosts.size()
                ? this
                : new Choice(how, bound, hosts, new Choice(how, bound, there), percent);
    }

    /** Whether it prefers hosts of a zone, and too few of them are well. */
    boolean spills() {
        return near != null && near.wellPercent() < enough;
    }

    private int wellPercent() {
        int well = 0;
        for (Host host : hosts) {
            well += host.well() ? host.weight() : 0;
        }
        return 100 * well / order.length;
    }

    /**
     * The order in which hosts take turns: each as often as it weighs, as evenly apart as can be (smooth weighted round
     * robin, as nginx has it).
     */
    private static int[] order(List<Host> hosts) {
        int total = hosts.stream().mapToInt(Host::weight).sum();
        int[] order = new int[total];
        int[] credit = new int[hosts.size()];
        for (int i = 0; i < total; i++) {
            int best = 0;
            for (int h = 0; h < credit.length; h++) {
                credit[h] += hosts.get(h).weight();
                best = credit[h] > credit[best] ? h : best;
            }
            credit[best] -= total;
            order[i] = best;
        }
        return order;
    }

    /**
     * The host to turn to.
     *
     * @param key what requests that belong together have in common
     * @param tried hosts that are not to be chosen again
     * @return null when all were tried
     */
    @Nullable
    Host next(long key, Collection<Host> tried) {
        Host chosen = near == null || spills() ? null : near.wellOf(key, tried);
        if (chosen == null) {
            chosen = wellOf(key, tried);
        }
        return chosen != null ? chosen : anyUntried(tried);
    }

    private @Nullable Host wellOf(long key, Collection<Host> tried) {
        return switch (how) {
            case ROUND_ROBIN -> inTurn(tried, false);
            case LEAST_CONNECTIONS -> leastBusy(tried);
            case POWER_OF_TWO -> lessBusyOfTwo(tried);
            case CONSISTENT_HASH ->
                Objects.requireNonNull(ring, "made for this").of(key, tried);
        };
    }

    /** The next by weight of those that are well, or of those among them that have nothing to do. */
    private @Nullable Host inTurn(Collection<Host> tried, boolean unused) {
        Host fallback = null;
        for (Host host : hosts) {
            if (fits(host, tried) && !(unused && host.underWay() > 0)) {
                fallback = host;
            }
        }
        for (int i = 0; fallback != null && i < order.length; i++) {
            // One that is passed over has had its turn: else its neighbour would serve the share of both.
            Host host = hosts.get(order[Math.floorMod(turn.getAndIncrement(), order.length)]);
            if (fits(host, tried) && !(unused && host.underWay() > 0)) {
                double share = host.share();
                if (share >= 1 || ThreadLocalRandom.current().nextDouble() < share) {
                    return host;
                }
                fallback = host;
            }
        }
        return fallback;
    }

    private @Nullable Host leastBusy(Collection<Host> tried) {
        int start = ThreadLocalRandom.current().nextInt(Math.max(1, hosts.size()));
        Host best = null;
        double least = Double.MAX_VALUE;
        for (int i = 0; i < hosts.size(); i++) {
            Host host = hosts.get((start + i) % hosts.size());
            if (fits(host, tried) && host.load() < least) {
                best = host;
                least = host.load();
            }
        }
        // Of those that have nothing to do, the heaviest would get everything.
        Host unused = best == null || best.underWay() > 0 ? null : inTurn(tried, true);
        return unused == null ? best : unused;
    }

    /** Draws two hosts by their weights, and takes the one that has less to do for its weight, or the first when neither has. */
    private @Nullable Host lessBusyOfTwo(Collection<Host> tried) {
        Host one = drawn(tried, null);
        Host other = one == null ? null : drawn(tried, one);
        if (one == null || other == null || one.underWay() + other.underWay() == 0) {
            return one;
        }
        return one.load() <= other.load() ? one : other;
    }

    private @Nullable Host drawn(Collection<Host> tried, @Nullable Host except) {
        double all = 0;
        for (Host host : hosts) {
            all += host != except && fits(host, tried) ? host.weight() * host.share() : 0;
        }
        double left = ThreadLocalRandom.current().nextDouble() * all;
        Host last = null;
        for (Host host : hosts) {
            if (host != except && fits(host, tried)) {
                last = host;
                left -= host.weight() * host.share();
                if (left < 0) {
                    return host;
                }
            }
        }
        return last;
    }

    private @Nullable Host anyUntried(Collection<Host> tried) {
        int start = turn.getAndIncrement();
        for (int i = 0; i < hosts.size(); i++) {
            Host host = hosts.get(Math.floorMod(start + i, hosts.size()));
            if (!tried.contains(host)) {
                return host;
            }
        }
        return null;
    }

    private static boolean fits(Host host, Collection<Host> tried) {
        return host.well() && (tried.isEmpty() || !tried.contains(host));
    }

    @Override
    public String toString() {
        return how + " " + Arrays.toString(order);
    }
}
