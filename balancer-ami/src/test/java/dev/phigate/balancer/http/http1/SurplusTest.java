package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a host sends beyond its answer, in a TLS record of its own that comes with it, answers nobody's request. */
@Tag("B10")
final class SurplusTest {
    private static final String STRAY = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";
    private static final String NEXT = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext";
    /** The first method; the status of the first answer; whether the host makes the balancer use the JDK's TLS. */
    private static final String HEAD_200_JDK = "HEAD, 200 OK, true";

    private static final String HEAD_200 = "HEAD, 200 OK, false";
    private static final String GET_200_JDK = "GET, 200 OK, true";
    private static final String GET_204_JDK = "GET, 204 No Content, true";
    private static final String GET_304_JDK = "GET, 304 Not Modified, true";

    private final Bench bench = new Bench();
    private final AtomicInteger firsts = new AtomicInteger();
    private final ServerSocket server = held();

    @BeforeEach
    void listen() {
        bench.host("https://127.0.0.1:" + server.getLocalPort());
        bench.upstreamExtra = "connections: {perHost: 1}";
    }

    @AfterEach
    void stop() throws IOException {
        bench.close();
        server.close();
    }

    /** What is written to it while it holds goes out in one piece afterwards. */
    private static final class HeldSocket extends Socket {
        private final ByteArrayOutputStream held = new ByteArrayOutputStream();
        private volatile boolean holds;

        void hold() {
            holds = true;
        }

        void letGo() throws IOException {
            holds = false;
            super.getOutputStream().write(held.toByteArray());
            held.reset();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = super.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int single) throws IOException {
                    write(new byte[] {(byte) single}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    (holds ? held : out).write(bytes, from, length);
                }
            };
        }
    }

    private static ServerSocket held() {
        try {
            return new ServerSocket(0, 10, InetAddress.getLoopbackAddress()) {
                @Override
                public Socket accept() throws IOException {
                    Socket accepted = new HeldSocket();
                    implAccept(accepted);
                    return accepted;
                }
            };
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void begin(String status, boolean jdk) throws IOException {
        SSLContext context = bench.pki.context(bench.workload);
        bench.start();
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    HeldSocket accepted = (HeldSocket) server.accept();
                    Thread.ofVirtual().start(() -> serve(context, accepted, status, jdk));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void serve(SSLContext context, HeldSocket below, String status, boolean jdk) {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(below, null, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            if (jdk) {
                parameters.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"});
            }
            parameters.setUseCipherSuitesOrder(true);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            InputStream in = socket.getInputStream();
            while (true) {
                boolean first = Workload.line(in).contains("/first");
                while (!Workload.line(in).isEmpty()) {
                    // The fields say nothing that matters.
                }
                below.hold();
                if (first) {
                    firsts.incrementAndGet();
                    send(socket, "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
                    send(socket, STRAY);
                } else {
                    send(socket, NEXT);
                }
                below.letGo();
            }
        } catch (IOException e) {
            // The balancer or the test ended it.
        }
    }

    private static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    @ParameterizedTest
    @CsvSource({HEAD_200_JDK, HEAD_200, GET_200_JDK, GET_204_JDK, GET_304_JDK})
    void itIsNoAnswerToThePipelinedRequest(String method, String status, boolean jdk) throws IOException {
        begin(status, jdk);
        try (Wire wire = bench.connect()) {
            wire.send(method + " /first HTTP/1.1\r\nHost: a\r\n\r\nPOST /next HTTP/1.1\r\nHost: a\r\n"
                    + "Content-Length: 0\r\n\r\n");
            assertThat(wire.read(method.equals("HEAD")).statusLine()).endsWith(status);
            assertThat(wire.read().text()).isEqualTo("next");
        }
        assertThat(firsts).hasValue(1);
    }

    @ParameterizedTest
    @CsvSource({HEAD_200_JDK, HEAD_200, GET_200_JDK, GET_204_JDK, GET_304_JDK})
    void itIsNoAnswerToTheRequestThatWaits(String method, String status, boolean jdk) throws IOException {
        begin(status, jdk);
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(1, true, asking(method, "/first")).headers(3, true, asking("POST", "/next"));
            StringBuilder answered = new StringBuilder();
            Http2Wire.Frame frame;
            do {
                frame = wire.read();
                if (frame.type() == Http2Wire.DATA) {
                    answered.append(new String(frame.payload(), StandardCharsets.ISO_8859_1));
                }
            } while (frame.stream() != 3 || !frame.endsStream());
            assertThat(answered.toString()).isEqualTo("next");
        }
        assertThat(firsts).hasValue(1);
    }

    private static List<String> asking(String method, String path) {
        return List.of(":method", method, ":scheme", "https", ":path", path, ":authority", "localhost");
    }
}
