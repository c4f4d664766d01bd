package dev.phigate.balancer.upstream.pool;

import io.netty.channel.Channel;

/** What speaks on a connection to a host, and carries exchanges there. Used on its event loop only. */
public interface Carrier {
    /** Begins to speak on a connection whose host was verified. */
    void install(Channel channel);

    /** What carries one more exchange. */
    Object lane();

    /** How many exchanges it carries at once at most; 0 once it begins no more. */
    int most();
}
