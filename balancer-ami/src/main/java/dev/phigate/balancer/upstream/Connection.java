package dev.phigate.balancer.upstream;

import dev.phigate.balancer.upstream.pool.Carrier;
import dev.phigate.balancer.upstream.pool.Lifetime;
import io.netty.channel.Channel;

/** A verified connection to a host. Used on its event loop only. */
public final class Connection {
    private final HostPool pool;
    private final Channel channel;
    private final Carrier carrier;
    private final boolean alone;
    private final Lifetime lifetime;
    private int carried;
    private boolean listed;
    private boolean drains;
    private boolean renewed;
    private boolean countedUnused;
    private boolean kept;
    private long idleSince;

    /**
     * A connection that carries nothing.
     *
     * @param alone whether it is for one exchange only
     * @param lifetime how long it may be given to exchanges
     */
    Connection(HostPool pool, Channel channel, Carrier carrier, boolean alone, Lifetime lifetime) {
        this.pool = pool;
        this.channel = channel;
        this.carrier = carrier;
        this.alone = alone;
        this.lifetime = lifetime;
    }

    /** What carries the exchange that it was taken for; asked once. */
    public Object lane() {
        return carrier.lane();
    }

    /** The channel. */
    public Channel channel() {
        return channel;
    }

    /** The host at its other end. */
    public Host host() {
        return pool.host();
    }

    /** Whether it was kept before it was taken, so that the host may have closed it already without our knowing. */
    public boolean kept() {
        return kept;
    }

    /** Gives it back for others to use. */
    public void release() {
        carried--;
        kept = true;
        pool.takeBack(this);
    }

    /** Gives it to one more exchange; it has room for it. */
    void take() {
        carried++;
    }

    boolean room() {
        return !alone && !drains && carried < carrier.most() && channel.isActive();
    }

    boolean listed() {
        return listed;
    }

    void listed(boolean now) {
        listed = now;
        kept |= now && unused();
    }

    boolean unused() {
        return carried == 0;
    }

    Lifetime lifetime() {
        return lifetime;
    }

    /** Takes no other exchange from now on; answers whether that is news. */
    boolean drain() {
        boolean news = !drains;
        drains = true;
        return news;
    }

    /** Its successor is asked for; answers whether for the first time. */
    boolean renew() {
        boolean first = !renewed;
        renewed = true;
        return first;
    }

    boolean drains() {
        return drains;
    }

    /** Whether its pool counts it among those that carry nothing; answers whether that is a change. */
    boolean countedUnused(boolean now) {
        boolean change = countedUnused != now;
        countedUnused = now;
        return change;
    }

    /** Whether it will not be used for anything else. */
    boolean spent() {
        return alone || drains || carrier.most() == 0;
    }

    /** Ends it. */
    public void close() {
        channel.close();
    }

    void idleFrom(long now) {
        idleSince = now;
    }

    long idleSince() {
        return idleSince;
    }
}
