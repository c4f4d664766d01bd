package dev.phigate.balancer.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that sends exactly the HTTP/2 frames it is given. */
public final class Http2Wire implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    /** One frame as it arrived. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Frame(int type, int flags, int stream, byte[] payload) {
        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    public Http2Wire(SSLContext context, int port) throws IOException {
        this(context, port, 0);
    }

    public Http2Wire(SSLContext context, int port, int receiveBuffer) throws IOException {
        this(connected(context, port, receiveBuffer));
    }

    /** One on a connection that there is already. */
    public Http2Wire(SSLContext context, Socket connected) throws IOException {
        this((SSLSocket) context.getSocketFactory().createSocket(connected, "localhost", connected.getPort(), true));
    }

    private Http2Wire(SSLSocket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    private static SSLSocket connected(SSLContext context, int port, int receiveBuffer) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    public Http2Wire frame(int type, int flags, int stream, byte[] payload) throws IOException {
        write(out, type, flags, stream, payload);
        return this;
    }

    public static void write(OutputStream out, int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        for (int shift = 24; shift >= 0; shift -= 8) {
            frame.write(stream >> shift);
        }
        frame.writeBytes(payload);
        out.write(frame.toByteArray());
        out.flush();
    }

    /** Several in one piece. */
    public Http2Wire frames(List<Frame> frames) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            write(all, frame.type(), frame.flags(), frame.stream(), frame.payload());
        }
        out.write(all.toByteArray());
        out.flush();
        return this;
    }

    /** A header block of literals: name, value, name, value... */
    public static byte[] block(List<String> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.size(); i += 2) {
            block.write(0);
            literal(block, fields.get(i));
            literal(block, fields.get(i + 1));
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String text) {
        if (text.length() < 127) {
            block.write(text.length());
        } else {
            block.write(127);
            int rest = text.length() - 127;
            while (rest >= 128) {
                block.write(rest % 128 + 128);
                rest /= 128;
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Http2Wire headers(int stream, boolean end, List<String> fields) throws IOException {
        return frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block(fields));
    }

    public Frame read() throws IOException {
        return read(in);
    }

    public static Frame read(DataInputStream in) throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(type, flags, stream, payload);
    }

    /** The next frame of a stream; the end of the connection or a GOAWAY for an error is told as -1 and -2. */
    public String outcome(int stream) throws IOException {
        String status = "";
        while (true) {
            Frame frame;
            try {
                frame = read();
            } catch (java.io.EOFException | java.net.SocketException e) {
                return status + "closed";
            }
            if (frame.type() == GOAWAY && frame.payload()[7] != 0) {
                return status + "goaway " + frame.payload()[7];
            }
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == RST_STREAM) {
                return status + "reset " + frame.payload()[3];
            }
            if (frame.type() == HEADERS && status.isEmpty()) {
                status = status(frame) + " ";
            }
            if (frame.endsStream()) {
                return status + "ended";
            }
        }
    }

    private String status(Frame frame) throws IOException {
        return String.valueOf(head(frame).status());
    }

    /** The fields of a head that came in one frame. */
    public Http2Headers head(Frame frame) throws IOException {
        ByteBuf block = Unpooled.wrappedBuffer(frame.payload());
        try {
            return decoder.decodeHeaders(frame.stream(), block);
        } catch (Http2Exception e) {
            throw new IOException(e);
        } finally {
            block.release();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
