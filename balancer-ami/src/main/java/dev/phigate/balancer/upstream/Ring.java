package dev.phigate.balancer.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consistent hashing with bounded loads (Mirrokni, Thorup, Zadimoghaddam 2016): equal keys go to the same host, in every
 * balancer of a fleet alike, a host that comes or goes moves only its own keys, and a host that is busier than the bound
 * passes what is too much on to the next.
 */
final class Ring {
    private static final int POINTS = 160;
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final List<Host> hosts;
    private final double bound;
    /** In order; the last bits of each say whose it is, so that no second array has to be kept in step. */
    private final long[] points;

    private final long owner;

    /**
     * A ring of hosts, each with points in proportion to its weight.
     *
     * @param bound how much more than its share of the requests under way a host may have, 1 for not at all
     */
    Ring(List<Host> hosts, double bound) {
        this.hosts = hosts;
        this.bound = bound;
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(0, hosts.size() - 1));
        this.owner = ~(-1L << bits);
        this.points =
                new long[hosts.stream().mapToInt(host -> POINTS * host.weight()).sum()];
        int next = 0;
        for (int h = 0; h < hosts.size(); h++) {
            String name = hosts.get(h).authority() + "#";
            for (int point = 0; point < POINTS * hosts.get(h).weight(); point++) {
                points[next++] = (hash(name + point) & ~owner) | h;
            }
        }
        Arrays.sort(points);
    }

    /** A key for a text: FNV-1a, then mixed, because FNV leaves its upper bits to the last characters. */
    static long hash(CharSequence text) {
        long hash = FNV_OFFSET;
        for (byte b : text.toString().getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }

    /**
     * The host of a key: the first on the ring that is well and has room, or the first that is well when none has.
     *
     * @return null when none is well that was not tried
     */
    @Nullable
    Host of(long key, Collection<Host> tried) {
        int underWay = 0;
        double weights = 0;
        boolean some = false;
        for (Host host : hosts) {
            if (host.well()) {
                underWay += host.underWay();
                weights += host.weight() * host.share();
                some |= !tried.contains(host);
            }
        }
        if (!some) {
            return null;
        }
        double fair = bound * (underWay + 1) / weights;
        int found = Arrays.binarySearch(points, key);
        int start = found >= 0 ? found : -found - 1;
        Host first = null;
        for (int i = 0; i < points.length; i++) {
            Host host = hosts.get((int) (points[(start + i) % points.length] & owner));
            if (!host.well() || tried.contains(host)) {
                continue;
            }
            if (host.underWay() + 1 <= Math.ceil(fair * host.weight() * host.share())) {
                return host;
            }
            first = first == null ? host : first;
        }
        return first;
    }
}
