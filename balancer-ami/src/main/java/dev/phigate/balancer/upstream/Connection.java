package dev.phigate.balancer.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;

/** A verified connection to a host. Used on its event loop only. */
public final class Connection {
    private final HostPool pool;
    private final Channel channel;
    private final ChannelHandler protocol;
    private boolean reused;
    private long idleSince;

    Connection(HostPool pool, Channel channel, ChannelHandler protocol) {
        this.pool = pool;
        this.channel = channel;
        this.protocol = protocol;
    }

    /** The handler on top of it, as the upstream's maker made it. */
    public ChannelHandler protocol() {
        return protocol;
    }

    /** The channel. */
    public Channel channel() {
        return channel;
    }

    /** The host at its other end. */
    public Host host() {
        return pool.host();
    }

    /** Whether it has carried an exchange before, so that the host may have closed it already without our knowing. */
    public boolean reused() {
        return reused;
    }

    /** Gives it back for others to use. */
    public void release() {
        reused = true;
        pool.takeBack(this);
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
