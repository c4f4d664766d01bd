package dev.phigate.audit.sign;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A key of AWS KMS of the spec ECC_NIST_EDWARDS25519, which neither LocalStack nor Moto knows, by KMS's JSON 1.1 protocol
 * (docs.aws.amazon.com/kms/latest/APIReference: GetPublicKey, Sign). It refuses what KMS refuses, and lies and fails as it is told.
 */
final class KmsPeer implements AutoCloseable {
    static final String ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    static final String ALIAS = "arn:aws:kms:eu-central-1:111122223333:alias/phigate-audit";
    private static final String OPERATION = "TrentService.";
    private static final int MOST_RAW_BYTES = 4096;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /** What it was asked to sign, in order. */
    final List<JsonObject> signs = Collections.synchronizedList(new ArrayList<>());
    /** Who asked, as the request says. */
    final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());

    volatile KeyPair pair = fresh();
    volatile String spec = "ECC_NIST_EDWARDS25519";
    /** What it answers instead: the name of an exception of KMS. */
    volatile @Nullable String failsSigning;

    volatile @Nullable String failsPublicKey;
    /** Whether what it signs is signed by a key that is not its own. */
    volatile boolean lies;

    KmsPeer() throws IOException {
        this(0);
    }

    KmsPeer(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    static KeyPair fresh() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + port());
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        JsonObject question = JsonParser.parseString(body).getAsJsonObject();
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        String operation = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
        JsonObject answer = new JsonObject();
        @Nullable String failure;
        if (operation.equals(OPERATION + "GetPublicKey")) {
            failure = failsPublicKey;
            describe(answer);
        } else if (operation.equals(OPERATION + "Sign")) {
            signs.add(question);
            failure = failsSigning == null ? refusal(question) : failsSigning;
            sign(question, answer);
        } else {
            failure = "UnknownOperationException";
        }
        String named = question.get("KeyId").getAsString();
        if (!named.equals(ARN) && !named.equals(ALIAS)) {
            failure = "NotFoundException";
        }
        answer(exchange, failure, answer);
    }

    private void describe(JsonObject answer) {
        answer.addProperty("KeyId", ARN);
        answer.addProperty("KeySpec", spec);
        answer.addProperty("CustomerMasterKeySpec", spec);
        answer.addProperty("KeyUsage", "SIGN_VERIFY");
        answer.addProperty(
                "PublicKey", Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()));
    }

    private static @Nullable String refusal(JsonObject question) {
        boolean raw = question.get("MessageType").getAsString().equals("RAW");
        boolean algorithm = question.get("SigningAlgorithm").getAsString().equals("ED25519_SHA_512");
        boolean fits = message(question).length <= MOST_RAW_BYTES;
        return raw && algorithm && fits ? null : "ValidationException";
    }

    private static byte[] message(JsonObject question) {
        return Base64.getDecoder().decode(question.get("Message").getAsString());
    }

    private void sign(JsonObject question, JsonObject answer) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign((lies ? fresh() : pair).getPrivate());
            signature.update(message(question));
            answer.addProperty("KeyId", ARN);
            answer.addProperty("SigningAlgorithm", "ED25519_SHA_512");
            answer.addProperty("Signature", Base64.getEncoder().encodeToString(signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void answer(HttpExchange exchange, @Nullable String failure, JsonObject answer) throws IOException {
        JsonObject told = answer;
        if (failure != null) {
            told = new JsonObject();
            told.addProperty("__type", failure);
            told.addProperty("message", "as the test told it");
        }
        byte[] sent = told.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
        exchange.sendResponseHeaders(failure == null ? 200 : 400, sent.length);
        exchange.getResponseBody().write(sent);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
