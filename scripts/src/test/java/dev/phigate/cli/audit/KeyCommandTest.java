package dev.phigate.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.phigate.audit.AuditLog;
import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.sign.SigningKey;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Logs whose keys are in a cloud: what is asked for the public key, and what is told. */
@Tag("A2")
class KeyCommandTest {
    private static final String AWS = "aws-kms:arn:aws:kms:eu-central-1:111122223333:key/1234abcd";
    private static final String KEY =
            "gcp-kms://projects/clinic-1/locations/europe-west3/keyRings/audit/cryptoKeys/checkpoints";
    private static final String GOOGLE = KEY + "/cryptoKeyVersions/1";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path directory;

    private final StringWriter out = new StringWriter();
    private Path audit;
    private AuditLogConfig config;

    @BeforeEach
    void write() throws IOException {
        audit = directory.resolve("audit");
        config = AuditLogConfig.of(audit, "balancer-1");
        AuditLog.open(config).close();
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(new AuditCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(out, true))
                .setExecutionExceptionHandler((problem, command, parsed) -> {
                    out.append(problem.getMessage());
                    return ((Stop) problem).exitCode();
                })
                .execute(arguments);
    }

    private void ends(int exitCode, String message, String... arguments) {
        assertThat(run(arguments)).as(out.toString()).isEqualTo(exitCode);
        assertThat(out.toString()).contains(message);
    }

    @Test
    void aKeyThatACloudKeepsIsAskedAndOnlyOneThatCanBe() {
        ends(2, "expected: aws-kms: and the ARN of a key", "key", "gcp-kms:projects/p", "--origin", "balancer-1");
        ends(2, "a version signs and no key by itself", "verify", audit.toString(), "--key", KEY);
        String azure = "azure-key-vault:https://v.vault.azure.net/keys/k";
        ends(2, "Azure Key Vault has no Ed25519 keys", "verify", audit.toString(), "--key", azure);
        // Nobody answers on port 1 of this machine; the message names the key that was asked, or the program that is
        // not installed here.
        ends(3, AWS, "key", AWS, "--origin", "balancer-1", "--endpoint", "http://127.0.0.1:1");
        ends(3, GOOGLE, "key", GOOGLE, "--origin", "balancer-1", "--endpoint", "http://127.0.0.1:1");
    }

    @Test
    void whoeverIsOnTheWayDoesNotChooseTheKey() {
        String open = "http://kms.example.org";
        String refusal = "endpoint " + open + " (expected: an address of https, or one of http on this machine itself)";
        ends(2, refusal, "key", GOOGLE, "--origin", "balancer-1", "--endpoint", open);
        ends(2, refusal, "verify", audit.toString(), "--key", GOOGLE, "--key-endpoint", open);
    }

    @Test
    void aLogIsVerifiedByTheAddressOfItsKeyInGoogleCloudKms() throws Exception {
        Path jar = Path.of(System.getProperty("phigate.root", "."), "target/app/phigate-audit-ship.jar");
        assumeTrue(Files.exists(jar), "no " + jar + " (mvn verify at the root makes it)");
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        HttpServer kms = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        kms.createContext("/v1/", exchange -> answer(exchange, pair));
        kms.start();
        try {
            String endpoint = "http://127.0.0.1:" + kms.getAddress().getPort();
            Path signed = directory.resolve("signed");
            AuditLog.open(new AuditLogConfig(
                            signed,
                            "balancer-1",
                            SigningKey.of(GOOGLE, Optional.of(URI.create(endpoint))),
                            config.durability(),
                            config.settings(),
                            Optional.empty()))
                    .close();
            String text = VerifierKey.ofDer("balancer-1", pair.getPublic().getEncoded())
                    .text();
            ends(0, text, "key", GOOGLE, "--origin", "balancer-1", "--endpoint", endpoint);
            ends(0, "whole", "verify", signed.toString(), "--key", GOOGLE, "--key-endpoint", endpoint);
            ends(1, "ALTERED", "verify", audit.toString(), "--key", GOOGLE, "--key-endpoint", endpoint);
        } finally {
            kms.stop(0);
        }
    }

    /** Google Cloud KMS, with one version of a key. */
    private static void answer(HttpExchange exchange, KeyPair pair) throws IOException {
        String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        ObjectNode answer = JSON.createObjectNode().put("name", GOOGLE.substring("gcp-kms://".length()));
        if (exchange.getRequestMethod().equals("GET")) {
            String pem = "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())
                    + "\n-----END PUBLIC KEY-----\n";
            answer.put("algorithm", "EC_SIGN_ED25519").put("pem", pem);
            answer.put("pemCrc32c", sum(pem.getBytes(StandardCharsets.UTF_8)));
        } else {
            String data = JSON.readTree(question).get("data").asString();
            byte[] signature = sign(pair, Base64.getDecoder().decode(data));
            answer.put("verifiedDataCrc32c", true).put("signature", signature);
            answer.put("signatureCrc32c", sum(signature));
        }
        byte[] sent = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(200, sent.length);
        exchange.getResponseBody().write(sent);
        exchange.close();
    }

    private static byte[] sign(KeyPair pair, byte[] text) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(text);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String sum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return Long.toString(sum.getValue());
    }
}
