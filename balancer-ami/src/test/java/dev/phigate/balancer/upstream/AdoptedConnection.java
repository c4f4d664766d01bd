package dev.phigate.balancer.upstream;

import dev.phigate.balancer.upstream.pool.Carrier;
import io.netty.channel.Channel;

/** Connections to hosts that tests made, in the place of those that upstreams make over TCP and TLS. */
public final class AdoptedConnection {
    private AdoptedConnection() {}

    /** Gives an upstream a connection to its first host, whose loop this is called on, as if the host had just been verified. */
    public static void of(Upstream upstream, Channel made, Carrier carrier) {
        upstream.pool(made.eventLoop(), upstream.hosts().getFirst()).verified(made, carrier, false, new Nobody());
    }

    /** How many connections the upstream has to its first host on the loop that this is called on. */
    public static int open(Upstream upstream, Channel made) {
        return upstream.pool(made.eventLoop(), upstream.hosts().getFirst()).open();
    }

    /** The connection is made before anybody wants it. */
    private static final class Nobody implements Taker {
        @Override
        public void taken(Connection connection) {
            throw new IllegalStateException("given to nobody");
        }

        @Override
        public void refused(Unreachable why) {
            throw new IllegalStateException("refused to nobody: " + why);
        }

        @Override
        public boolean wanted() {
            return false;
        }
    }
}
