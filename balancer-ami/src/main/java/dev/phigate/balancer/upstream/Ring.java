package dev.phigate.balancer.upstream;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
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
    private final long[] points;
    private final int[] owners;

    /**
     * A ring of hosts, each with points in proportion to its weight.
     *
     * @param bound how much more than its share of the requests under way a host may have, 1 for not at all
     */
    Ring(List<Host> hosts, double bound) {
        this.hosts = hosts;
        this.bound = bound;
        long[][] all = IntStream.range(0, hosts.size())
                .boxed()
                .flatMap(host -> IntStream.range(0, POINTS * hosts.get(host).weight())
                        .mapToObj(point -> new long[] {hash(hosts.get(host).authority() + "#" + point), host}))
                .sorted(Comparator.comparingLong(point -> point[0]))
                .toArray(long[][]::new);
        this.points = Arrays.stream(all).mapToLong(point -> point[0]).toArray();
        this.owners = Arrays.stream(all).mapToInt(point -> (int) point[1]).toArray();
    }

    double bound() {
        return bound;
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
        int weights = 0;
        for (Host host : hosts) {
            if (host.well()) {
                underWay += host.underWay();
                weights += host.weight();
            }
        }
        double fair = bound * (underWay + 1) / Math.max(1, weights);
        int found = Arrays.binarySearch(points, key);
        int start = found >= 0 ? found : -found - 1;
        Host first = null;
        for (int i = 0; i < owners.length; i++) {
            Host host = hosts.get(owners[(start + i) % owners.length]);
            if (!host.well() || tried.contains(host)) {
                continue;
            }
            if (host.underWay() + 1 <= Math.ceil(fair * host.weight())) {
                return host;
            }
            first = first == null ? host : first;
        }
        return first;
    }
}
