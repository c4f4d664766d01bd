package dev.phigate.balancer.handover;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The side of the process that goes: a socket in the file system, for this user only, over which a successor gets the listening
 * sockets themselves. Both processes then accept from the same queues, so that none is lost when this one closes its own. Until the
 * successor says that it serves, nothing changes here.
 */
public final class Offer {
    static final String INTRODUCE = "introduce";
    static final String SOCKETS = "sockets";
    static final String SERVING = "serving";
    static final String DRAINING = "draining";
    private static final System.Logger LOG = System.getLogger(Offer.class.getName());
    private static final int LONGEST_LINE = 256;

    private final Path path;
    private final Path beside;
    private final Object socket;
    private final Channel channel;
    private final Parting parting;
    private final AtomicBoolean gone = new AtomicBoolean();

    /** What a successor is given. */
    public interface Parting {
        /** One line: the audit log's origin, then each listener with its address, as in {@code log a=127.0.0.1:8443}. */
        String introduction();

        /** The listening sockets, in the order of that line. */
        List<FileDescriptor> sockets();

        /** The successor serves. */
        void handedOver();
    }

    private Offer(Path path, EventLoopGroup loops, Parting parting) throws IOException {
        this.path = path;
        this.parting = parting;
        // Eight characters more than a path of at most 99: 107 is what such an address holds.
        this.beside = path.resolveSibling(
                path.getFileName() + "." + ProcessHandle.current().pid());
        if (Files.isDirectory(path)) {
            throw cannot(path, "it is a directory");
        }
        try {
            Files.deleteIfExists(beside);
        } catch (IOException e) {
            throw cannot(path, e.toString());
        }
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel successor) throws IOException {
                        begin(successor);
                    }
                })
                .bind(new DomainSocketAddress(beside.toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw cannot(path, String.valueOf(bound.cause().getMessage()));
        }
        channel = bound.channel();
        try {
            Files.setPosixFilePermissions(beside, PosixFilePermissions.fromString("rw-------"));
            socket = Objects.requireNonNull(key(beside), "Linux numbers its files");
        } catch (IOException e) {
            channel.close().awaitUninterruptibly();
            throw cannot(path, e.toString());
        }
    }

    /** Which file it is, by whatever name. */
    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    private static IOException cannot(Path path, String why) {
        return new IOException("upgrade.socket: " + path + " cannot be bound: " + why
                + " (expected: a path in a directory that this user may write to)");
    }

    /**
     * Makes the socket, beside its path: where nobody finds it, and where the process that serves has its own.
     *
     * @throws IOException with a complete message
     */
    public static Offer prepare(Path path, EventLoopGroup loops, Parting parting) throws IOException {
        return new Offer(path, loops, parting);
    }

    /** Puts the socket at its path, in place of one that is left. Who does so serves: when it cannot be, that is said, and no more. */
    public void open() {
        try {
            Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "upgrade.socket: no process can take over from this one, for {0} cannot be put in place: {1}",
                    path,
                    e);
        }
    }

    private void begin(EpollDomainSocketChannel successor) throws IOException {
        int own = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (successor.peerCredentials().uid() != own) {
            successor.close();
            return;
        }
        successor
                .pipeline()
                .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
                .addLast(new StringDecoder(StandardCharsets.US_ASCII))
                .addLast(new StringEncoder(StandardCharsets.US_ASCII))
                .addLast(new SimpleChannelInboundHandler<String>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, String line) {
                        answer(ctx, line);
                    }
                });
    }

    private void answer(ChannelHandlerContext ctx, String line) {
        switch (line) {
            case INTRODUCE -> ctx.writeAndFlush(parting.introduction() + "\n");
            case SOCKETS -> {
                parting.sockets().forEach(ctx::write);
                ctx.flush();
            }
            case SERVING -> {
                if (gone.compareAndSet(false, true)) {
                    // What is at the path is the successor's to replace.
                    channel.close().addListener(closed -> {
                        ctx.writeAndFlush(DRAINING + "\n");
                        parting.handedOver();
                    });
                } else {
                    ctx.close();
                }
            }
            default -> ctx.close();
        }
    }

    /** Closes the socket and removes its path, unless a successor has it. */
    public void close() {
        if (gone.compareAndSet(false, true)) {
            channel.close().awaitUninterruptibly();
            try {
                if (socket.equals(key(path))) {
                    Files.delete(path);
                }
            } catch (IOException e) {
                // Who asks there finds nobody.
            }
        }
    }
}
