package dev.phigate.balancer.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;

/** A host behind the balancer: real TLS, and an HTTP that does exactly what a test tells it to. */
@NullUnmarked // a null where none should be fails the test that meets it
public final class Workload implements AutoCloseable {
    /** What it does with each request it has read. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(Received request, Wire wire) throws IOException;
    }

    /** One connection, after the head of a request was read. */
    public record Wire(SSLSocket socket, InputStream in, OutputStream out) {
        public void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        /** Reads a body by the request's own framing and answers how long it was. */
        public long readBody(Received request) throws IOException {
            if (request.field("transfer-encoding") == null) {
                String length = request.field("content-length");
                long left = length == null ? 0 : Long.parseLong(length);
                in.skipNBytes(left);
                return left;
            }
            long total = 0;
            while (true) {
                long size = Long.parseLong(line(in), 16);
                if (size == 0) {
                    while (!line(in).isEmpty()) {
                        // Trailers are of no use here.
                    }
                    return total;
                }
                in.skipNBytes(size);
                line(in);
                total += size;
            }
        }
    }

    /** The head of a request as it arrived. */
    public record Received(String requestLine, List<String> fields, int connection) {
        public String field(String name) {
            List<String> all = fields(name);
            return all.isEmpty() ? null : all.getFirst();
        }

        public List<String> fields(String name) {
            return fields.stream()
                    .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(field -> field.substring(name.length() + 1).trim())
                    .toList();
        }
    }

    public static final Behaviour OK = (request, wire) -> {
        wire.readBody(request);
        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                + (request.requestLine().startsWith("HEAD ") ? "" : "ok"));
    };

    private final SSLServerSocket server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final java.util.Set<SSLSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile Behaviour behaviour;
    private volatile boolean remembers = true;

    public Workload(SSLContext context, boolean demandCertificate, Behaviour behaviour) {
        this(context, demandCertificate, behaviour, 0);
    }

    public Workload(SSLContext context, boolean demandCertificate, Behaviour behaviour, int port) {
        this(context, demandCertificate, behaviour, InetAddress.getLoopbackAddress(), port);
    }

    public Workload(SSLContext context, boolean demandCertificate, Behaviour behaviour, InetAddress address, int port) {
        this.behaviour = behaviour;
        try {
            server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 200, address);
            server.setNeedClientAuth(demandCertificate);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Keeps nothing of what it receives from now on: for load that would fill the memory. */
    public Workload forgetful() {
        remembers = false;
        return this;
    }

    public void behave(Behaviour next) {
        behaviour = next;
    }

    /** Sets its cipher suites in its own order of preference. */
    public void prefer(String... suites) {
        var parameters = server.getSSLParameters();
        parameters.setCipherSuites(suites);
        parameters.setUseCipherSuitesOrder(true);
        server.setSSLParameters(parameters);
    }

    public int port() {
        return server.getLocalPort();
    }

    public String url() {
        return "https://127.0.0.1:" + port();
    }

    public List<Received> received() {
        return received;
    }

    public int connections() {
        return connections.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket socket = (SSLSocket) server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SSLSocket socket) {
        try (socket) {
            socket.startHandshake();
            int number = connections.incrementAndGet();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Wire wire = new Wire(socket, in, socket.getOutputStream());
            while (!socket.isClosed()) {
                String requestLine = line(in);
                List<String> fields = new ArrayList<>();
                for (String field = line(in); !field.isEmpty(); field = line(in)) {
                    fields.add(field);
                }
                Received request = new Received(requestLine, List.copyOf(fields), number);
                if (remembers) {
                    received.add(request);
                }
                behaviour.answer(request, wire);
            }
        } catch (IOException | RuntimeException e) {
            // The other side, or the test, ended it.
        } finally {
            open.remove(socket);
        }
    }

    public static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("end");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            server.close();
            for (SSLSocket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
