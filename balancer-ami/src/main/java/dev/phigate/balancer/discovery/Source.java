package dev.phigate.balancer.discovery;

import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Where hosts are found. Used by one thread at a time, which may wait; closed from any. */
interface Source extends AutoCloseable {
    /** Whether looking may show anything new. */
    boolean due(Instant now);

    /**
     * Looks.
     *
     * @throws IOException with a complete message, when nothing could be learnt
     */
    List<HostConfig> look(Instant now) throws IOException;

    @Override
    void close();
}
