package dev.phigate.balancer.changes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Configurations and certificates that are exchanged while requests go on. */
@Tag("B13")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class ReloadTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int RELOADS = 50;
    private static final int EACH_WITH_A_NEW_CERTIFICATE = 5;
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private void replaceServerCertificate() throws IOException {
        Pki.Issued next = bench.pki.issue("localhost");
        Files.copy(
                next.keyFile(),
                bench.server.keyFile(),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(next.certificateFile(), bench.server.certificateFile(), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    @Tag("B7")
    void aCertificateThatIsExchangedOnDiskIsShownWithoutASignal() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        bench.balancer().watch(() -> bench.balancer().reload());
        X509Certificate before = shown();
        replaceServerCertificate();
        another(before);
        assertThat(bench.get("/").status()).isEqualTo(200);
    }

    /** A watch that only looks once the reload is over would take the new file for the one that was read. */
    @Test
    @Tag("B7")
    void aCertificateThatIsExchangedWhileAReloadEndsIsShownToo() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        bench.balancer().watch(() -> bench.balancer().reload());
        for (int i = 0; i < 3; i++) {
            X509Certificate before = shown();
            bench.balancer().reload();
            replaceServerCertificate();
            another(before);
        }
    }

    /** The document is no watched file here, so nothing tells that it can be read again. */
    @Test
    @Tag("B7")
    void aCertificateThatIsExchangedWhileNothingCanBeReloadedIsShownOnceItCan() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        AtomicInteger again = new AtomicInteger();
        AtomicInteger toBeRecorded = new AtomicInteger();
        bench.balancer()
                .watch(
                        () -> {
                            bench.balancer().reload();
                            toBeRecorded.addAndGet(refusal().isEmpty() ? 0 : 1);
                        },
                        () -> {
                            String before = refusal();
                            bench.balancer().reloadAgain();
                            toBeRecorded.addAndGet(
                                    refusal().isEmpty() || refusal().equals(before) ? 0 : 1);
                            again.incrementAndGet();
                        },
                        Duration.ofSeconds(1));
        X509Certificate before = shown();
        Path away = Files.move(bench.file(), bench.folder.resolve("away.yaml"));
        replaceServerCertificate();
        Bench.eventually("it is tried again and again", () -> again.get() > 2);
        assertThat(bench.balancer().document().toString()).contains("does not exist");
        Files.move(away, bench.file());
        another(before);
        Bench.eventually("the record of it", () -> loaded().getLast().contains("\"outcome\":\"done\""));
        assertThat(loaded().stream().filter(record -> record.contains("\"outcome\":\"refused\"")))
                .as("one for each change, and for another reason; none for each try")
                .isNotEmpty()
                .hasSize(toBeRecorded.get());
    }

    private String refusal() {
        return bench.balancer().document().get("configuration") instanceof Map<?, ?> told
                ? String.valueOf(told.get("lastReloadError"))
                : "";
    }

    private List<String> loaded() throws IOException {
        return bench.records("configuration-loaded");
    }

    private void another(X509Certificate before) {
        Bench.eventually("the new one is shown", () -> !shown().equals(before));
    }

    private X509Certificate shown() throws IOException {
        try (Wire wire = bench.connect()) {
            return (X509Certificate) wire.socket().getSession().getPeerCertificates()[0];
        }
    }

    @Test
    @Tag("B7")
    void reloadsAndNewCertificatesUnderTrafficLoseNoRequest() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.workload(Workload.OK);
        bench.start();
        List<Throwable> failures = new CopyOnWriteArrayList<>();
        AtomicInteger answered = new AtomicInteger();
        CountDownLatch enough = new CountDownLatch(1);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Thread.ofPlatform().start(() -> {
                try {
                    while (enough.getCount() > 0) {
                        useConnection(enough, answered);
                    }
                } catch (IOException | AssertionError e) {
                    failures.add(e);
                }
            }));
        }
        X509Certificate before = shown();
        for (int i = 0; i < RELOADS; i++) {
            if (i % EACH_WITH_A_NEW_CERTIFICATE == 0) {
                replaceServerCertificate();
            }
            bench.balancer().reload();
            int soFar = answered.get();
            Bench.eventually("traffic goes on", () -> answered.get() > soFar + 8 || !failures.isEmpty());
        }
        enough.countDown();
        for (Thread client : clients) {
            assertThat(client.join(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(failures).isEmpty();
        assertThat(shown()).isNotEqualTo(before);
        assertThat(bench.records("exchange")).hasSize(answered.get());
        assertThat(bench.records("configuration-loaded")).hasSize(1 + RELOADS);
    }

    private void useConnection(CountDownLatch enough, AtomicInteger answered) throws IOException {
        try (Wire wire = bench.connect()) {
            Wire.Answer answer;
            do {
                answer = wire.send(GET).read();
                assertThat(answer.status()).isEqualTo(200);
                answered.incrementAndGet();
            } while (answer.field("connection") == null && enough.getCount() > 0);
        }
    }

    @Test
    void aRouteThatIsGoneIsGoneForOpenConnectionsToo() throws IOException {
        bench.workload(Workload.OK);
        bench.routes = "  - {name: one, listener: https, pathPrefix: /one, upstream: ehr}\n"
                + "  - {name: two, listener: https, pathPrefix: /two, upstream: ehr}\n";
        bench.start();
        try (Wire wire = bench.connect()) {
            assertThat(wire.send("GET /two/x HTTP/1.1\r\nHost: a\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(200);
            bench.routes = "  - {name: one, listener: https, pathPrefix: /one, upstream: ehr}\n";
            bench.write();
            bench.balancer().reload();
            assertThat(wire.send("GET /one HTTP/1.1\r\nHost: a\r\n\r\n").read().status())
                    .isEqualTo(200);
            assertThat(wire.send("GET /two/x HTTP/1.1\r\nHost: a\r\n\r\n")
                            .read()
                            .status())
                    .isEqualTo(404);
        }
        assertThat(bench.get("/onely").status())
                .as("a prefix ends at a segment")
                .isEqualTo(404);
    }

    @Test
    @Tag("B8")
    void aSecretOfSessionsThatIsExchangedIsTakenUp() throws IOException {
        bench.workload(Workload.OK);
        Path secret = secret("session.secret", "c2VjcmV0IG9mIGEgdGVzdCB0aGF0IGlzIGxvbmcgZW5vdWdo");
        bench.routes = "  - {name: all, listener: https, upstream: ehr, session: {secret: \"file:" + secret
                + "\", idle: 1h}}\n";
        bench.start();
        bench.balancer().watch(() -> bench.balancer().reload());
        String cookie = bench.get("/").field("set-cookie").split(";", 2)[0];
        assertThat(answeredWith(cookie).field("set-cookie"))
                .as("the client has it already")
                .isNull();
        Files.move(
                secret("next.secret", "YW5vdGhlciBzZWNyZXQgdGhhdCBpcyBsb25nIGVub3VnaA=="),
                secret,
                StandardCopyOption.REPLACE_EXISTING);
        Bench.eventually(
                "what the old secret signed is worth nothing",
                () -> answeredWith(cookie).field("set-cookie") != null);
    }

    private Wire.Answer answeredWith(String cookie) throws IOException {
        return bench.ask("GET / HTTP/1.1\r\nHost: a\r\nCookie: " + cookie + "\r\n\r\n");
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.writeString(bench.folder.resolve(name), text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    @Tag("B8")
    void aReloadThatCannotBeKeepsTheOldAndSaysWhy() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        Files.writeString(bench.file(), bench.document().replace("drain: 1s", "drian: 1s"));
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString()).contains("drian: unknown key (did you mean drain?)");
        assertThat(bench.get("/").status()).isEqualTo(200);

        Files.writeString(bench.file(), bench.document().replaceFirst("port: 0", "port: 9"));
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString())
                .contains("listeners[\"https\"]: address 127.0.0.1:0 becomes 127.0.0.1:9: restart to move it");
        assertThat(bench.get("/").status()).isEqualTo(200);
        assertThat(bench.records("configuration-loaded").getLast()).contains("\"outcome\":\"refused\"");

        Files.writeString(bench.file(), bench.document() + "upgrade: {socket: /run/elsewhere.sock}\n");
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString())
                .contains("upgrade.socket: none becomes /run/elsewhere.sock: restart to change that");

        bench.write();
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString()).contains("lastReloadError=}");
    }

    /** RFC 8017 sets no bound to a public exponent, and the JDK takes this one; BoringSSL does not. */
    private Pki.Issued onlyTheJdks() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(
                new RSAKeyGenParameterSpec(2048, BigInteger.ONE.shiftLeft(40).add(BigInteger.valueOf(15))));
        return bench.pki.issue("localhost", generator.generateKeyPair());
    }

    @Test
    @Tag("B1")
    void aReloadWithAKeyThatAnEngineRefusesKeepsTheOldAndSaysWhy() throws IOException, GeneralSecurityException {
        bench.workload(Workload.OK);
        bench.start();
        Pki.Issued strange = onlyTheJdks();

        bench.tls = Bench.pem(strange);
        bench.write();
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString())
                .contains("lastReloadError=")
                .doesNotContain("lastReloadError=}");
        assertThat(bench.get("/").status()).isEqualTo(200);
        assertThat(bench.records("configuration-loaded").getLast()).contains("\"outcome\":\"refused\"");
    }

    @Test
    @Tag("B8")
    void aReloadOfADocumentThatIsNotThereSaysSo() throws IOException {
        bench.workload(Workload.OK);
        bench.start();
        Files.delete(bench.file());
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString())
                .contains("lastReloadError=" + bench.file() + " does not exist (expected: a configuration file)");
        Files.createDirectory(bench.file());
        bench.balancer().reload();
        assertThat(bench.balancer().document().toString())
                .contains("lastReloadError=" + bench.file() + " cannot be read: Is a directory (expected: a");
        assertThat(bench.get("/").status()).isEqualTo(200);
        assertThat(bench.records("configuration-loaded").getLast()).contains("\"outcome\":\"refused\"");
    }
}
