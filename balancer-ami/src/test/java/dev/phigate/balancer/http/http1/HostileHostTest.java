package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host says that has gone wrong, or was taken over, reaches no client as an answer. */
@Tag("B10")
final class HostileHostTest {
    private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void answering(String bytes) throws IOException {
        bench.workload((request, wire) -> {
            wire.send(bytes);
            wire.socket().close();
        });
        bench.start();
    }

    @ParameterizedTest(name = "[{index}]")
    @ValueSource(
            strings = {
                "HTTP/1.1  200 OK\r\n",
                "HTTP/1.1 20 OK\r\n",
                "HTTP/1.1 2000 OK\r\n",
                "HTTP/1.1 099 OK\r\n",
                "HTTP/1.1 600 OK\r\n",
                "HTTP/1.1 200OK\r\n",
                "HTTP/1.1\t200 OK\r\n",
                "HTTP/2.0 200 OK\r\n",
                "http/1.1 200 OK\r\n",
                "ICY 200 OK\r\n",
                "\r\nHTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 O\rK\r\n",
                "HTTP/1.1 200 OK\n",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\n",
                "HTTP/1.1 200 OK\r\nX: a\nSet-Cookie: b\r\n",
                "HTTP/1.1 200 OK\r\nX: a\rSet-Cookie: b\r\n",
                "HTTP/1.1 200 OK\r\n: x\r\n",
                "HTTP/1.1 200 OK\r\nX y: z\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
                "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n",
                "HTTP/1.1 103 Early Hints\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\n",
            })
    void anAnswerThatCanBeReadInTwoWaysIsNone(String head) throws IOException {
        answering(head + "Content-Length: 2\r\n\r\nok");
        assertThat(bench.get("/").status()).isEqualTo(502);
    }

    @ParameterizedTest(name = "[{index}]")
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\nhello\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX : y\r\n\r\n",
            })
    void anAnswerThatBreaksOffIsNeverWhole(String rest) throws IOException {
        answering("HTTP/1.1 200 OK\r\n" + rest);
        assertThatThrownBy(() -> bench.get("/")).isInstanceOf(IOException.class);
    }

    @Test
    void interimAnswersAreHandedOnAndAreNotEndless() throws IOException {
        Workload host = bench.workload((request, wire) -> wire.send(INTERIM.repeat(64) + OK));
        bench.start();
        try (Wire wire = bench.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            for (int i = 0; i < 64; i++) {
                assertThat(wire.read().status()).isEqualTo(103);
            }
            assertThat(wire.read().status()).isEqualTo(200);
            host.behave((request, given) -> given.send(INTERIM.repeat(65) + OK));
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
            for (int i = 0; i < 64; i++) {
                assertThat(wire.read().status()).isEqualTo(103);
            }
            assertThat(wire.read().status()).isEqualTo(502);
        }
    }

    @Test
    void interimAnswersOverHttp2AreNotEndlessEither() throws IOException {
        SSLServerSocket server = (SSLServerSocket)
                bench.pki.context(bench.workload).getServerSocketFactory().createServerSocket(0, 1);
        SSLParameters parameters = server.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        server.setSSLParameters(parameters);
        try (server) {
            bench.host("https://127.0.0.1:" + server.getLocalPort());
            bench.upstreamExtra = "protocol: http/2";
            bench.start();
            Thread.ofVirtual().start(() -> answerInterim(server));
            try (Wire wire = bench.connect()) {
                wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                int interim = 0;
                Wire.Answer answer = wire.read();
                while (answer.status() == 103) {
                    interim++;
                    answer = wire.read();
                }
                assertThat(answer.status()).isEqualTo(502);
                assertThat(interim).isEqualTo(64);
            }
        }
    }

    /** Answers the first request with 103 for ever, or until the connection or the stream is ended. */
    private static void answerInterim(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            in.skipNBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length());
            out.write(frame(Http2Wire.SETTINGS, 0, 0, new byte[0]));
            for (int stream = 0, type = -1; type != Http2Wire.HEADERS; ) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                type = in.readUnsignedByte();
                in.skipNBytes(1);
                stream = in.readInt();
                in.skipNBytes(length);
                if (type == Http2Wire.HEADERS) {
                    byte[] block = Http2Wire.block(List.of(":status", "103", "link", "</a>"));
                    for (int i = 0; i < 1000; i++) {
                        out.write(frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, block));
                    }
                }
            }
            in.readAllBytes();
        } catch (IOException e) {
            // The balancer ended it.
        }
    }

    private static byte[] frame(int type, int flags, int stream, byte[] payload) {
        java.nio.ByteBuffer frame = java.nio.ByteBuffer.allocate(9 + payload.length);
        frame.put((byte) 0)
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream);
        return frame.put(payload).array();
    }
}
