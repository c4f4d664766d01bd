package dev.phigate.balancer.http.redirect;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A client that sends exactly the bytes it is given, without TLS. */
final class PlainWire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private final Socket socket;
    private final InputStream in;

    /** A response as it arrived. */
    record Answer(String statusLine, List<String> fields, String body) {
        int status() {
            return Integer.parseInt(statusLine.substring(9, 12));
        }

        Optional<String> field(String name) {
            return fields.stream()
                    .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(field -> field.substring(name.length() + 1).trim())
                    .findFirst();
        }

        String location() {
            return field("location").orElse("");
        }
    }

    PlainWire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** One request, or whatever it is, on a connection of its own, which has to end with the answer. */
    static Answer ask(int port, String text) throws IOException {
        try (PlainWire wire = new PlainWire(port)) {
            return wire.send(text).last();
        }
    }

    PlainWire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    PlainWire send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Waits until an answer has come, and reads nothing of it. */
    void answerHasBegun() throws IOException {
        in.mark(1);
        if (in.read() < 0) {
            throw new IOException("the connection ended without an answer");
        }
        in.reset();
    }

    /** Reads a response and the end of the connection: everything that comes is that response's. */
    Answer last() throws IOException {
        String statusLine = line();
        List<String> fields = new ArrayList<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            fields.add(field);
        }
        return new Answer(statusLine, List.copyOf(fields), new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended after: " + line);
            }
            line.append((char) c);
        }
        if (line.isEmpty() || line.charAt(line.length() - 1) != '\r') {
            throw new IOException("a line without CR: " + line);
        }
        line.setLength(line.length() - 1);
        return line.toString();
    }

    /** Whether the other side ends the connection without a byte. */
    boolean ended() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException e) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
