package dev.phigate.balancer.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Running;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A balancer whose log is signed by a key that a cloud keeps: with the real process that asks it, and a peer that is asked. */
@Tag("A1")
final class KmsKeyTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd";
    private static final String AWS = "aws-kms:" + ARN;
    private static final String VERSION =
            "projects/clinic-1/locations/europe-west3/keyRings/audit/cryptoKeys/checkpoints/cryptoKeyVersions/1";

    private final Bench bench = new Bench();
    private final List<Process> started = new ArrayList<>();
    private final KeyPair pair = pair();
    private HttpServer kms;
    private volatile boolean denies;

    private static KeyPair pair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void serve() throws IOException {
        kms = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        kms.createContext("/", this::answer);
        kms.createContext("/v1/", this::answerAsGoogle);
        kms.start();
        bench.workload(Workload.OK);
    }

    @AfterEach
    void stop() {
        started.forEach(Process::destroyForcibly);
        kms.stop(0);
        bench.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean signs = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"))
                .endsWith(".Sign");
        String answer = "{\"KeyId\":\"" + ARN
                + "\",\"KeySpec\":\"ECC_NIST_EDWARDS25519\",\"KeyUsage\":\"SIGN_VERIFY\",\"PublicKey\":\""
                + base64(pair.getPublic().getEncoded()) + "\"}";
        if (signs) {
            answer = denies
                    ? "{\"__type\":\"AccessDeniedException\",\"message\":\"not allowed to sign\"}"
                    : "{\"KeyId\":\"" + ARN + "\",\"Signature\":\""
                            + sign(question.replaceAll("(?s).*\"Message\":\"([^\"]+)\".*", "$1")) + "\"}";
        }
        byte[] sent = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(signs && denies ? 400 : 200, sent.length);
        exchange.getResponseBody().write(sent);
        exchange.close();
    }

    private void answerAsGoogle(HttpExchange exchange) throws IOException {
        String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String pem =
                "-----BEGIN PUBLIC KEY-----\n" + base64(pair.getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
        String answer = "\"algorithm\":\"EC_SIGN_ED25519\",\"pem\":\"" + pem.replace("\n", "\\n")
                + "\",\"pemCrc32c\":\"" + sum(pem.getBytes(StandardCharsets.UTF_8)) + "\"";
        if (exchange.getRequestURI().getPath().endsWith(":asymmetricSign")) {
            String signature = sign(question.replaceAll("(?s).*\"data\":\"([^\"]+)\".*", "$1"));
            answer = "\"verifiedDataCrc32c\":true,\"signature\":\"" + signature + "\",\"signatureCrc32c\":\""
                    + sum(Base64.getDecoder().decode(signature)) + "\"";
        }
        byte[] sent = ("{\"name\":\"" + VERSION + "\"," + answer + "}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(200, sent.length);
        exchange.getResponseBody().write(sent);
        exchange.close();
    }

    private static long sum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return sum.getValue();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private String sign(String text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(Base64.getDecoder().decode(text));
            return base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private Running start(String key) throws IOException {
        Path jar = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")))
                .resolve("target/app/phigate-audit-ship.jar");
        assumeTrue(Files.exists(jar), "no " + jar + " (mvn verify at the root makes it)");
        bench.auditExtra = "key: '" + key + "', keyEndpoint: 'http://127.0.0.1:"
                + kms.getAddress().getPort() + "'";
        bench.write();
        Running running = Running.start(
                bench.folder,
                "export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test PHIGATE_AUDIT_SHIP_JAR='" + jar + "'; ",
                "run",
                bench.file().toString());
        started.add(running.process());
        return running;
    }

    private int ask(Running running) throws IOException {
        try (Wire wire = new Wire(bench.clientContext(), running.port("https"))) {
            return wire.send(GET).read().status();
        }
    }

    private String status(Running running) throws IOException {
        return bench.admin(running.port("admin"), "/v1/status").output();
    }

    @Test
    void itServesWhileKmsRefusesSaysSoAndIsProvedByThePublicKeyAlone()
            throws IOException, InterruptedException, NoteException {
        Running running = start(AWS);
        assertThat(ask(running)).isEqualTo(200);
        denies = true;
        assertThat(ask(running)).isEqualTo(200);
        Bench.eventually(
                "the status says why checkpoints fall behind",
                () -> status(running)
                        .contains("checkpoints cannot be signed (" + AWS + ": cannot sign: not allowed to sign"));
        assertThat(ask(running)).isEqualTo(200);
        assertThat(bench.admin(running.port("admin"), "/readyz", "-w", "%{http_code}")
                        .output())
                .endsWith("200");
        denies = false;
        Bench.eventually("the trouble is over", () -> !status(running).contains("cannot be signed"));
        running.signal("TERM");
        assertThat(running.exitCode()).as(Running.text(running.err())).isZero();
        assertProved();
        assertThat(bench.records("exchange")).hasSize(3);
        assertThat(bench.folder.resolve("audit/test.key")).doesNotExist();
    }

    private void assertProved() throws IOException, NoteException {
        VerifierKey key = VerifierKey.ofDer("test", pair.getPublic().getEncoded());
        Verification proof =
                Verifier.verify(new LogFolder(bench.folder.resolve("audit/test")), new Trust(List.of(key), Map.of()));
        assertThat(proof.verdict()).as(proof.toString()).isEqualTo(Verification.Verdict.WHOLE);
    }

    @Test
    void aKeyOfGoogleCloudKmsSignsAsWell() throws IOException, InterruptedException, NoteException {
        Running running = start("gcp-kms://" + VERSION);
        assertThat(ask(running)).isEqualTo(200);
        running.signal("TERM");
        assertThat(running.exitCode()).as(Running.text(running.err())).isZero();
        assertProved();
        assertThat(bench.records("exchange")).hasSize(1);
    }

    @Test
    void itDoesNotStartWithAKeyThatDoesNotSign() throws IOException, InterruptedException {
        denies = true;
        Running running = start(AWS);
        assertThat(running.exitCode()).isNotZero();
        assertThat(Running.text(running.err())).contains(AWS + ": cannot sign: not allowed to sign");
    }
}
