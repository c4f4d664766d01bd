package dev.phigate.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.OpenSsl;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that show a certificate, and what becomes of them when it is revoked. */
@Tag("B1")
@Tag("B9")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class ClientCertificateTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private final Bench bench = new Bench();
    private final Pki.Issued alice = bench.pki.issue("alice");
    private final Pki.Issued bob = bench.pki.issue("bob");
    private final Path revoked = bench.folder.resolve("revoked.pem");

    @BeforeEach
    void host() {
        bench.workload(Workload.OK);
        bench.pki.revoke(revoked, tomorrow());
        bench.tlsExtra = "clientTrust: " + bench.pki.trustFile() + ", clientRevocations: " + revoked;
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static Instant tomorrow() {
        return Instant.now().plus(Duration.ofDays(1));
    }

    private Wire connect(Pki.Issued who) throws IOException {
        return new Wire(bench.pki.context(who), bench.port());
    }

    private static String pem(Pki.Issued who) {
        return " -cert " + who.certificateFile() + " -key " + who.keyFile();
    }

    private String handshake(String options) throws IOException {
        return OpenSsl.connect(
                        bench,
                        (options + " -ign_eof").strip(),
                        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                .output();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-tls1_3", "-tls1_2", "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384"})
    void whoIsDemandedToShowACertificateIsKnownByItsName(String options) throws IOException {
        bench.start();
        assertThat(handshake(options + pem(alice))).contains("HTTP/1.1 200 ");
        assertThat(bench.records("exchange").getLast()).contains("\"identity\":\"alice\"");
        assertThat(handshake(options)).doesNotContain("HTTP/1.1").contains("SSL alert number");
        bench.awaitRecord("handshake-failed", "client-certificate");
        Pki others = new Pki(bench.folder.resolve("others"));
        assertThat(handshake(options + pem(others.issue("alice")))).doesNotContain("HTTP/1.1 ");
    }

    /** Each with its engine; 46 is what the JDK's engine says of whatever is not revoked (RFC 8446 section 6.2: for whatever has no own). */
    @ParameterizedTest
    @CsvSource({
        "-tls1_3, 48, 45",
        "-tls1_2, 48, 45",
        "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384, 46, 46"
    })
    void theAlertSaysWhatIsWrongWithACertificate(String options, int unknownAuthority, int expired) throws IOException {
        bench.start();
        Pki others = new Pki(bench.folder.resolve("others"));
        Pki strangers = new Pki(bench.folder.resolve("strangers"), "CN=Strangers");
        Instant now = Instant.now();
        Pki.Issued over = bench.pki.issue("alice", "EC", now.minusSeconds(7200), now.minusSeconds(3600));
        Pki.Issued early = bench.pki.issue("alice", "EC", now.plusSeconds(3600), now.plusSeconds(7200));
        assertThat(handshake(options + pem(strangers.issue("alice")))).contains("SSL alert number " + unknownAuthority);
        assertThat(handshake(options + pem(others.issue("alice"))))
                .as("an authority of the same name with another key")
                .contains("SSL alert number " + unknownAuthority);
        assertThat(handshake(options + pem(over))).contains("SSL alert number " + expired);
        assertThat(handshake(options + pem(early))).contains("SSL alert number " + expired);
        bench.pki.revoke(revoked, now.minusSeconds(5));
        awaitThatNobodyGetsInAs(alice);
        assertThat(handshake(options + pem(alice))).as("standing unknown").contains("SSL alert number 46");
    }

    @Test
    void whoIsRequestedToShowOneMayHaveNoneButNotAWrongOne() throws IOException {
        bench.tlsExtra += ", clientCertificate: request";
        bench.start();
        assertThat(handshake("")).contains("HTTP/1.1 200 ");
        assertThat(bench.records("exchange").getLast()).doesNotContain("alice");
        assertThat(handshake(pem(alice).strip())).contains("HTTP/1.1 200 ");
        assertThat(bench.records("exchange").getLast()).contains("\"identity\":\"alice\"");
        Pki others = new Pki(bench.folder.resolve("others"));
        assertThat(handshake(pem(others.issue("eve")).strip())).doesNotContain("HTTP/1.1 ");
    }

    @Test
    void aRequestOnAnOpenConnectionIsRefusedOnceItsCertificateIsRevoked() throws IOException {
        bench.start();
        try (Wire open = connect(alice);
                Wire other = connect(bob)) {
            assertThat(open.send(GET).read().status()).isEqualTo(200);
            bench.pki.revoke(revoked, tomorrow(), alice);
            awaitThatNobodyGetsInAs(alice);
            Wire.Answer last = open.send(GET).read();
            assertThat(last.status()).isEqualTo(403);
            assertThat(last.field("connection")).isEqualTo("close");
            assertThat(open.ended()).isTrue();
            assertThat(bench.records("refused").getLast())
                    .contains("client-certificate-revoked", "\"identity\":\"alice\"");
            assertThat(other.send(GET).read().status()).isEqualTo(200);
        }
        assertThat(handshake("-tls1_3" + pem(alice)))
                .contains("SSL alert number 44")
                .doesNotContain("HTTP/1.1 ");
        assertThat(bench.workloads.getFirst().received().size())
                .as("nothing went to the host once it was refused")
                .isEqualTo(bench.records("exchange").size());
    }

    @Test
    void whatIsUnderWayWhenItsCertificateIsRevokedEndsAndItsConnectionWithIt() throws IOException {
        CompletableFuture<Void> go = new CompletableFuture<>();
        bench.workloads.getFirst().behave((request, wire) -> {
            if (request.requestLine().contains("slow")) {
                go.join();
            }
            Workload.OK.answer(request, wire);
        });
        bench.start();
        try (Wire open = connect(alice)) {
            open.send(GET.replace("GET /", "GET /slow"));
            Bench.eventually(
                    "the host has the request",
                    () -> !bench.workloads.getFirst().received().isEmpty());
            bench.pki.revoke(revoked, tomorrow(), alice);
            awaitThatNobodyGetsInAs(alice);
            go.complete(null);
            Wire.Answer answer = open.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.field("connection")).isEqualTo("close");
            assertThat(open.ended()).isTrue();
        }
    }

    /** The list is read by a thread of its own: a new connection tells whether it was. */
    private void awaitThatNobodyGetsInAs(Pki.Issued who) {
        Bench.eventually(
                "a new handshake of " + who.certificateFile() + " is refused",
                () -> !handshake("-tls1_3" + pem(who)).contains("HTTP/1.1 200 "));
    }

    @Test
    void aSessionThatWasMadeBeforeDoesNotOutliveTheRevocation() throws IOException {
        bench.start();
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            Path session = bench.folder.resolve("session" + version);
            Pki.Issued client = bench.pki.issue("client");
            assertThat(handshake(version + pem(client) + " -sess_out " + session))
                    .contains("HTTP/1.1 200 ");
            String again = version + pem(client) + " -sess_in " + session;
            assertThat(handshake(again)).contains("Reused, TLSv1", "HTTP/1.1 200 ");
            bench.pki.revoke(revoked, tomorrow(), client);
            Bench.eventually("the revocation bites", () -> !handshake(again).contains("HTTP/1.1 200 "));
        }
    }

    @Test
    void aListThatHasEndedSpeaksForNobody() throws IOException {
        bench.start();
        try (Wire open = connect(alice)) {
            assertThat(open.send(GET).read().status()).isEqualTo(200);
            bench.pki.revoke(revoked, Instant.now().minusSeconds(5));
            awaitThatNobodyGetsInAs(alice);
            assertThat(open.send(GET).read().status()).isEqualTo(403);
            assertThat(bench.records("refused").getLast()).contains("client-certificate-standing-unknown");
        }
    }

    @Test
    void aBrokenListLeavesTheOneBefore() throws IOException {
        bench.pki.revoke(revoked, tomorrow(), bob);
        bench.start();
        Files.writeString(revoked, "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString()).contains("cannot be read as lists of revoked certificates");
        try (Wire open = connect(alice)) {
            assertThat(open.send(GET).read().status()).isEqualTo(200);
        }
        assertThat(handshake("-tls1_3" + pem(bob))).doesNotContain("HTTP/1.1 ");
    }

    @Test
    void authoritiesThatAreExchangedBiteOnOpenConnectionsToo() throws IOException {
        Pki others = new Pki(bench.folder.resolve("others"));
        Path trust = bench.folder.resolve("trust.pem");
        Files.copy(bench.pki.trustFile(), trust);
        bench.tlsExtra = "clientTrust: " + trust;
        bench.start();
        try (Wire open = connect(alice)) {
            assertThat(open.send(GET).read().status()).isEqualTo(200);
            Files.writeString(trust, Files.readString(others.trustFile()));
            bench.balancer().reload();
            assertThat(open.send(GET).read().status()).isEqualTo(403);
            assertThat(bench.records("refused").getLast()).contains("client-certificate-not-trusted");
        }
    }

    @Test
    void aListByAStrangerOrWithoutAnEndIsAConfigurationError() throws IOException {
        new Pki(bench.folder.resolve("others")).revoke(revoked, tomorrow());
        bench.write();
        InvalidSettings refused = catchThrowableOfType(InvalidSettings.class, () -> bench.read());
        assertThat(String.join("\n", refused.problems()))
                .contains("is signed by none of the authorities of clientTrust");
    }
}
