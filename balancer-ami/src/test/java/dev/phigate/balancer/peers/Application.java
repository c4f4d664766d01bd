package dev.phigate.balancer.peers;

import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.bench.load.LiveWebSocket;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.NullUnmarked;

/** What stands behind a real server and is asked by it: each path is a kind of answer. */
@NullUnmarked // a null where none should be fails the test that meets it
final class Application {
    static final byte[] TEXT = "0123456789abcdef".repeat(20_000).getBytes(StandardCharsets.US_ASCII);
    static final String ETAG = "\"v1\"";
    private static final int CHUNK = 30_000;
    private static final int BUFFER = 64 * 1024;

    private Application() {}

    static void answer(Workload.Received request, Workload.Wire raw) throws IOException {
        String path = request.requestLine().split(" ", 3)[1];
        if (path.equals("/ws")) {
            LiveWebSocket.serve(request, raw);
            return;
        }
        // Small pieces would wait for the acknowledgement of those before them (Nagle).
        raw.socket().setTcpNoDelay(true);
        Workload.Wire wire = new Workload.Wire(raw.socket(), raw.in(), new BufferedOutputStream(raw.out(), BUFFER));
        if (request.field("expect") != null) {
            wire.send("HTTP/1.1 100 Continue\r\n\r\n");
        }
        byte[] body = body(request, wire);
        boolean head = request.requestLine().startsWith("HEAD ");
        switch (path) {
            case "/length" -> whole(wire, "", TEXT, head);
            case "/gzip" -> whole(wire, "Content-Encoding: gzip\r\n", gzip(), head);
            case "/chunked" -> chunked(wire, "", TEXT, "");
            case "/trailers" -> chunked(wire, "Trailer: X-Sum\r\n", TEXT, "X-Sum: " + hash(TEXT) + "\r\n");
            case "/empty" -> wire.send("HTTP/1.1 204 No Content\r\n\r\n");
            case "/unchanged" -> wire.send("HTTP/1.1 304 Not Modified\r\nETag: " + ETAG + "\r\n\r\n");
            case "/hash" -> whole(wire, "", hash(body).getBytes(StandardCharsets.US_ASCII), head);
            case "/echo" -> chunked(wire, "", body, "");
            default -> wire.send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        }
    }

    private static void whole(Workload.Wire wire, String fields, byte[] body, boolean head) throws IOException {
        byte[] line = ("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        wire.out().write(line);
        wire.out().write(head ? new byte[0] : body);
        wire.out().flush();
    }

    private static void chunked(Workload.Wire wire, String fields, byte[] body, String trailers) throws IOException {
        wire.send("HTTP/1.1 200 OK\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n");
        for (int from = 0; from < body.length; from += CHUNK) {
            int length = Math.min(CHUNK, body.length - from);
            wire.send(Integer.toHexString(length) + "\r\n");
            wire.out().write(body, from, length);
            wire.send("\r\n");
        }
        wire.send("0\r\n" + trailers + "\r\n");
    }

    private static byte[] body(Workload.Received request, Workload.Wire wire) throws IOException {
        if (request.field("transfer-encoding") == null) {
            String length = request.field("content-length");
            return wire.in().readNBytes(length == null ? 0 : Integer.parseInt(length));
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(Workload.line(wire.in()), 16); size > 0; ) {
            body.write(wire.in().readNBytes(size));
            Workload.line(wire.in());
            size = Integer.parseInt(Workload.line(wire.in()), 16);
        }
        Workload.line(wire.in());
        return body.toByteArray();
    }

    static byte[] gzip() {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream to = new GZIPOutputStream(packed)) {
            to.write(TEXT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    static String hash(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
