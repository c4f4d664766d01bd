package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B3")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class ForwardingTest {
    private final Bench bench = new Bench();
    private Workload host;

    @BeforeEach
    void start() throws IOException {
        host = bench.workload(Workload.OK);
        bench.start();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    @Tag("B11")
    void anAnswerCarriesTheIdOfItsRecord() throws IOException {
        Wire.Answer answer = bench.get("/patients/4711?name=Doe");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("ok");
        List<String> records = bench.records("exchange");
        assertThat(records).hasSize(1);
        assertThat(records.getFirst())
                .contains(
                        "\"exchange\":\"" + answer.field("x-request-id") + "\"",
                        "\"route\":\"all\"",
                        "\"status\":200",
                        "\"outcome\":\"answered\"")
                .doesNotContain("patients", "4711", "Doe");
    }

    @Test
    void theHostLearnsTheClientFromUsAndNotFromTheClient() throws IOException {
        bench.ask("GET / HTTP/1.1\r\n"
                + "Host: ehr.example:9443\r\n"
                + "X-Forwarded-For: 6.6.6.6\r\n"
                + "X_Forwarded_For: 6.6.6.6\r\n"
                + "X-Forwarded-Host: evil\r\n"
                + "X-Forwarded-Client-Cert: evil\r\n"
                + "Client-Cert: evil\r\nclient_cert_chain: evil\r\nX-Client-Cert: evil\r\nX-SSL-Client-CN: evil\r\n"
                + "X_SSL_Client_Verify: evil\r\nssl-client-subject-dn: evil\r\nX-Amzn-Mtls-Clientcert: evil\r\n"
                + "X-ARR-ClientCert: evil\r\n"
                + "X-Real-IP: 6.6.6.6\r\n"
                + "Forwarded: for=6.6.6.6\r\n"
                + "X-Request-Id: evil\r\n\r\n");

        Workload.Received got = host.received().getFirst();
        assertThat(got.fields("x-forwarded-for")).containsExactly("127.0.0.1");
        assertThat(got.fields("x-forwarded-proto")).containsExactly("https");
        assertThat(got.fields("x-forwarded-host")).containsExactly("ehr.example:9443");
        assertThat(got.fields("x-forwarded-port")).containsExactly("9443");
        assertThat(got.fields("forwarded")).containsExactly("for=127.0.0.1;host=\"ehr.example:9443\";proto=https");
        assertThat(got.fields("host")).containsExactly("ehr.example:9443");
        assertThat(got.fields("via")).containsExactly("1.1 phigate");
        assertThat(String.join("\n", got.fields())).doesNotContain("6.6.6.6", "evil");
    }

    /** A host that reads underscores as hyphens, or another path than the one a route was chosen by, would be led astray. */
    @Test
    @Tag("B10")
    void fieldsThatSomeHostsTakeForOthersEndHere() throws IOException {
        bench.ask(
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nTransfer_Encoding: chunked\r\nContent_Length: 7\r\n"
                        + "X-Original-URL: /evil\r\nX_Rewrite_Url: /evil\r\nProxy: http://evil\r\nClient-IP: evil\r\n"
                        + "True_Client_IP: evil\r\nX-Client-Ip: evil\r\nX-Cluster-Client-IP: evil\r\n"
                        + "X-Host: evil\r\nX_Original_Host: evil\r\nX-HTTP-Host-Override: evil\r\nX-Hosting: mine\r\n\r\n");
        assertThat(String.join("\n", host.received().getLast().fields()).toLowerCase(java.util.Locale.ROOT))
                .contains("content-length: 0", "x-hosting: mine")
                .doesNotContain("evil", "chunked", "content_length");
    }

    @Test
    @Tag("B10")
    void whatDecidesHowAMessageIsTakenIsNoTrailer() throws IOException {
        host.behave((request, wire) -> {
            StringBuilder got = new StringBuilder();
            for (String line = Workload.line(wire.in()); !line.isEmpty(); line = Workload.line(wire.in())) {
                got.append(line).append('|');
            }
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(got.length())
                    + "\r\n" + got + "\r\n0\r\nSet-Cookie: a=b\r\nContent-Type: x/y\r\nX-Sum: 1\r\n\r\n");
        });
        Wire.Answer answer =
                bench.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: x\r\n"
                        + "Cookie: s=1\r\nTransfer_Encoding: x\r\nIF-Match: x\r\nX-Sum: 7\r\n\r\n");
        assertThat(answer.text()).isEqualTo("0|X-Sum: 7|");
        assertThat(answer.fields().stream().filter(field -> field.startsWith("trailer-")))
                .containsExactly("trailer-X-Sum: 1");
    }

    @Test
    void trailersThatAHostNamesInConnectionEndHere() throws IOException {
        host.behave(
                (request, wire) -> wire.send("HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nTransfer-Encoding: chunked\r\n"
                        + "\r\n0\r\nx-hop: 1\r\nX-End: 2\r\n\r\n"));
        Wire.Answer answer = bench.get("/");
        assertThat(answer.field("trailer-x-end")).isEqualTo("2");
        assertThat(answer.field("trailer-x-hop")).isNull();
    }

    @Test
    void fieldsAboutAHopEndThere() throws IOException {
        host.behave((request, wire) ->
                wire.send("HTTP/1.1 200 OK\r\nConnection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                        + "Proxy-Authenticate: Basic\r\nX-End: 2\r\nContent-Length: 0\r\n\r\n"));

        Wire.Answer answer = bench.ask("GET / HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Connection: x-secret, keep-alive\r\n"
                + "X-Secret: 1\r\n"
                + "Keep-Alive: 5\r\n"
                + "Proxy-Connection: close\r\n"
                + "Proxy-Authorization: Basic x\r\n"
                + "TE: gzip\r\n"
                + "X-End: 2\r\n\r\n");

        Workload.Received got = host.received().getFirst();
        assertThat(got.field("x-end")).isEqualTo("2");
        for (String gone :
                List.of("connection", "x-secret", "keep-alive", "proxy-connection", "proxy-authorization", "te")) {
            assertThat(got.fields(gone)).as(gone).isEmpty();
        }
        assertThat(answer.field("x-end")).isEqualTo("2");
        for (String gone : List.of("x-hop", "keep-alive", "proxy-authenticate", "connection")) {
            assertThat(answer.field(gone)).as(gone).isNull();
        }
    }

    @Test
    @Tag("B1")
    void everyAnswerHasStrictTransportSecurityAlsoARefusal() throws IOException {
        String expected = "max-age=63072000; includeSubDomains";
        assertThat(bench.get("/").field("strict-transport-security")).isEqualTo(expected);
        assertThat(bench.ask("GET / HTTP/1.1\r\n\r\n").field("strict-transport-security"))
                .isEqualTo(expected);
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws IOException {
        host.behave((request, wire) -> {
            String path = request.requestLine().split(" ", -1)[1];
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
        });
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
        }
        try (Wire wire = bench.connect()) {
            wire.send(all.toString());
            for (int i = 0; i < 50; i++) {
                assertThat(wire.read().text()).isEqualTo("/" + i);
            }
        }
    }

    @Test
    void headAndStatusesWithoutABodyAreNotWaitedOn() throws IOException {
        host.behave((request, wire) -> {
            String path = request.requestLine().split(" ", -1)[1];
            wire.send(
                    switch (path) {
                        case "/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
                        case "/304" -> "HTTP/1.1 304 Not Modified\r\nETag: \"1\"\r\nContent-Length: 99\r\n\r\n";
                        default -> "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
                    });
        });
        try (Wire wire = bench.connect()) {
            Wire.Answer none = wire.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n").read();
            assertThat(none.status()).isEqualTo(204);
            assertThat(none.field("content-length")).isNull();
            assertThat(none.field("transfer-encoding")).isNull();
            assertThat(wire.send("GET /304 HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                    .isEqualTo(304);
            Wire.Answer head = wire.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").read(true);
            assertThat(head.field("content-length")).isEqualTo("1000");
            assertThat(wire.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                    .isEqualTo(204);
        }
        assertThat(host.connections()).as("connections to the host").isEqualTo(1);
    }

    @Test
    void chunksAndTrailersGoBothWays() throws IOException {
        host.behave((request, wire) -> {
            long length = wire.readBody(request);
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n4\r\n"
                    + "%04d".formatted(length) + "\r\n0\r\nX-Sum: 7\r\nContent-Length: 3\r\n\r\n");
        });
        Wire.Answer answer = bench.ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "5;x=y\r\nhello\r\n6\r\n world\r\n0\r\nX-End: 1\r\n\r\n");
        assertThat(answer.text()).isEqualTo("0011");
        assertThat(answer.field("trailer-x-sum")).isEqualTo("7");
        assertThat(answer.field("trailer-content-length")).isNull();
    }

    @Test
    void anAnswerThatEndsWithItsConnectionArrivesInChunks() throws IOException {
        host.behave((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\n\r\nall of it");
            wire.socket().close();
        });
        Wire.Answer answer = bench.get("/");
        assertThat(answer.text()).isEqualTo("all of it");
        assertThat(answer.field("transfer-encoding")).isEqualTo("chunked");
    }

    @Test
    void aClientThatAsksFirstIsToldToContinueByTheHost() throws IOException {
        host.behave((request, wire) -> {
            if ("100-continue".equals(request.field("expect"))) {
                wire.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            Workload.OK.answer(request, wire);
        });
        try (Wire wire = bench.connect()) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(wire.read().status()).isEqualTo(100);
            assertThat(wire.send("abc").read().status()).isEqualTo(200);
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestIsTheLastOfItsConnection() throws IOException {
        host.behave((request, wire) -> wire.send("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"));
        try (Wire wire = bench.connect()) {
            wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc");
            Wire.Answer answer = wire.read();
            assertThat(answer.status()).isEqualTo(403);
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(wire.ended()).isTrue();
        }
    }

    @Test
    void connectionCloseAndOldClientsAreAnsweredAndClosed() throws IOException {
        for (String request : List.of(
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET / HTTP/1.0\r\nHost: a\r\n\r\n")) {
            try (Wire wire = bench.connect()) {
                Wire.Answer answer = wire.send(request).read();
                assertThat(answer.text()).isEqualTo("ok");
                assertThat(answer.field("connection")).isEqualTo("close");
                assertThat(wire.ended()).isTrue();
            }
        }
    }

    @Test
    @Tag("B11")
    void whoEndsTheConnectionBeforeTheAnswerIsRecordedAsGone() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        host.behave((request, wire) -> {
            assertThat(awaited(ended)).isTrue();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        try (Wire wire = bench.connect()) {
            wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Bench.eventually("the host is asked", () -> !host.received().isEmpty());
            wire.socket().shutdownOutput();
            assertThat(wire.ended()).isTrue();
            Bench.eventually("the record", () -> !outcomes().isEmpty());
            assertThat(outcomes()).contains("client-gone");
        } finally {
            ended.countDown();
        }
    }

    private String outcomes() throws IOException {
        return String.join("\n", bench.records("exchange"));
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFullUrlIsForwardedAsItsPath() throws IOException {
        assertThat(bench.ask("GET https://a/x?y HTTP/1.1\r\nHost: a\r\n\r\n").status())
                .isEqualTo(200);
        assertThat(host.received().getFirst().requestLine()).isEqualTo("GET /x?y HTTP/1.1");
    }

    @Test
    void optionsGoesAsFarAsItSays() throws IOException {
        Wire.Answer ours = bench.ask("OPTIONS /x HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n");
        assertThat(ours.status()).isEqualTo(204);
        assertThat(ours.field("allow")).contains("GET", "POST");
        assertThat(ours.field("content-length")).isNull();
        assertThat(host.received()).isEmpty();
        bench.ask("OPTIONS /x HTTP/1.1\r\nHost: a\r\nMax-Forwards: 3\r\n\r\n");
        assertThat(host.received().getLast().field("max-forwards")).isEqualTo("2");
        bench.ask("OPTIONS https://a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(host.received().getLast().requestLine()).isEqualTo("OPTIONS * HTTP/1.1");
    }

    @Test
    void oneByteAtATimeIsARequestToo() throws IOException {
        try (Wire wire = bench.connect()) {
            for (char c :
                    "\r\nPOST /slow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n"
                            .toCharArray()) {
                wire.send(String.valueOf(c));
            }
            assertThat(wire.read().status()).isEqualTo(200);
            assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                    .isEqualTo(200);
        }
    }

    @Test
    void connectionsToTheHostAreUsedAgain() throws IOException {
        try (Wire wire = bench.connect()) {
            for (int i = 0; i < 20; i++) {
                assertThat(wire.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                        .isEqualTo(200);
            }
        }
        assertThat(host.connections()).isEqualTo(1);
    }

    @Test
    @Tag("B10")
    void aHostOtherThanTheServerNameIsMisdirected() throws IOException {
        for (String version : List.of("--http1.1", "--http2")) {
            for (String asked : List.of("localhost", "LOCALHOST:1", "elsewhere.example")) {
                Program curl = Program.run(List.of(
                        "curl",
                        "-s",
                        version,
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "--cacert",
                        bench.pki.trustFile().toString(),
                        "-H",
                        "Host: " + asked,
                        "https://localhost:" + bench.port() + "/"));
                assertThat(curl.output()).as(version + " " + asked).isEqualTo(asked.contains(".") ? "421" : "200");
            }
        }
        assertThat(bench.records("refused").getLast()).contains("\"rule\":\"host-differs-from-sni\"");
    }
}
