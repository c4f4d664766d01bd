package dev.phigate.balancer.handover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.FileDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who serves in the end, when the process before does not answer as it should. */
@Tag("B13")
final class TakeoverTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final CountDownLatch over = new CountDownLatch(1);

    @TempDir
    Path folder;

    @AfterEach
    void end() {
        over.countDown();
        loops.shutdownGracefully();
    }

    /** A process that introduces itself, has no sockets, and once it is told that another serves, closes or goes on without a word. */
    private Path before(boolean closes) throws IOException {
        Path path = folder.resolve("upgrade.sock");
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listening.bind(UnixDomainSocketAddress.of(path));
        Thread.ofPlatform().daemon().start(() -> {
            try (listening;
                    SocketChannel successor = listening.accept()) {
                BufferedReader said = new BufferedReader(Channels.newReader(successor, StandardCharsets.US_ASCII));
                said.readLine();
                successor.write(ByteBuffer.wrap("test\n".getBytes(StandardCharsets.US_ASCII)));
                while (!Offer.SERVING.equals(said.readLine())) {
                    // It asks for the sockets.
                }
                if (!closes) {
                    over.await();
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        return path;
    }

    /** It has been told: once it goes on it gives way. If both gave way, nobody would serve. */
    @Test
    void aProcessThatStallsAfterItWasToldIsSucceededAllTheSame() throws IOException {
        Takeover takeover = Takeover.begin(before(false), loops).orElseThrow();
        assertThat(takeover.origin()).isEqualTo("test");
        assertThatCode(takeover::complete).doesNotThrowAnyException();
    }

    @Test
    void aProcessThatHasGivenWayToAnotherIsNotSucceeded() throws IOException {
        Takeover takeover = Takeover.begin(before(true), loops).orElseThrow();
        assertThatThrownBy(takeover::complete).isInstanceOf(IOException.class);
    }

    /** As one may that did not answer in time, and is ended before it has heard that another serves. */
    @Test
    void whoEndsLateLeavesTheSocketOfWhoServesByNow() throws IOException {
        Path path = folder.resolve("upgrade.sock");
        Offer before = offer(path);
        Offer now = offer(path);
        before.close();
        assertThat(path).exists();
        now.close();
        assertThat(folder).isEmptyDirectory();
    }

    private Offer offer(Path path) throws IOException {
        Offer offer = Offer.prepare(path, loops, new Offer.Parting() {
            @Override
            public String introduction() {
                return "test";
            }

            @Override
            public List<FileDescriptor> sockets() {
                return List.of();
            }

            @Override
            public void handedOver() {}
        });
        offer.open();
        return offer;
    }
}
