package dev.phigate.balancer.discovery;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** A name server that answers every question for IPv4 addresses as it is told, with a life of a second, and has no others. */
@NullUnmarked // a null where none should be fails the test that meets it
final class NameServer implements AutoCloseable {
    static final int NO_ERROR = 0;
    static final int SERVER_FAILURE = 2;
    static final int SILENT = -1;
    private static final int HEADER = 12;
    private static final int IPV4 = 1;

    private final DatagramSocket socket;
    private final AtomicInteger asked = new AtomicInteger();
    private volatile List<String> addresses = List.of();
    private volatile int code = NO_ERROR;

    NameServer() throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().daemon().start(this::serve);
    }

    String address() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    void say(int nextCode, String... next) {
        addresses = List.of(next);
        code = nextCode;
    }

    /** How often it was asked for IPv4 addresses. */
    int asked() {
        return asked.get();
    }

    private void serve() {
        byte[] bytes = new byte[1500];
        while (!socket.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
                socket.receive(packet);
                answer(ByteBuffer.wrap(bytes, 0, packet.getLength()), packet);
            } catch (IOException e) {
                // Closed, or nobody is there any more.
            }
        }
    }

    private void answer(ByteBuffer question, DatagramPacket packet) throws IOException {
        int end = HEADER;
        while (question.get(end) != 0) {
            end += question.get(end) + 1;
        }
        boolean ipv4 = question.getShort(end + 1) == IPV4;
        end += 5;
        int now = code;
        List<String> all = ipv4 && now == NO_ERROR ? addresses : List.of();
        if (now != SILENT) {
            ByteBuffer answer = ByteBuffer.allocate(1500)
                    .putShort(question.getShort(0))
                    .putShort((short) (0x8180 | now))
                    .putShort((short) 1)
                    .putShort((short) all.size())
                    .putInt(0)
                    .put(question.slice(HEADER, end - HEADER));
            for (String address : all) {
                answer.putShort((short) 0xc00c)
                        .putShort((short) IPV4)
                        .putShort((short) 1)
                        .putInt(1)
                        .putShort((short) 4)
                        .put(InetAddress.ofLiteral(address).getAddress());
            }
            socket.send(new DatagramPacket(answer.array(), answer.position(), packet.getSocketAddress()));
        }
        if (ipv4) {
            asked.incrementAndGet();
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
