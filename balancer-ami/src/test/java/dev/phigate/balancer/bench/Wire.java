package dev.phigate.balancer.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;

/** A client that sends exactly the bytes it is given, over TLS with HTTP/1.1. */
@NullUnmarked // a null where none should be fails the test that meets it
public final class Wire implements AutoCloseable {
    private final SSLSocket socket;
    private final InputStream in;

    /** A response as it arrived. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    public record Answer(String statusLine, List<String> fields, byte[] body) {
        public int status() {
            return Integer.parseInt(statusLine.substring(9, 12));
        }

        public String field(String name) {
            return fields(name).stream().findFirst().orElse(null);
        }

        /** The values of a field, a line each. */
        public List<String> fields(String name) {
            return fields.stream()
                    .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(field -> field.substring(name.length() + 1).trim())
                    .toList();
        }

        public String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }
    }

    public Wire(SSLContext context, int port) throws IOException {
        this(context, port, 0);
    }

    public Wire(SSLContext context, int port, int receiveBuffer) throws IOException {
        this(context, connect(port, receiveBuffer));
    }

    /** One whose handshake is made on a connection that is there. */
    public Wire(SSLContext context, Socket connected) throws IOException {
        socket = (SSLSocket) context.getSocketFactory().createSocket(connected, "127.0.0.1", connected.getPort(), true);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        in = new BufferedInputStream(socket.getInputStream());
    }

    private static Socket connect(int port, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    public Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Wire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    public Answer read() throws IOException {
        return read(false);
    }

    /** Reads one response by its own framing. */
    public Answer read(boolean toHead) throws IOException {
        String statusLine = Workload.line(in);
        List<String> fields = new ArrayList<>();
        for (String field = Workload.line(in); !field.isEmpty(); field = Workload.line(in)) {
            fields.add(field);
        }
        Answer head = new Answer(statusLine, List.copyOf(fields), new byte[0]);
        int status = head.status();
        if (toHead || status < 200 || status == 204 || status == 304) {
            return head;
        }
        if (head.field("transfer-encoding") != null) {
            byte[] body = chunks(fields);
            return new Answer(statusLine, List.copyOf(fields), body);
        }
        String length = head.field("content-length");
        byte[] body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
        if (length != null && body.length < Integer.parseInt(length)) {
            throw new IOException("the body was cut after " + body.length + " of " + length);
        }
        return new Answer(statusLine, head.fields(), body);
    }

    private byte[] chunks(List<String> fields) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(Workload.line(in), 16);
            if (size == 0) {
                for (String field = Workload.line(in); !field.isEmpty(); field = Workload.line(in)) {
                    fields.add("trailer-" + field);
                }
                return body.toByteArray();
            }
            body.write(in.readNBytes(size));
            Workload.line(in);
        }
    }

    public InputStream in() {
        return in;
    }

    public SSLSocket socket() {
        return socket;
    }

    /** Whether the other side has ended the connection and sent nothing more. */
    public boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException | javax.net.ssl.SSLException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
