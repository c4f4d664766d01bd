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
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private static final int LONGEST_LINE = 256;

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
        this.parting = parting;
        Files.deleteIfExists(path);
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<EpollDomainSocketChannel>() {
                    @Override
                    protected void initChannel(EpollDomainSocketChannel successor) throws IOException {
                        begin(successor);
                    }
                })
                .bind(new DomainSocketAddress(path.toFile()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("upgrade.socket: " + path + " cannot be bound: "
                    + bound.cause().getMessage());
        }
        channel = bound.channel();
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    /**
     * Opens the socket, in place of one that is left.
     *
     * @throws IOException with a complete message
     */
    public static Offer open(Path path, EventLoopGroup loops, Parting parting) throws IOException {
        return new Offer(path, loops, parting);
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
                    // The path is the successor's from here on, and closing removes it.
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
        }
    }
}
