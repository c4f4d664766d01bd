package dev.phigate.balancer.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/** A WebSocket that is used from time to time, and the host that echoes it. */
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
public final class LiveWebSocket implements AutoCloseable {
    private static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String AGREED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final Wire wire;
    private final DataInputStream in;

    public LiveWebSocket(SSLContext context, int port) throws IOException {
        wire = new Wire(context, port);
        assertThat(wire.send(HANDSHAKE).read(true).status()).isEqualTo(101);
        in = new DataInputStream(wire.in());
    }

    /** A host that echoes small frames, and answers every other request as it should. */
    public static void serve(Workload.Received request, Workload.Wire wire) throws IOException {
        if (request.field("upgrade") == null) {
            Workload.OK.answer(request, wire);
            return;
        }
        wire.send(AGREED);
        DataInputStream in = new DataInputStream(wire.in());
        while (true) {
            int first = in.readUnsignedByte();
            int length = in.readUnsignedByte() & 0x7f;
            in.skipNBytes(4); // the mask is 0
            byte[] frame = new byte[2 + length];
            frame[0] = (byte) first;
            frame[1] = (byte) length;
            in.readFully(frame, 2, length);
            wire.out().write(frame);
            wire.out().flush();
        }
    }

    /** Sends a message and reads its echo. */
    public void exchange(Load.Kind of) throws IOException {
        wire.send(new byte[] {(byte) 0x82, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
        assertThat(in.readNBytes(4)).containsExactly(0x82, 2, 'h', 'i');
        of.answered(1);
        LockSupport.parkNanos(PAUSE);
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
