package dev.phigate.audit.store;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BucketInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * Stands before fake-gcs-server and speaks the part of the JSON API that it does not know (cloud.google.com/storage/docs/json_api): what
 * a bucket says about retention. It also fails and lies as it is told.
 */
final class GcsPeer implements AutoCloseable {
    /** An answer under way, a character for each byte of its body. */
    record Answer(int status, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI behind;

    /** What buckets say beyond what fake-gcs-server knows, by their names. */
    final Map<String, String> buckets = new ConcurrentHashMap<>();

    /** What uploads were asked for, by the names of their objects: the query and the metadata. */
    final Map<String, String> uploads = new ConcurrentHashMap<>();

    /** What objects were last changed to, by their paths. */
    final Map<String, String> changes = new ConcurrentHashMap<>();

    /** Requests that carried a token, over a connection that anybody may read. */
    final AtomicInteger tokens = new AtomicInteger();

    /** What becomes of the answers to uploads, and of what is downloaded. */
    volatile UnaryOperator<Answer> toUploads = UnaryOperator.identity();

    volatile UnaryOperator<Answer> toDownloads = UnaryOperator.identity();

    GcsPeer(int behind) throws IOException {
        this.behind = URI.create("http://127.0.0.1:" + behind);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Makes a bucket behind it that says something about retention. */
    void createBucket(String name, String retention) throws IOException {
        Storage storage = StorageOptions.newBuilder()
                .setProjectId("test")
                .setCredentials(NoCredentials.getInstance())
                .setHost(address().toString())
                .build()
                .getService();
        try {
            storage.create(BucketInfo.of(name));
            storage.close();
        } catch (Exception e) {
            throw new IOException(e);
        }
        buckets.put(name, retention);
    }

    private void serve(HttpExchange exchange) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            URI asked = exchange.getRequestURI();
            boolean upload = asked.getPath().startsWith("/upload/");
            if (upload && exchange.getRequestMethod().equals("POST")) {
                remember(asked, unpacked(exchange, body));
            }
            HttpResponse<byte[]> answer = passOn(exchange, body);
            Answer told = new Answer(
                    answer.statusCode(), decorated(asked, new String(answer.body(), StandardCharsets.ISO_8859_1)));
            if (upload) {
                told = toUploads.apply(told);
            } else if (String.valueOf(asked.getQuery()).contains("alt=media")) {
                told = toDownloads.apply(told);
            }
            answer.headers().map().forEach((name, values) -> {
                if (!List.of("content-length", "transfer-encoding", "connection")
                        .contains(name)) {
                    values.forEach(value -> exchange.getResponseHeaders()
                            .add(
                                    name,
                                    value.replace(behind.toString(), address().toString())));
                }
            });
            byte[] sent = told.body().getBytes(StandardCharsets.ISO_8859_1);
            exchange.sendResponseHeaders(told.status(), sent.length == 0 ? -1 : sent.length);
            if (sent.length > 0) {
                exchange.getResponseBody().write(sent);
            }
            exchange.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Without it the client would only see the connection end, and try for a minute.
            byte[] why = e.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(400, why.length);
            exchange.getResponseBody().write(why);
            exchange.close();
        }
    }

    private HttpResponse<byte[]> passOn(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        if (exchange.getRequestHeaders().containsKey("authorization")) {
            tokens.incrementAndGet();
        }
        if ("PATCH".equals(exchange.getRequestHeaders().getFirst("x-http-method-override"))) {
            changes.put(
                    exchange.getRequestURI().getPath(), new String(unpacked(exchange, body), StandardCharsets.UTF_8));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(behind.toString() + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!List.of("accept-encoding", "connection", "content-length", "host", "upgrade", "transfer-encoding")
                    .contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static byte[] unpacked(HttpExchange exchange, byte[] body) throws IOException {
        return "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"))
                ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                : body;
    }

    private void remember(URI asked, byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf('{');
        if (begin >= 0) {
            // Reads the metadata and not what may stand behind it.
            JsonObject object = JsonParser.parseReader(new JsonReader(new StringReader(text.substring(begin))))
                    .getAsJsonObject();
            uploads.put(object.get("name").getAsString(), asked.getQuery() + " " + object);
        }
    }

    private String decorated(URI asked, String body) {
        String name = asked.getPath().replaceFirst("^/storage/v1/b/", "");
        String more = buckets.get(name);
        if (more == null) {
            return body;
        }
        JsonObject bucket = JsonParser.parseString(body).getAsJsonObject();
        JsonParser.parseString(more)
                .getAsJsonObject()
                .entrySet()
                .forEach(entry -> bucket.add(entry.getKey(), entry.getValue()));
        return bucket.toString();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        client.close();
    }
}
