package dev.phigate.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is negotiated, as OpenSSL sees it, and what is refused before an engine sees it. */
@Tag("B1")
final class TlsTest {
    private static Bench bench;

    @BeforeAll
    static void start() throws IOException {
        bench = new Bench();
        bench.workload(Workload.OK);
        bench.start();
    }

    @AfterAll
    static void stop() {
        bench.close();
    }

    private static Program openssl(Bench at, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "timeout",
                "20",
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + at.port(),
                "-CAfile",
                at.pki.trustFile().toString()));
        command.addAll(List.of(options));
        return Program.run(command, "Q\n");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
                    -tls1_3 | TLS_AES_256_GCM_SHA384
                    -tls1_3 -ciphersuites TLS_AES_256_GCM_SHA384 | TLS_AES_256_GCM_SHA384
                    -tls1_3 -ciphersuites TLS_CHACHA20_POLY1305_SHA256 | TLS_CHACHA20_POLY1305_SHA256
                    -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256 | TLS_AES_256_GCM_SHA384
                    -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256 | TLS_CHACHA20_POLY1305_SHA256
                    -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384 -groups P-521:P-384 | TLS_AES_256_GCM_SHA384
                    -tls1_3 -groups P-521:P-384 | TLS_AES_256_GCM_SHA384
                    -tls1_3 -groups P-256 | TLS_AES_256_GCM_SHA384
                    -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384 | TLS_AES_256_GCM_SHA384
                    -tls1_2 | ECDHE-ECDSA-AES256-GCM-SHA384
                    -tls1_2 -cipher ECDHE-ECDSA-CHACHA20-POLY1305 | ECDHE-ECDSA-CHACHA20-POLY1305
                    -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384 | ECDHE-ECDSA-AES256-GCM-SHA384
                    """)
    void anAllowedSuiteIsNegotiated(String options, String suite) throws IOException {
        Program seen = openssl(bench, options.split(" "));
        assertThat(seen.output()).contains("Cipher is " + suite, "Verification: OK");
        if (options.contains("tls1_2")) {
            assertThat(seen.output())
                    .contains("Extended master secret: yes", "Secure Renegotiation IS supported", "Compression: NONE");
        }
    }

    @ParameterizedTest(name = "{0} -> {2}")
    @CsvSource(delimiter = '|', textBlock = """
                    -tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256 | 40 | no-common-cipher
                    -ciphersuites TLS_AES_128_GCM_SHA256 | 40 | no-common-cipher
                    -tls1_3 -groups P-521 | 40 | no-common-group
                    -tls1_3 -groups P-521:X448 | 40 | no-common-group
                    -tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256 | 40 | no-common-cipher
                    -tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 | 40 | no-common-cipher
                    -tls1_2 -cipher ECDHE-ECDSA-AES256-SHA384:@SECLEVEL=0 | 40 | no-common-cipher
                    -tls1_2 -cipher DHE-RSA-AES256-GCM-SHA384 | 40 | no-common-cipher
                    -tls1_2 -cipher AES256-GCM-SHA384 | 40 | no-common-cipher
                    -tls1_1 -cipher ALL:@SECLEVEL=0 | 70 | no-common-version
                    -tls1 -cipher ALL:@SECLEVEL=0 | 70 | no-common-version
                    -alpn imap | 120 | no-common-protocol
                    """)
    void anythingElseIsRefusedWithItsAlertAndRecorded(String options, int alert, String reason) throws IOException {
        Program seen = openssl(bench, options.split(" "));
        assertThat(seen.output()).contains("SSL alert number " + alert, "Cipher is (NONE)");
        assertThat(bench.records("handshake-failed").getLast()).contains("\"reason\":\"" + reason + "\"");
    }

    @Test
    void tls12WithoutExtendedMasterSecretIsRefused() throws IOException {
        Path configuration = bench.folder.resolve("no-ems.cnf");
        Files.writeString(configuration, """
                openssl_conf = all
                [all]
                ssl_conf = ssl
                [ssl]
                system_default = default
                [default]
                Options = -ExtendedMasterSecret
                """);
        Program seen = Program.run(
                List.of(
                        "env",
                        "OPENSSL_CONF=" + configuration,
                        "timeout",
                        "20",
                        "openssl",
                        "s_client",
                        "-tls1_2",
                        "-connect",
                        "127.0.0.1:" + bench.port()),
                "Q\n");
        assertThat(seen.output()).contains("SSL alert number 40", "Cipher is (NONE)");
        bench.awaitRecord("handshake-failed", "no-extended-master-secret");
    }

    /** The last one is served by the JDK's engine. */
    @ParameterizedTest
    @ValueSource(
            strings = {"-tls1_2", "-tls1_3", "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"})
    void sessionsAreResumed(String client) throws IOException {
        Path session = bench.folder.resolve("session");
        List<String> how = new ArrayList<>(List.of(client.split(" ")));
        how.addAll(List.of(
                "-sess_out",
                session.toString(),
                "-CAfile",
                bench.pki.trustFile().toString(),
                "-ign_eof"));
        how.addAll(0, List.of("timeout", "20", "openssl", "s_client", "-connect", "127.0.0.1:" + bench.port()));
        Program.run(how, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(bench.records("handshake-done").getLast()).contains("\"resumed\":false");
        List<String> again = new ArrayList<>(List.of(client.split(" ")));
        again.addAll(List.of("-sess_in", session.toString()));
        assertThat(openssl(bench, again.toArray(String[]::new)).output()).contains("Reused, TLSv1." + client.charAt(6));
        assertThat(bench.records("handshake-done").getLast()).contains("\"resumed\":true");
    }

    @Test
    void renegotiationIsRefused() throws IOException {
        Program seen = Program.run(
                List.of("timeout", "20", "openssl", "s_client", "-tls1_2", "-connect", "127.0.0.1:" + bench.port()),
                "R\n");
        assertThat(seen.output()).containsAnyOf("no renegotiation", "error:");
        assertThat(bench.get("/").status()).isEqualTo(200);
    }

    /** Hellos that have come in half wait in memory, while others forge records that the JDK's engine is to decrypt. */
    @Test
    @Tag("B10")
    void recordsThatAreForgedLeaveOtherConnectionsAlone() throws Exception {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            own.start();
            byte[] hello = hello(own);
            List<Socket> waiting = new ArrayList<>();
            try {
                for (int i = 0; i < 100; i++) {
                    Socket socket = new Socket(InetAddress.getLoopbackAddress(), own.port());
                    waiting.add(socket);
                    socket.getOutputStream().write(hello, 0, hello.length / 2);
                }
                for (int i = 0; i < 50; i++) {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), own.port())) {
                        byte[] forged = Arrays.copyOf(hello, hello.length + 55);
                        System.arraycopy(new byte[] {23, 3, 3, 0, 50}, 0, forged, hello.length, 5);
                        socket.getOutputStream().write(forged);
                        assertThat(socket.getInputStream().readAllBytes()).startsWith(22, 3, 3);
                    }
                }
                for (Socket socket : waiting) {
                    socket.getOutputStream().write(hello, hello.length / 2, hello.length - hello.length / 2);
                    assertThat(socket.getInputStream().readNBytes(3)).containsExactly(22, 3, 3);
                }
            } finally {
                for (Socket socket : waiting) {
                    socket.close();
                }
            }
        }
    }

    /** A hello that the JDK's engine answers. */
    private static byte[] hello(Bench to) throws IOException {
        SSLEngine client = to.clientContext().createSSLEngine("localhost", to.port());
        client.setUseClientMode(true);
        client.setEnabledProtocols(new String[] {"TLSv1.3"});
        client.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"});
        ByteBuffer sent = ByteBuffer.allocate(1 << 15);
        client.wrap(ByteBuffer.allocate(0), sent);
        return Arrays.copyOf(sent.array(), sent.position());
    }

    @Test
    void bothProtocolsAreOfferedAndHttp2IsPreferred() throws IOException {
        assertThat(openssl(bench, "-alpn", "http/1.1,h2").output()).contains("ALPN protocol: h2");
        assertThat(openssl(bench, "-alpn", "http/1.1").output()).contains("ALPN protocol: http/1.1");
        assertThat(openssl(bench, "-alpn", "h2", "-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384")
                        .output())
                .contains("ALPN protocol: h2");
    }

    @Test
    void theMinimumVersionIsHonoured() throws IOException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            own.tlsExtra = "minimumVersion: TLSv1.3";
            own.start();
            assertThat(openssl(own, "-tls1_2").output()).contains("SSL alert number 70");
            assertThat(openssl(own, "-tls1_3").output()).contains("Cipher is TLS_AES_256_GCM_SHA384");
        }
    }

    @Test
    void anRsaCertificateServesRsaSuites() throws IOException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            Pki.Issued rsa = own.pki.issue(
                    "localhost",
                    "RSA",
                    Instant.now().minusSeconds(60),
                    Instant.now().plus(Duration.ofDays(1)));
            own.server = rsa;
            own.start();
            assertThat(openssl(own, "-tls1_2").output()).contains("Cipher is ECDHE-RSA-AES256-GCM-SHA384");
            assertThat(openssl(own, "-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305")
                            .output())
                    .contains("Cipher is ECDHE-RSA-CHACHA20-POLY1305");
            assertThat(openssl(own, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384")
                            .output())
                    .contains("Cipher is TLS_AES_256_GCM_SHA384");
        }
    }

    static Stream<Arguments> notTls() {
        return Stream.of(
                Arguments.of("plain HTTP", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "not-tls"),
                Arguments.of("garbage", "\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008", "not-tls"),
                Arguments.of("an SSLv2 hello", "\u0080.\u0001\u0003\u0001\u0000\u0015", "not-tls"),
                Arguments.of("an empty record", "\u0016\u0003\u0001\u0000\u0000", "not-tls"),
                Arguments.of(
                        "another handshake message",
                        "\u0016\u0003\u0001\u0000\u0004\u0002\u0000\u0000\u0000",
                        "not-tls"),
                Arguments.of(
                        "a hello that is cut",
                        "\u0016\u0003\u0001\u0000\u0008\u0001\u0000\u0000\u0004\u0003\u0003aa",
                        "malformed"),
                Arguments.of(
                        "a giant hello",
                        "\u0016\u0003\u0001@\u0000\u0001\u007f\u00ff\u00ff" + "a".repeat(0x3ffc),
                        "malformed"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("notTls")
    @Tag("B6")
    void whatIsNoHandshakeIsClosedAndRecorded(String name, String bytes, String reason) throws IOException {
        isClosedAndRecorded(bench, bytes, reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\u0016\u0003\u0001\u0002\u0000\u0001"})
    @Tag("B6")
    void soIsOneThatIsTooSlow(String bytes) throws IOException {
        try (Bench own = new Bench()) {
            own.listenerExtra = "timeouts: {handshake: 700ms}";
            own.workload(Workload.OK);
            own.start();
            isClosedAndRecorded(own, bytes, "too-slow");
        }
    }

    private static void isClosedAndRecorded(Bench at, String bytes, String reason) throws IOException {
        int before = at.records("handshake-failed").size();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), at.port()));
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] answer = in.readAllBytes();
            assertThat(new String(answer, StandardCharsets.ISO_8859_1))
                    .as("nothing in clear text")
                    .doesNotContain("HTTP");
        } catch (java.net.SocketException e) {
            // Reset is as good as closed.
        }
        Bench.eventually("recorded", () -> at.records("handshake-failed").size() == before + 1);
        assertThat(at.records("handshake-failed").getLast()).contains("\"reason\":\"" + reason + "\"");
    }

    @Test
    void aClientHelloInSmallRecordsAndSegmentsIsRead() throws IOException {
        assertThat(openssl(bench, "-tls1_3", "-max_send_frag", "512", "-split_send_frag", "512")
                        .output())
                .contains("Cipher is TLS_AES_256_GCM_SHA384");
    }

    @Test
    @Tag("B13")
    void connectionsOverTheLimitAreClosedAndRecorded() throws IOException {
        try (Bench own = new Bench()) {
            own.workload(Workload.OK);
            own.listenerExtra = "limits: {connections: 2}";
            own.start();
            try (Wire one = own.connect();
                    Wire two = own.connect()) {
                try (Socket three = new Socket(InetAddress.getLoopbackAddress(), own.port())) {
                    assertThat(three.getInputStream().read()).isEqualTo(-1);
                }
                assertThat(own.records("refused").getLast()).contains("connection-limit");
                for (Wire wire : List.of(one, two)) {
                    assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
                                    .read()
                                    .status())
                            .isEqualTo(200);
                }
            }
        }
    }
}
