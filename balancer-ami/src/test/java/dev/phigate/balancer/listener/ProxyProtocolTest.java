package dev.phigate.balancer.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Connections that a layer-4 balancer passes on, with its word for whom they are. */
@Tag("B4")
@NullUnmarked // a null where none should be fails the test that meets it
final class ProxyProtocolTest {
    private static final byte[] SIGNATURE = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");
    private static final int LOCAL = 0;
    private static final int PROXY = 1;
    private static final int TCP4 = 0x11;
    private static final int TCP6 = 0x21;
    private final Bench bench = new Bench();

    @BeforeEach
    void host() {
        bench.workload(Workload.OK);
        trust("from: [127.0.0.1, \"10.0.0.0/8\"]", "30s");
    }

    private void trust(String from, String patience) {
        bench.listenerExtra = "timeouts: {handshake: " + patience + "}, proxyProtocol: {" + from + "}";
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static byte[] v1(String line) {
        return (line + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** Version 2 with IPv4 or IPv6 addresses (section 2.2 of the protocol's specification), and one extra field. */
    private static byte[] v2(int command, int family, String source, int port) {
        byte[] from = InetAddress.ofLiteral(source).getAddress();
        byte[] extra = {4, 0, 2, 9, 9};
        return ByteBuffer.allocate(16 + 2 * from.length + 4 + extra.length)
                .put(SIGNATURE)
                .put((byte) (0x20 | command))
                .put((byte) family)
                .putShort((short) (2 * from.length + 4 + extra.length))
                .put(from)
                .put(new byte[from.length])
                .putShort((short) port)
                .putShort((short) 8443)
                .put(extra)
                .array();
    }

    private String ask(byte[] header) throws IOException {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
            plain.setSoTimeout(30_000);
            plain.getOutputStream().write(header);
            try (SSLSocket secured = (SSLSocket)
                    bench.clientContext().getSocketFactory().createSocket(plain, "localhost", bench.port(), true)) {
                secured.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                ByteArrayOutputStream answer = new ByteArrayOutputStream();
                secured.getInputStream().transferTo(answer);
                return answer.toString(StandardCharsets.ISO_8859_1);
            }
        }
    }

    private String atTheHost(String field) {
        return bench.workloads.getFirst().received().getLast().field(field);
    }

    @Test
    @Tag("B11")
    void theClientIsWhomTheProxyNames() throws IOException {
        bench.start();
        assertThat(ask(v1("PROXY TCP4 203.0.113.7 192.0.2.1 40000 8443"))).startsWith("HTTP/1.1 200 ");
        assertThat(atTheHost("x-forwarded-for")).isEqualTo("203.0.113.7");
        assertThat(atTheHost("x-forwarded-port")).isEqualTo("8443");
        assertThat(atTheHost("forwarded")).startsWith("for=203.0.113.7;");
        assertThat(bench.records("connection-accepted").getLast())
                .contains("\"source\":\"203.0.113.7\"", "\"sourcePort\":40000", "\"proxy\":\"127.0.0.1\"")
                .contains("\"local\":\"127.0.0.1\"", "\"localPort\":" + bench.port());
        assertThat(bench.records("handshake-done").getLast()).contains("\"source\":\"203.0.113.7\"");
        assertThat(bench.records("exchange").getLast()).contains("\"source\":\"203.0.113.7\"", "\"sourcePort\":40000");
        assertThat(ask(v1("PROXY TCP6 2001:db8::7 2001:db8::1 40001 8443"))).startsWith("HTTP/1.1 200 ");
        assertThat(atTheHost("x-forwarded-for")).isEqualTo("2001:db8:0:0:0:0:0:7");
        assertThat(ask(v2(PROXY, TCP4, "203.0.113.8", 40002))).startsWith("HTTP/1.1 200 ");
        assertThat(atTheHost("x-forwarded-for")).isEqualTo("203.0.113.8");
        assertThat(ask(v2(PROXY, TCP6, "2001:db8::8", 40003))).startsWith("HTTP/1.1 200 ");
        assertThat(atTheHost("x-forwarded-for")).isEqualTo("2001:db8:0:0:0:0:0:8");
    }

    @Test
    void aProxyMaySpeakForItself() throws IOException {
        bench.start();
        assertThat(ask(v2(LOCAL, TCP4, "203.0.113.9", 1))).startsWith("HTTP/1.1 200 ");
        assertThat(atTheHost("x-forwarded-for")).isEqualTo("127.0.0.1");
    }

    @Test
    @Tag("B13")
    void limitsOfASourceAreThoseOfTheClientBehindTheProxy() throws IOException {
        bench.listenerExtra += ", limits: {connectionsPerSource: 1}";
        bench.start();
        try (Socket held = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
            held.getOutputStream().write(v1("PROXY TCP4 203.0.113.7 192.0.2.1 1 443"));
            Bench.eventually(
                    "it is admitted", () -> bench.records("connection-accepted").size() == 1);
            refused(v1("PROXY TCP4 203.0.113.7 192.0.2.1 2 443"), "source-connection-limit");
            assertThat(ask(v1("PROXY TCP4 203.0.113.8 192.0.2.1 3 443")))
                    .as("another client of the same proxy")
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    @Tag("B13")
    void ratesOfASourceAreThoseOfTheClientBehindTheProxy() throws IOException {
        bench.listenerExtra += ", limits: {requestsPerSource: {perSecond: 1, burst: 1}}";
        bench.start();
        String[] last = {""};
        Bench.eventually("one client has asked twice within a second", () -> {
            last[0] = ask(v1("PROXY TCP4 203.0.113.7 192.0.2.1 1 443"));
            return last[0].startsWith("HTTP/1.1 429 ");
        });
        assertThat(ask(v1("PROXY TCP4 203.0.113.8 192.0.2.1 3 443"))).startsWith("HTTP/1.1 200 ");
    }

    /** Sends bytes and expects the connection to end without an answer, and to be recorded. */
    private void refused(byte[] bytes, String rule) throws IOException {
        int before = bench.records("refused").size();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes);
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        } catch (java.net.SocketException e) {
            // Reset is as good as closed.
        }
        Bench.eventually("it is recorded", () -> bench.records("refused").size() == before + 1);
        assertThat(bench.records("refused").getLast()).contains("\"rule\":\"" + rule + "\"");
    }

    @Test
    void whatIsNoHeaderEndsTheConnectionAndIsRecorded() throws IOException {
        bench.start();
        for (String line : List.of(
                "GET / HTTP/1.1",
                "PROXY TCP4 203.0.113.7 192.0.2.1 40000",
                "PROXY TCP4 2001:db8::7 192.0.2.1 40000 443",
                "PROXY TCP4 203.0.113.7 192.0.2.1 70000 443",
                "PROXY TCP4 203.0.113.7 192.0.2.1 -1 443",
                "PROXY TCP4 localhost 192.0.2.1 40000 443",
                "PROXY TCP6 fe80::1%nowhere0 fe80::2 40000 443",
                "PROXY UDP4 203.0.113.7 192.0.2.1 40000 443",
                "proxy tcp4 203.0.113.7 192.0.2.1 40000 443",
                "PROXY UNKNOWN")) {
            refused(v1(line), "proxy-header");
            assertThat(bench.records("refused").getLast()).contains("\"reason\":\"bad-proxy-header\"");
        }
        assertThat(bench.records("connection-accepted")).isEmpty();
    }

    @Test
    void whatIsNoHeaderOfTheSecondVersionEndsTheConnectionToo() throws IOException {
        bench.start();
        refused(v2(PROXY, 0x00, "203.0.113.7", 1), "proxy-header");
        refused(v2(PROXY, 0x12, "203.0.113.7", 1), "proxy-header");
        refused(v2(PROXY, 0x31, "203.0.113.7", 1), "proxy-header");
        refused(v2(PROXY, 0xf1, "203.0.113.7", 1), "proxy-header");
        refused(v2(7, TCP4, "203.0.113.7", 1), "proxy-header");
        refused(v2(PROXY, TCP6, "203.0.113.7", 1), "proxy-header");
        refused(v2(0x10 | PROXY, TCP4, "203.0.113.7", 1), "proxy-header");
        byte[] hello = new byte[512];
        System.arraycopy(HexFormat.of().parseHex("16030102000100"), 0, hello, 0, 7);
        refused(hello, "proxy-header");
        assertThat(bench.records("connection-accepted")).isEmpty();
    }

    @Test
    void aHeaderThatIsCutIsNotAwaitedForLong() throws IOException {
        trust("from: [127.0.0.1]", "300ms");
        bench.start();
        for (String start : List.of("", "PROXY ", "PROXY TCP4 203.0.113.7 192.0.2.1 40000 443")) {
            refused(start.getBytes(StandardCharsets.US_ASCII), "proxy-header-late");
        }
        byte[] cut = v2(PROXY, TCP4, "203.0.113.7", 1);
        refused(Arrays.copyOf(cut, cut.length - 1), "proxy-header-late");
        cut[14] = (byte) 0xff;
        refused(cut, "proxy-header-late");
    }

    @Test
    void aHeaderOfAStrangerIsNotBelieved() throws IOException {
        trust("from: [\"10.0.0.0/8\", \"127.0.0.2/31\", \"::/1\"]", "30s");
        bench.start();
        refused(v1("PROXY TCP4 203.0.113.7 192.0.2.1 40000 443"), "proxy-not-believed");
        assertThat(bench.records("refused").getLast())
                .contains("\"reason\":\"source-not-allowed\"", "\"source\":\"127.0.0.1\"");
    }

    @Test
    void withoutAProxyAHeaderIsNoTls() throws IOException {
        bench.listenerExtra = "";
        bench.start();
        refusedHandshake(v1("PROXY TCP4 203.0.113.7 192.0.2.1 40000 443"));
    }

    private void refusedHandshake(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), bench.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(bytes);
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        } catch (java.net.SocketException e) {
            // Reset is as good as closed.
        }
        Bench.eventually(
                "it is recorded", () -> bench.records("handshake-failed").size() == 1);
        assertThat(bench.records("handshake-failed").getLast()).contains("not-tls", "\"source\":\"127.0.0.1\"");
    }

    @Test
    void networksThatAreNoneAreRefused() throws IOException {
        trust("from: [everywhere, abc, \"10.1\", \"10.0.0.0/99\", \"10.0.0.0/x\", \"0.0.0.0/0\", \"::/0\"]", "30s");
        bench.write();
        InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> bench.read());
        String expected = " (expected: an address, or a network such as 10.0.0.0/8, but not everybody)";
        assertThat(String.join("\n", refused.problems()))
                .contains("proxyProtocol.from: everywhere" + expected, "abc" + expected, "10.1" + expected)
                .contains("10.0.0.0/99" + expected, "10.0.0.0/x" + expected, "0.0.0.0/0" + expected, "::/0" + expected);
        trust("from: []", "30s");
        bench.write();
        refused = catchThrowableOfType(InvalidSettings.class, () -> bench.read());
        assertThat(String.join("\n", refused.problems())).contains("at least one network such as 10.0.0.0/8");
    }
}
