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
    private static final String OTHER_LOG = "-b";

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

    /** The log this process writes: the other one writes its own until it has drained, so two logs take turns. */
    AuditConfig audit(AuditConfig configured) {
        return takeover != null && takeover.origin().equals(configured.log().origin())
                ? new AuditConfig(beside(configured.log()), configured.whenFull())
                : configured;
    }

    /** A log has a key of its own, or a name of its own for a key that a cloud keeps. */
    private static AuditLogConfig beside(AuditLogConfig log) {
        return new AuditLogConfig(
                log.directory(),
                log.origin() + OTHER_LOG,
                log.key().beside(OTHER_LOG),
                log.durability(),
                log.settings(),
                Optional.empty());
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
