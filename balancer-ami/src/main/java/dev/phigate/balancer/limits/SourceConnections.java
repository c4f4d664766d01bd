package dev.phigate.balancer.limits;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many connections each source has open. Used by all loops at once. */
public final class SourceConnections {
    private final ConcurrentHashMap<Long, Integer> open = new ConcurrentHashMap<>();

    /**
     * Counts one more, if the source may have it.
     *
     * @param address the client's address
     * @param most how many one source may have
     * @return whether it was counted; when it was, {@link #closed} must follow
     */
    public boolean opened(InetAddress address, int most) {
        AtomicBoolean counted = new AtomicBoolean();
        open.compute(Source.of(address), (source, count) -> {
            int now = count == null ? 0 : count;
            counted.setPlain(now < most);
            return now < most ? Integer.valueOf(now + 1) : count;
        });
        return counted.getPlain();
    }

    /** Counts one less. */
    public void closed(InetAddress address) {
        open.computeIfPresent(Source.of(address), (source, count) -> count <= 1 ? null : count - 1);
    }

    int sources() {
        return open.size();
    }
}
