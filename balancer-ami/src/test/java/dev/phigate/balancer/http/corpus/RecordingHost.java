package dev.phigate.balancer.http.corpus;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.http.corpus.Http1Case.Received;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * A host that keeps what it really receives, reads it by the letter of RFC 9112, and answers each request. What is not
 * canonical is a fault of the balancer.
 */
final class RecordingHost implements AutoCloseable {
    private static final Pattern OURS = Pattern.compile(String.join(
            "\r\n",
            "x-forwarded-for: 127\\.0\\.0\\.1",
            "x-forwarded-proto: https",
            "x-forwarded-host: ([^\r\n]*)",
            "x-forwarded-port: \\d*",
            "forwarded: for=127\\.0\\.0\\.1;host=\"([^\r\n]*)\";proto=https",
            "via: (1\\.1|2) phigate",
            "x-request-id: [0-9A-Za-z-]+",
            ""));
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: (0|[1-9][0-9]*)\r\n");
    private static final Pattern FRAMING = Pattern.compile("(?i)\r\n(content.length|transfer.encoding)[^\r\n]*");
    private static final String CHUNKED = "\r\ntransfer-encoding: chunked\r\n";

    private final SSLServerSocket listening;
    private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();
    private final List<Received> whole = new ArrayList<>();
    private final List<String> begun = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    RecordingHost(SSLContext context) throws IOException {
        listening = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 200, InetAddress.getLoopbackAddress());
        listening.setNeedClientAuth(true);
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "https://127.0.0.1:" + listening.getLocalPort();
    }

    /** The whole requests since it was last asked. */
    synchronized List<Received> takeWhole() {
        List<Received> taken = List.copyOf(whole);
        whole.clear();
        return taken;
    }

    /** The bytes of requests since it was last asked that ended before their end. */
    synchronized List<String> takeBegun() {
        List<String> taken = List.copyOf(begun);
        begun.clear();
        return taken;
    }

    /** Waits until a request ended before its end since they were last taken, or some seconds. */
    synchronized void awaitBegun() throws InterruptedException {
        long end = System.nanoTime() + Bench.PATIENCE.toNanos();
        for (long left = Bench.PATIENCE.toNanos(); begun.isEmpty() && left > 0; left = end - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    /** What the balancer should not have written since it was last asked. */
    synchronized List<String> takeFaults() {
        List<String> taken = List.copyOf(faults);
        faults.clear();
        return taken;
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) listening.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SSLSocket socket) {
        StringBuilder raw = new StringBuilder();
        try (socket) {
            socket.startHandshake();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                raw.setLength(0);
                Received request = read(in, raw);
                synchronized (this) {
                    whole.add(request);
                }
                boolean head = request.head().startsWith("HEAD ");
                socket.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + (head ? "" : "ok"))
                                .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The balancer ended the connection: between two requests, or within one that broke off.
            synchronized (this) {
                if (!raw.isEmpty()) {
                    begun.add(raw.toString());
                    notifyAll();
                }
            }
        } finally {
            open.remove(socket);
        }
    }

    private Received read(InputStream in, StringBuilder raw) throws IOException {
        StringBuilder lines = new StringBuilder();
        String line;
        do {
            line = line(in, raw);
            lines.append(line);
        } while (!line.equals("\r\n"));
        String head = lines.toString();
        String body = "";
        String trailers = "";
        Matcher length = LENGTH.matcher(head);
        if (head.contains(CHUNKED)) {
            StringBuilder data = new StringBuilder();
            for (int size = size(in, raw); size > 0; size = size(in, raw)) {
                data.append(bytes(in, raw, size));
                expect("\r\n", bytes(in, raw, 2));
            }
            body = data.toString();
            StringBuilder section = new StringBuilder();
            for (line = line(in, raw); !line.equals("\r\n"); line = line(in, raw)) {
                section.append(line);
            }
            trailers = section.toString();
        } else if (length.find()) {
            body = bytes(in, raw, Integer.parseInt(length.group(1)));
        }
        if (FRAMING.matcher(head).results().count() > 1) {
            fault("more than one field of framing: " + head);
        }
        return new Received(withoutOurs(head), body, trailers);
    }

    private String withoutOurs(String head) {
        Matcher ours = OURS.matcher(head);
        if (!ours.find()) {
            fault("not the balancer's own fields: " + head);
            return head;
        }
        expect(ours.group(1), ours.group(2));
        if (!head.contains("\r\nhost: " + ours.group(1) + "\r\n")) {
            fault("another host than in x-forwarded-host: " + head);
        }
        return head.substring(0, ours.start()) + "{ours}" + head.substring(ours.end());
    }

    private int size(InputStream in, StringBuilder raw) throws IOException {
        String line = line(in, raw);
        if (!line.matches("(0|[1-9a-f][0-9a-f]{0,6})\r\n")) {
            fault("the size of a chunk: " + line);
            throw new EOFException("not readable");
        }
        return Integer.parseInt(line.trim(), 16);
    }

    /** A line with its CRLF. */
    private String line(InputStream in, StringBuilder raw) throws IOException {
        StringBuilder line = new StringBuilder();
        do {
            line.append(bytes(in, raw, 1));
        } while (line.charAt(line.length() - 1) != '\n');
        if (!line.toString().matches("[^\r\n\0]*\r\n")) {
            fault("a line that holds or ends by something else than CRLF: " + line);
        }
        return line.toString();
    }

    private static String bytes(InputStream in, StringBuilder raw, int length) throws IOException {
        String read = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        raw.append(read);
        if (read.length() < length) {
            throw new EOFException("after " + raw.length());
        }
        return read;
    }

    private void expect(String expected, String found) {
        if (!expected.equals(found)) {
            fault("expected " + expected + " but found " + found);
        }
    }

    private synchronized void fault(String fault) {
        faults.add(fault);
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (SSLSocket socket : open) {
            socket.close();
        }
    }
}
