package dev.phigate.balancer.tls.staple;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.phigate.balancer.bench.Pki;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When what is stapled is looked for again. */
@Tag("B1")
final class StapleRefreshTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final Duration HOUR = Duration.ofHours(1);
    /** How far an answer's begin may be ahead. */
    private static final Duration TOLERATED = Duration.ofMinutes(15);

    @TempDir
    Path folder;

    private Pki pki;
    private Pki.Issued own;
    private Path file;

    @BeforeEach
    void issue() {
        pki = new Pki(folder);
        own = pki.issue("localhost");
        file = folder.resolve("answer.der");
    }

    private X509Certificate issuer() throws IOException, CertificateException {
        try (InputStream in = Files.newInputStream(pki.trustFile())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private StapleConfig fromFile() throws IOException, CertificateException {
        return new StapleConfig("own", own.certificate(), issuer(), Optional.of(file), Optional.empty());
    }

    private void write(Instant from, Instant to) throws IOException {
        Files.write(file, pki.answer(own, CertificateStatus.GOOD, from, to));
    }

    @Test
    void aFileThatCouldNotBeReadIsReadAgainAlsoWhenItHasNotChanged() throws Exception {
        write(now.minus(HOUR), now.plus(HOUR));
        AtomicBoolean first = new AtomicBoolean(true);
        Staple staple = new Staple(fromFile(), path -> {
            if (first.getAndSet(false)) {
                throw new IOException("Input/output error");
            }
            return Files.readAllBytes(path);
        });
        staple.refresh(now);
        assertThat(staple.bytes()).isNull();
        staple.refresh(now.plusSeconds(1));
        assertThat(staple.bytes()).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void anAnswerThatBeginsLaterIsTriedEachMinute() throws Exception {
        write(now.plus(TOLERATED).plusSeconds(30), now.plus(HOUR));
        Staple staple = new Staple(fromFile());
        staple.refresh(now);
        assertThat(staple.bytes()).isNull();
        staple.refresh(now.plusSeconds(59));
        assertThat(staple.bytes()).as("less than a minute").isNull();
        staple.refresh(now.plusSeconds(60));
        assertThat(staple.bytes()).isEqualTo(Files.readAllBytes(file));
    }

    @Test
    void aResponderIsAskedAgainAlsoWhenTheClockWasPutBackBeforeTheLastTime() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        HttpServer responder = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        responder.createContext("/", exchange -> {
            asked.incrementAndGet();
            byte[] answer = pki.answer(own, CertificateStatus.GOOD, now.minus(HOUR), now.plus(HOUR.multipliedBy(40)));
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        responder.start();
        try {
            URI where = URI.create("http://127.0.0.1:" + responder.getAddress().getPort() + "/");
            Staple staple = new Staple(
                    new StapleConfig("own", own.certificate(), issuer(), Optional.empty(), Optional.of(where)));
            Instant ahead = now.plus(HOUR.multipliedBy(20));
            staple.refresh(ahead);
            staple.refresh(ahead.plusSeconds(1));
            assertThat(asked.get()).as("the answer holds for hours").isEqualTo(1);
            staple.refresh(now);
            assertThat(asked.get()).isEqualTo(2);
            staple.refresh(now.plusSeconds(1));
            assertThat(asked.get()).isEqualTo(2);
        } finally {
            responder.stop(0);
        }
    }
}
