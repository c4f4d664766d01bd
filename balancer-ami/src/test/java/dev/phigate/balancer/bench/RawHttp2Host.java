package dev.phigate.balancer.bench;

import static dev.phigate.balancer.bench.Http2Wire.DATA;
import static dev.phigate.balancer.bench.Http2Wire.GOAWAY;
import static dev.phigate.balancer.bench.Http2Wire.HEADERS;
import static dev.phigate.balancer.bench.Http2Wire.RST_STREAM;
import static dev.phigate.balancer.bench.Http2Wire.SETTINGS;
import static dev.phigate.balancer.bench.RawFrames.frame;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A host behind the balancer that says the frames it is told to, also such as no library would send. */
public final class RawHttp2Host implements AutoCloseable {
    private static final int ACK = 1;
    private static final int PREFACE = 24;
    private static final int OK = 0x88;

    private final SSLServerSocket listening;
    private final Behaviour behaviour;
    private final byte[] settings;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> authorities = new CopyOnWriteArrayList<>();
    private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();
    private final List<Integer> resets = new CopyOnWriteArrayList<>();
    private final List<Integer> afterReset = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch door = new CountDownLatch(0);
    private final AtomicLong received = new AtomicLong();
    private final AtomicInteger largest = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();

    /** What is said to a request. */
    public interface Behaviour {
        void asked(Speaking to, int stream, String path) throws IOException;
    }

    /**
     * One connection.
     *
     * @param number the how manieth, from 1
     */
    public record Speaking(int number, OutputStream out) {
        public void say(byte[]... frames) throws IOException {
            for (byte[] one : frames) {
                out.write(one);
            }
            out.flush();
        }

        public void ok(int stream) throws IOException {
            say(frame(HEADERS, RawFrames.END_HEADERS | RawFrames.END_STREAM, stream, OK));
        }

        /** Says that of the streams behind the last nothing was done. */
        public void goAway(int last) throws IOException {
            say(frame(GOAWAY, 0, 0, 0, 0, 0, last, 0, 0, 0, 0));
        }
    }

    /** One that listens and tells these settings. */
    public RawHttp2Host(Bench bench, Behaviour behaviour, int... settings) throws IOException {
        this.behaviour = behaviour;
        this.settings = frame(SETTINGS, 0, 0, settings);
        this.listening = (SSLServerSocket) bench.pki
                .context(bench.workload)
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        SSLParameters parameters = listening.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        listening.setSSLParameters(parameters);
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    SSLSocket socket = (SSLSocket) listening.accept();
                    open.add(socket);
                    int number = connections.incrementAndGet();
                    Thread.ofVirtual().start(() -> serve(socket, number));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void serve(SSLSocket socket, int number) {
        try (socket) {
            var in = new DataInputStream(socket.getInputStream());
            var to = new Speaking(number, socket.getOutputStream());
            var heads = new DefaultHttp2HeadersDecoder(false);
            int newest = 0;
            door.await();
            in.readFully(new byte[PREFACE]);
            to.say(settings);
            while (true) {
                Http2Wire.Frame heard = Http2Wire.read(in);
                int stream = heard.stream();
                if (heard.type() == HEADERS) {
                    newest = Math.max(newest, stream);
                    Http2Headers head = heads.decodeHeaders(stream, Unpooled.wrappedBuffer(heard.payload()));
                    largest.accumulateAndGet(size(head), Math::max);
                    String path = String.valueOf(head.path());
                    authorities.add(String.valueOf(head.authority()));
                    asked.add(number + " " + path);
                    behaviour.asked(to, stream, path);
                } else if (heard.type() == DATA) {
                    if (resets.contains(stream)) {
                        afterReset.add(stream);
                    }
                    received.addAndGet(heard.payload().length);
                } else if (heard.type() == RST_STREAM) {
                    resets.add(stream);
                    if (stream > newest) {
                        throw new IOException("a reset of a stream that was never begun: RFC 9113 section 6.4");
                    }
                } else if (heard.type() == SETTINGS && (heard.flags() & ACK) == 0) {
                    to.say(frame(SETTINGS, ACK, 0));
                }
            }
        } catch (IOException | Http2Exception e) {
            // The balancer ended it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private static int size(Http2Headers head) {
        int size = 0;
        for (Map.Entry<CharSequence, CharSequence> field : head) {
            size += field.getKey().length() + field.getValue().length() + 32;
        }
        return size;
    }

    public String url() {
        return "https://127.0.0.1:" + listening.getLocalPort();
    }

    /** Connections made from now on wait with their handshakes. */
    public void shut() {
        door = new CountDownLatch(1);
    }

    /** They go on. */
    public void letIn() {
        door.countDown();
    }

    public int connections() {
        return connections.get();
    }

    /** The number of the connection and the path of each request, in the order of their coming. */
    public List<String> asked() {
        return asked;
    }

    /** The {@code :authority} of each request. */
    public List<String> authorities() {
        return authorities;
    }

    /** How many bytes of bodies have come; it never asks for more than the first window. */
    public long received() {
        return received.get();
    }

    /** How large the largest head or trailer section was, as RFC 9113 section 6.5.2 counts it. */
    public int largest() {
        return largest.get();
    }

    /** The streams that were reset; of one that was never begun, it is the connection's end. */
    public List<Integer> resets() {
        return resets;
    }

    /** The streams on which something was sent after they had been reset. */
    public List<Integer> afterReset() {
        return afterReset;
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (SSLSocket one : open) {
            one.close();
        }
    }
}
