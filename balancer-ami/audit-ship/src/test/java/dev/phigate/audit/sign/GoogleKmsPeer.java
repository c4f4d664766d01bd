package dev.phigate.audit.sign;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * One version of a key of Google Cloud KMS of the algorithm EC_SIGN_ED25519, by its REST API (cloud.google.com/kms/docs/reference/rest:
 * getPublicKey, asymmetricSign), and the service that gives tokens to service accounts. It refuses what KMS refuses, and lies, fails, and is
 * late, as it is told.
 */
final class GoogleKmsPeer implements AutoCloseable {
    static final String KEY = "projects/clinic-1/locations/europe-west3/keyRings/audit/cryptoKeys/checkpoints";
    static final String VERSION = KEY + "/cryptoKeyVersions/1";
    static final String TOKEN = "token-of-the-account";
    private static final int MOST_BYTES = 64 << 10;

    /** What arrives otherwise than it was sent. */
    enum Altered {
        NOTHING,
        PUBLIC_KEY,
        QUESTION,
        SIGNATURE
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /** What it was asked to sign, in order. */
    final List<JsonObject> signs = Collections.synchronizedList(new ArrayList<>());
    /** Who asked, as the request says; {@code null} where nobody says so. */
    final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    /** What was asked of the service that gives tokens. */
    final List<String> tokenQuestions = Collections.synchronizedList(new ArrayList<>());

    final KeyPair pair = KmsPeer.fresh();
    volatile String algorithm = "EC_SIGN_ED25519";
    /** Which version the answers say that they are of. */
    volatile String answersAs = VERSION;

    volatile Altered altered = Altered.NOTHING;
    /** The permission that is missing, if any. */
    volatile @Nullable String denies;
    /** How many of the next questions to sign it answers with a status that may pass. */
    final AtomicInteger throttles = new AtomicInteger();
    /** What answers to sign wait for. */
    volatile @Nullable CountDownLatch late;
    /** Whether what it signs is signed by a key that is not its own. */
    volatile boolean lies;

    GoogleKmsPeer() throws IOException {
        this(HttpServer.create(anyPort(), 0));
    }

    private GoogleKmsPeer(HttpServer server) {
        this.server = server;
        server.createContext("/v1/", this::serve);
        server.createContext("/token", this::giveToken);
        server.setExecutor(threads);
        server.start();
    }

    /** One that is asked over TLS. */
    static GoogleKmsPeer secure(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new GoogleKmsPeer(server);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    URI address() {
        String scheme = server instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
            case "GET /v1/" + VERSION + "/publicKey" -> describe(exchange);
            case "POST /v1/" + VERSION + ":asymmetricSign" ->
                sign(exchange, JsonParser.parseString(body).getAsJsonObject());
            default -> refuse(exchange, 404, "NOT_FOUND", "CryptoKeyVersion not found.");
        }
    }

    private void describe(HttpExchange exchange) throws IOException {
        if (isDenied(exchange, "cloudkms.cryptoKeyVersions.viewPublicKey")) {
            return;
        }
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()) + "\n-----END PUBLIC KEY-----\n";
        JsonObject answer = new JsonObject();
        answer.addProperty("pem", altered == Altered.PUBLIC_KEY ? pem.replace("MCow", "MCox") : pem);
        answer.addProperty("algorithm", algorithm);
        answer.addProperty("pemCrc32c", sum(pem.getBytes(StandardCharsets.UTF_8)));
        answer.addProperty("name", answersAs);
        answer.addProperty("protectionLevel", "SOFTWARE");
        answer(exchange, 200, answer);
    }

    private void sign(HttpExchange exchange, JsonObject question) throws IOException {
        signs.add(question);
        awaitRelease();
        if (isDenied(exchange, "cloudkms.cryptoKeyVersions.useToSign")) {
            return;
        }
        if (throttles.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            refuse(exchange, signs.size() % 2 == 0 ? 503 : 429, "RESOURCE_EXHAUSTED", "Quota exceeded.");
            return;
        }
        byte[] data = Base64.getDecoder().decode(question.get("data").getAsString());
        boolean fits = data.length <= MOST_BYTES && !question.has("digest");
        if (!fits || !question.get("dataCrc32c").getAsString().equals(sum(data))) {
            refuse(exchange, 400, "INVALID_ARGUMENT", "The checksum in field data_crc32c did not match the data.");
            return;
        }
        byte[] signature = signature(data);
        JsonObject answer = new JsonObject();
        answer.addProperty("signatureCrc32c", sum(signature));
        signature[0] ^= (byte) (altered == Altered.SIGNATURE ? 1 : 0);
        answer.addProperty("signature", Base64.getEncoder().encodeToString(signature));
        answer.addProperty("verifiedDataCrc32c", altered != Altered.QUESTION);
        answer.addProperty("name", answersAs);
        answer.addProperty("protectionLevel", "SOFTWARE");
        answer(exchange, 200, answer);
    }

    private void awaitRelease() {
        @Nullable CountDownLatch release = late;
        try {
            if (release != null) {
                release.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] signature(byte[] data) {
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initSign((lies ? KmsPeer.fresh() : pair).getPrivate());
            signature.update(data);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** An int64 is a string in Google's JSON. */
    private static String sum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return Long.toString(sum.getValue());
    }

    private boolean isDenied(HttpExchange exchange, String permission) throws IOException {
        boolean denied = permission.equals(denies);
        if (denied) {
            String why = "Permission '" + permission + "' denied on resource '" + VERSION + "' (or it may not exist).";
            refuse(exchange, 403, "PERMISSION_DENIED", why);
        }
        return denied;
    }

    private static void refuse(HttpExchange exchange, int code, String status, String message) throws IOException {
        JsonObject error = new JsonObject();
        error.addProperty("code", code);
        error.addProperty("message", message);
        error.addProperty("status", status);
        JsonObject answer = new JsonObject();
        answer.add("error", error);
        answer(exchange, code, answer);
    }

    private void giveToken(HttpExchange exchange) throws IOException {
        tokenQuestions.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        JsonObject answer = new JsonObject();
        answer.addProperty("access_token", TOKEN);
        answer.addProperty("expires_in", 3600);
        answer.addProperty("token_type", "Bearer");
        answer(exchange, 200, answer);
    }

    private static void answer(HttpExchange exchange, int code, JsonObject answer) throws IOException {
        byte[] sent = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=UTF-8");
        exchange.sendResponseHeaders(code, sent.length);
        exchange.getResponseBody().write(sent);
        exchange.close();
    }

    @Override
    public void close() {
        @Nullable CountDownLatch release = late;
        if (release != null) {
            release.countDown();
        }
        server.stop(0);
        threads.close();
    }
}
