package dev.phigate.balancer.fuzz;

import dev.phigate.balancer.ConfigurationFuzz;
import dev.phigate.balancer.Http2Fuzz;
import dev.phigate.balancer.discovery.DnsFuzz;
import dev.phigate.balancer.discovery.HostsFuzz;
import dev.phigate.balancer.http.hop.GrpcFuzz;
import dev.phigate.balancer.http.http1.RequestFuzz;
import dev.phigate.balancer.http.http1.ResponseFuzz;
import dev.phigate.balancer.http.http2.HostFuzz;
import dev.phigate.balancer.http.policy.PathFuzz;
import dev.phigate.balancer.http.session.CookieFuzz;
import dev.phigate.balancer.http.trace.TraceFuzz;
import dev.phigate.balancer.http.websocket.WebSocketFuzz;
import dev.phigate.balancer.listener.ProxyFuzz;
import dev.phigate.balancer.tls.CertificateFuzz;
import dev.phigate.balancer.tls.ClientHelloFuzz;
import dev.phigate.balancer.tls.certificate.RevocationFuzz;
import dev.phigate.balancer.tls.staple.OcspFuzz;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What is fuzzed, and inputs to begin with. */
@SuppressWarnings("ImmutableEnumChecker") // what it refers to are static methods
enum FuzzTarget {
    REQUEST(
            RequestFuzz::fuzzerTestOneInput,
            "\7GET /a?b HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n",
            "\1POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n",
            "\3PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET "),
    RESPONSE(
            ResponseFuzz::fuzzerTestOneInput,
            "\0HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            "\1HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"),
    HTTP2(Http2Fuzz::fuzzerTestOneInput, Http2Fuzz::seeds),
    HTTP2_HOST(HostFuzz::fuzzerTestOneInput, HostFuzz::seeds),
    WEB_SOCKET(WebSocketFuzz::fuzzerTestOneInput, WebSocketFuzz::seeds),
    GRPC(GrpcFuzz::fuzzerTestOneInput, "99999999H", "1M", "0S", "100m", "250u", "07n"),
    CLIENT_HELLO(ClientHelloFuzz::fuzzerTestOneInput, hello()),
    PROXY(
            ProxyFuzz::fuzzerTestOneInput,
            "\3PROXY TCP4 192.0.2.1 192.0.2.2 5 443\r\nrest",
            "\3PROXY UNKNOWN\r\n",
            "\7\r\n\r\n\0\r\nQUIT\n!\21\0\20" + "\u00c0\0\2\1\u00c0\0\2\2" + "\0\5\1\u00bb" + "\4\0\1xrest",
            "\2\r\n\r\n\0\r\nQUIT\n\40\0\0\0rest"),
    TRACE(TraceFuzz::fuzzerTestOneInput, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=1,b@c=2, d=3"),
    COOKIE(CookieFuzz::fuzzerTestOneInput, "sid=x; other=y", "other=\"a;b\"; sid=;sid"),
    PATH(PathFuzz::fuzzerTestOneInput, "\0fhir/Patient/7", "\1a/..;/b//c%2fd", "\2%61dmin;x=y/z?q"),
    RECORD(
            RecordFuzz::fuzzerTestOneInput,
            "{\"identity\":\"a\\u0001b\",\"v\":1}",
            "lb-1\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u00e2\u0080\u0094 lb-1 AAAAAAAA\n",
            "0/x001/002.p/3"),
    SEGMENT(SegmentFuzz::fuzzerTestOneInput, "phigate-segment"),
    HOSTS(
            HostsFuzz::fuzzerTestOneInput,
            "# hosts\nhttps://192.0.2.1:8443 weight=3 zone=a\n\nhttps://[2001:db8::1]:1\n",
            "https://192.0.2.1:99999\n"),
    DNS(DnsFuzz::fuzzerTestOneInput, DnsFuzz::seeds),
    CERTIFICATE(CertificateFuzz::fuzzerTestOneInput, CertificateFuzz::seeds),
    REVOCATION(RevocationFuzz::fuzzerTestOneInput, RevocationFuzz::seeds),
    OCSP(OcspFuzz::fuzzerTestOneInput, OcspFuzz::seeds),
    CONFIGURATION(
            ConfigurationFuzz::fuzzerTestOneInput,
            () -> ConfigurationFuzz.seeds().stream()
                    .map(text -> text.getBytes(StandardCharsets.UTF_8))
                    .toList());

    private static final List<FuzzTarget> ALL = List.of(values());

    private final Entry entry;
    private final Supplier<List<byte[]>> seeds;

    /** One input of one target. */
    @FunctionalInterface
    interface Entry {
        void take(byte[] input) throws Exception;
    }

    FuzzTarget(Entry entry, Supplier<List<byte[]>> seeds) {
        this.entry = entry;
        this.seeds = seeds;
    }

    FuzzTarget(Entry entry, String... seeds) {
        this(
                entry,
                () -> Stream.of(seeds)
                        .map(seed -> seed.getBytes(StandardCharsets.ISO_8859_1))
                        .toList());
    }

    /** Whose an input is that begins with this byte. */
    static FuzzTarget of(byte first) {
        return ALL.get((first & 0xff) % ALL.size());
    }

    /** The byte that its inputs begin with. */
    int first() {
        return ALL.indexOf(this);
    }

    void take(byte[] input) throws Exception {
        entry.take(input);
    }

    List<byte[]> seeds() {
        return seeds.get();
    }

    /** A hello with a server name and ALPN, as far as the reader goes. */
    private static String hello() {
        String hex = "0303" + "00".repeat(32) + "00" + "00021301" + "0100" + "001e" + "0000000c000a000007612e6578616d70"
                + "0010000500030268320017000000";
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }
}
