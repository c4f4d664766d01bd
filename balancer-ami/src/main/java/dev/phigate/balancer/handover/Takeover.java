package dev.phigate.balancer.handover;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.DomainSocketReadMode;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The side of the process that comes. Used by one thread. */
public final class Takeover {
    private static final System.Logger LOG = System.getLogger(Takeover.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final EpollDomainSocketChannel channel;
    private final BlockingQueue<Object> received = new LinkedBlockingQueue<>();
    private final Map<String, Socket> sockets = new LinkedHashMap<>();
    private String origin = "";

    private record Socket(String address, FileDescriptor descriptor) {}

    private Takeover(EpollDomainSocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Gets the sockets of the process that serves now.
     *
     * @return empty when there is none
     * @throws IOException with a complete message, when there is one and it does not answer as it should
     */
    public static Optional<Takeover> begin(Path path, EventLoopGroup loops) throws IOException {
        Inbox inbox = new Inbox();
        var connected = new Bootstrap()
                .group(loops)
                .channel(EpollDomainSocketChannel.class)
                .handler(inbox)
                .connect(new DomainSocketAddress(path.toFile()))
                .awaitUninterruptibly();
        if (!connected.isSuccess()) {
            return Optional.empty();
        }
        Channel made = connected.channel();
        Takeover takeover = new Takeover((EpollDomainSocketChannel) made);
        inbox.into = takeover.received;
        try {
            takeover.receive();
            return Optional.of(takeover);
        } catch (IOException e) {
            takeover.abandon();
            throw e;
        }
    }

    private void receive() throws IOException {
        send(Offer.INTRODUCE);
        String[] words = line().split(" ", -1);
        origin = words[0];
        channel.config().setReadMode(DomainSocketReadMode.FILE_DESCRIPTORS);
        send(Offer.SOCKETS);
        for (int i = 1; i < words.length; i++) {
            if (!(next() instanceof FileDescriptor descriptor)) {
                throw new IOException("upgrade.socket: the process that serves sent no socket (expected: phigate)");
            }
            int equals = words[i].indexOf('=');
            sockets.put(words[i].substring(0, equals), new Socket(words[i].substring(equals + 1), descriptor));
        }
        channel.config().setReadMode(DomainSocketReadMode.BYTES);
    }

    /** The origin of the audit log that the other process writes until it ends. */
    public String origin() {
        return origin;
    }

    /**
     * Takes the socket of a listener.
     *
     * @param listener its name
     * @param address where it has to be; with port 0, wherever it is
     * @return the descriptor, or -1 when there is none and it has to be bound
     */
    public int socket(String listener, String address) {
        Socket known = sockets.get(listener);
        if (known == null || !(known.address().equals(address) || address.endsWith(":0"))) {
            return -1;
        }
        sockets.remove(listener);
        return known.descriptor().intValue();
    }

    /**
     * Says that this process serves; when this returns the other one drains, or will: one that does not answer in time does so once it
     * reads what it was told, and if this one gave up as well, nobody would serve.
     *
     * @throws IOException when it refuses, because it has given way to another or ends
     */
    public void complete() throws IOException {
        send(Offer.SERVING);
        Object answer = received();
        if (answer == null) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "upgrade.socket: the process before does not answer within {0}s that it drains; it does so once it can"
                            + " (expected: its end after shutdown.drain; otherwise end it by SIGTERM)",
                    PATIENCE.toSeconds());
        } else if (!answer.equals(Offer.DRAINING + "\n")) {
            throw new IOException("upgrade.socket: the process that serves does not give way to this one");
        }
        abandon();
    }

    /** Ends the conversation, and gives back the sockets that nobody took. */
    public void abandon() {
        channel.close().awaitUninterruptibly();
        for (Socket left : sockets.values()) {
            try {
                left.descriptor().close();
            } catch (IOException e) {
                // It was another process's as well; what matters is that this one does not use it.
            }
        }
        sockets.clear();
    }

    private void send(String line) {
        channel.writeAndFlush(Unpooled.copiedBuffer(line + "\n", StandardCharsets.US_ASCII));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (line.isEmpty() || line.charAt(line.length() - 1) != '\n') {
            line.append(next());
        }
        return line.toString().strip();
    }

    private Object next() throws IOException {
        Object message = received();
        if (message == null || message instanceof Closed) {
            throw new IOException("upgrade.socket: the process that serves does not answer within "
                    + PATIENCE.toSeconds() + "s (expected: a balancer of this version)");
        }
        return message;
    }

    /** The next message; null when none comes in time. */
    private @Nullable Object received() throws IOException {
        try {
            return received.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private enum Closed {
        CLOSED
    }

    /** Hands over what arrives: texts and descriptors. */
    private static final class Inbox extends ChannelInboundHandlerAdapter {
        private volatile @Nullable BlockingQueue<Object> into;

        private void put(Object message) {
            BlockingQueue<Object> queue = into;
            if (queue != null) {
                queue.add(message);
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof ByteBuf bytes) {
                put(bytes.toString(StandardCharsets.US_ASCII));
                bytes.release();
            } else {
                put(message);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            put(Closed.CLOSED);
        }
    }
}
