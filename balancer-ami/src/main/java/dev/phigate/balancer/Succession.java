package dev.phigate.balancer;

import dev.phigate.audit.AuditLogConfig;
import dev.phigate.balancer.audit.AuditConfig;
import dev.phigate.balancer.handover.Offer;
import dev.phigate.balancer.handover.Takeover;
import dev.phigate.balancer.listener.Sockets;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a starting process gets from the one it succeeds. */
final class Succession {
    /** Nothing: there is nobody to succeed. */
    static final Succession NOBODY = new Succession(false);

    private static final System.Logger LOG = System.getLogger(Succession.class.getName());
    private static final char SECOND_LOG = 'b';
    private static final char LAST_LOG = 'z';

    private final boolean wanted;
    private @Nullable Takeover takeover;

    /** A succession, when there is somebody to succeed. */
    Succession(boolean wanted) {
        this.wanted = wanted;
    }

    /**
     * Gets the sockets.
     *
     * @throws IOException with a complete message, when there is a process that does not answer as it should
     */
    void begin(BalancerConfig config, EventLoopGroup loops) throws IOException {
        if (!wanted) {
            return;
        }
        Optional<Path> path = config.upgradeSocket();
        if (path.isEmpty()) {
            throw new IOException(
                    config.path() + ": upgrade.socket: missing (expected: the path that --take-over asks at)");
        }
        takeover = Takeover.begin(path.orElseThrow(), loops).orElse(null);
        if (takeover == null) {
            LOG.log(System.Logger.Level.INFO, "nobody serves at {0}: starting as the first", path.orElseThrow());
        }
    }

    boolean takesOver() {
        return takeover != null;
    }

    /**
     * The log this process writes. Processes that drain write theirs until they have ended, and one that serves a WebSocket may
     * do so for hours, over further upgrades: so it is the first log that nobody writes.
     *
     * @throws IOException when every one is written
     */
    AuditConfig audit(AuditConfig configured) throws IOException {
        return takeover == null ? configured : behind(takeover.origin(), configured);
    }

    /** The first log that nobody writes, behind a process that writes one of them. */
    static AuditConfig behind(String origin, AuditConfig configured) throws IOException {
        AuditLogConfig log = configured.log();
        if (isFree(log, origin)) {
            return configured;
        }
        for (char name = SECOND_LOG; name <= LAST_LOG; name++) {
            AuditLogConfig beside = log.beside("-" + name);
            if (isFree(beside, origin)) {
                return new AuditConfig(beside, configured.whenFull());
            }
        }
        throw new IOException(
                "audit.origin: " + log.origin() + " and all of " + log.origin() + "-" + SECOND_LOG + " to -"
                        + LAST_LOG
                        + " are written by processes that still drain (expected: one log that nobody writes; wait for one"
                        + " of them to end, or end it by SIGTERM)");
    }

    private static boolean isFree(AuditLogConfig log, String origin) {
        return !log.origin().equals(origin) && !log.folder().isHeld();
    }

    /** The descriptor of a listener's socket, or -1 when it has to be bound. */
    int socket(String listener, InetSocketAddress address) {
        return takeover == null ? -1 : takeover.socket(listener, Sockets.text(address));
    }

    /** Says that this process serves. */
    void complete() throws IOException {
        if (takeover != null) {
            takeover.complete();
            LOG.log(System.Logger.Level.INFO, "took over; the process before drains");
        }
    }

    /** What this process gives to one that succeeds it. */
    static Offer.Parting parting(
            Supplier<String> introduction, Supplier<List<FileDescriptor>> sockets, Runnable handedOver) {
        return new Offer.Parting() {
            @Override
            public String introduction() {
                return introduction.get();
            }

            @Override
            public List<FileDescriptor> sockets() {
                return sockets.get();
            }

            @Override
            public void handedOver() {
                handedOver.run();
            }
        };
    }

    void abandon() {
        if (takeover != null) {
            takeover.abandon();
        }
    }
}
