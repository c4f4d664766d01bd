package dev.phigate.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.OpenSsl;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is stapled to a handshake: answers that were verified, and no others. */
@Tag("B1")
final class StapleTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private final Bench bench = new Bench();

    @BeforeEach
    void host() {
        bench.workload(Workload.OK);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private String handshake() throws IOException {
        return OpenSsl.connect(bench, "-status").output();
    }

    private void eventuallyStapled() {
        Bench.eventually("it is stapled", () -> handshake().contains("Cert Status: good"));
    }

    private byte[] good(Pki.Issued about) {
        return bench.pki.answer(
                about,
                CertificateStatus.GOOD,
                Instant.now().minus(HOUR),
                Instant.now().plus(HOUR));
    }

    @Test
    void theResponderIsAskedInTheBackgroundAndItsAnswerIsStapledToBothVersions() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        HttpServer responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        Pki.Issued own = bench.pki.issueAnsweredFor(
                "localhost", "http://127.0.0.1:" + responder.getAddress().getPort() + "/ocsp");
        responder.createContext("/ocsp", exchange -> {
            asked.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            byte[] answer = good(own);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        responder.start();
        try {
            bench.server = own;
            bench.tlsExtra = "staple: responder";
            bench.start();
            eventuallyStapled();
            assertThat(OpenSsl.connect(bench, "-status -tls1_2").output()).contains("Cert Status: good");
            bench.balancer().reload();
            assertThat(handshake()).as("a reload keeps it").contains("Cert Status: good");
            assertThat(asked.get()).isLessThanOrEqualTo(2);
        } finally {
            responder.stop(0);
        }
    }

    @Test
    void aResponderThatNeverAnswersHoldsUpNobody() throws IOException {
        bench.server = bench.pki.issueAnsweredFor("localhost", "http://127.0.0.1:1/ocsp");
        bench.tlsExtra = "staple: responder";
        bench.start();
        assertThat(handshake()).contains("OCSP response: no response sent", "Verification: OK");
    }

    /** All staples are kept fresh by one thread. */
    @Test
    void aResponderThatStopsWithinItsAnswerHoldsUpNoOther() throws Exception {
        HttpServer responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger asked = new AtomicInteger();
        Pki.Issued own = bench.pki.issueAnsweredFor(
                "localhost", "http://127.0.0.1:" + responder.getAddress().getPort() + "/ocsp");
        Path file = bench.folder.resolve("answer.der");
        Pki.Issued others = bench.pki.issueAnsweredFor("other.test", "http://127.0.0.1:1/ocsp");
        responder.createContext("/ocsp", exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write(new byte[2]);
            exchange.getResponseBody().flush();
        });
        responder.start();
        try {
            bench.server = own;
            bench.tlsExtra = "staple: responder, certificates: [{" + Bench.pem(others)
                    + ", names: [other.test], staple: \"file:" + file + "\"}]";
            bench.start();
            Bench.eventually("it is asked", () -> asked.get() > 0);
            Files.write(file, good(others));
            Bench.eventually(
                    "the other one is stapled",
                    () -> OpenSsl.connect(bench, "-status -servername other.test")
                            .output()
                            .contains("Cert Status: good"));
        } finally {
            responder.stop(0);
        }
    }

    @Test
    void aFileIsStapledAndReadAgainAndOnlyWhatClientsWouldAccept() throws IOException {
        Pki.Issued own = bench.pki.issueAnsweredFor("localhost", "http://127.0.0.1:1/ocsp");
        Path file = bench.folder.resolve("answer.der");
        bench.server = own;
        bench.tlsExtra = "staple: \"file:" + file + "\"";
        Pki others = new Pki(bench.folder.resolve("others"));
        Instant now = Instant.now();
        byte[][] unusable = {
            {1, 2, 3},
            others.answer(own, CertificateStatus.GOOD, now.minus(HOUR), now.plus(HOUR)),
            good(bench.pki.issue("localhost")),
            bench.pki.answer(own, CertificateStatus.GOOD, now.minus(HOUR.multipliedBy(3)), now.minus(HOUR)),
            bench.pki.answer(
                    own,
                    new RevokedStatus(java.util.Date.from(now.minus(HOUR)), CRLReason.keyCompromise),
                    now.minus(HOUR),
                    now.plus(HOUR))
        };
        bench.start();
        for (byte[] answer : unusable) {
            Files.write(file, answer);
            assertThat(handshake()).contains("OCSP response: no response sent");
        }
        Files.write(file, good(own));
        eventuallyStapled();
    }

    @Test
    void whatWasStapledIsNotSentOnceTheAuthoritySaysRevoked() throws IOException {
        Pki.Issued own = bench.pki.issueAnsweredFor("localhost", "http://127.0.0.1:1/ocsp");
        Path file = bench.folder.resolve("answer.der");
        Files.write(file, good(own));
        bench.server = own;
        bench.tlsExtra = "staple: \"file:" + file + "\"";
        bench.start();
        eventuallyStapled();
        Instant now = Instant.now();
        Files.write(
                file,
                bench.pki.answer(
                        own,
                        new RevokedStatus(java.util.Date.from(now.minus(HOUR)), CRLReason.keyCompromise),
                        now.minus(HOUR),
                        now.plus(HOUR)));
        Bench.eventually(
                "the good answer is gone, though it is valid for an hour",
                () -> handshake().contains("OCSP response: no response sent"));
    }

    @Test
    void aStapleThatHasEndedIsNotSent() throws IOException {
        Pki.Issued own = bench.pki.issueAnsweredFor("localhost", "http://127.0.0.1:1/ocsp");
        Path file = bench.folder.resolve("answer.der");
        Files.write(
                file,
                bench.pki.answer(
                        own,
                        CertificateStatus.GOOD,
                        Instant.now().minus(HOUR),
                        Instant.now().plusSeconds(6)));
        bench.server = own;
        bench.tlsExtra = "staple: \"file:" + file + "\"";
        bench.start();
        eventuallyStapled();
        Bench.eventually("it has ended", () -> handshake().contains("OCSP response: no response sent"));
    }
}
