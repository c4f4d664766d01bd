package dev.phigate.balancer.http.websocket;

import dev.phigate.balancer.bench.Http2Wire;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullUnmarked;

/** A WebSocket as one stream of a client's HTTP/2 connection (RFC 8441), which keeps to the balancer's windows. */
@NullUnmarked // a null where none should be fails the test that meets it
final class Http2WebSocket implements AutoCloseable {
    private static final int WINDOW = 65_535;
    private static final int LARGEST_FRAME = 16 * 1024;
    private static final int WINDOW_UPDATE = 8;

    private final Http2Wire wire;
    private final int stream;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int ofStream = WINDOW;
    private int ofConnection = WINDOW;
    private Http2Headers head;
    private String end = "";

    Http2WebSocket(SSLContext context, int port, String path) throws IOException {
        this(new Http2Wire(context, port), 1, path);
    }

    Http2WebSocket(Http2Wire wire, int stream, String path) throws IOException {
        this(
                wire,
                stream,
                List.of(
                        ":method",
                        "CONNECT",
                        ":protocol",
                        "websocket",
                        ":scheme",
                        "https",
                        ":authority",
                        "localhost",
                        ":path",
                        path,
                        "sec-websocket-version",
                        "13",
                        "sec-websocket-protocol",
                        "chat"));
    }

    /** Any other request that has not ended. */
    Http2WebSocket(Http2Wire wire, int stream, List<String> fields) throws IOException {
        this.wire = wire;
        this.stream = stream;
        wire.headers(stream, false, fields);
        while (head == null && end.isEmpty()) {
            step(false);
        }
    }

    Http2Headers head() {
        return head;
    }

    int status() {
        return Integer.parseInt(head.status().toString());
    }

    /** A masked message of binary data. */
    static byte[] frame(byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) 0x82);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) 0xff).putLong(payload.length);
        }
        frame.putInt(0).put(payload); // the mask is 0
        byte[] written = new byte[frame.position()];
        frame.flip().get(written);
        return written;
    }

    /** Sends bytes as the balancer's windows allow, and takes what comes meanwhile. */
    Http2WebSocket send(byte[] bytes) throws IOException {
        int at = 0;
        while (at < bytes.length) {
            int now = Math.min(Math.min(ofStream, ofConnection), Math.min(LARGEST_FRAME, bytes.length - at));
            if (now <= 0) {
                step(true);
                continue;
            }
            byte[] piece = new byte[now];
            System.arraycopy(bytes, at, piece, 0, now);
            wire.frame(Http2Wire.DATA, 0, stream, piece);
            ofStream -= now;
            ofConnection -= now;
            at += now;
        }
        return this;
    }

    /** Ends its own side. */
    Http2WebSocket end() throws IOException {
        wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, new byte[0]);
        return this;
    }

    /** Breaks it off. */
    Http2WebSocket cancel() throws IOException {
        wire.frame(Http2Wire.RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
        return this;
    }

    /** What has come once it is so much, or all of it when the stream ends before. */
    byte[] read(int bytes) throws IOException {
        while (received.size() < bytes && end.isEmpty()) {
            step(true);
        }
        return received.toByteArray();
    }

    /** How the other side ended the stream: {@code end}, or {@code reset} and the code. */
    String ending() throws IOException {
        while (end.isEmpty()) {
            step(true);
        }
        return end;
    }

    private void step(boolean takes) throws IOException {
        Http2Wire.Frame frame = wire.read();
        if (frame.type() == WINDOW_UPDATE && frame.stream() == 0) {
            ofConnection += ByteBuffer.wrap(frame.payload()).getInt();
        } else if (frame.type() == WINDOW_UPDATE && frame.stream() == stream) {
            ofStream += ByteBuffer.wrap(frame.payload()).getInt();
        }
        if (frame.stream() != stream) {
            return;
        }
        if (frame.type() == Http2Wire.HEADERS) {
            head = wire.head(frame);
        } else if (frame.type() == Http2Wire.DATA) {
            received.writeBytes(frame.payload());
            if (takes && frame.payload().length > 0 && !frame.endsStream()) {
                byte[] increment =
                        ByteBuffer.allocate(4).putInt(frame.payload().length).array();
                wire.frame(WINDOW_UPDATE, 0, stream, increment);
                wire.frame(WINDOW_UPDATE, 0, 0, increment);
            }
        } else if (frame.type() == Http2Wire.RST_STREAM) {
            end = "reset " + frame.payload()[3];
        }
        if (frame.endsStream()) {
            end = "end";
        }
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
