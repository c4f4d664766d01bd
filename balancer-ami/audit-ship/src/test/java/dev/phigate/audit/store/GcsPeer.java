package dev.phigate.audit.store;

import com.google.cloud.NoCredentials;
import com.google.cloud.storage.BucketInfo;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;

/**
 * Stands before fake-gcs-server and speaks the part of the JSON API that it does not know (cloud.google.com/storage/docs/json_api): what
 * a bucket says about retention. It also fails and lies as it is told.
 */
final class GcsPeer extends Peer {
    private static final String UPLOADS = "/upload/";

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
        super(behind);
    }

    /** Makes a bucket behind it that says something about retention. */
    @SuppressWarnings("try") // Closing declares every exception.
    void createBucket(String name, String retention) throws IOException {
        try (Storage storage = StorageOptions.newBuilder()
                .setProjectId("test")
                .setCredentials(NoCredentials.getInstance())
                .setHost(address().toString())
                .build()
                .getService()) {
            storage.create(BucketInfo.of(name));
        } catch (Exception e) {
            throw new IOException(e);
        }
        buckets.put(name, retention);
    }

    @Override
    void asked(HttpExchange exchange, byte[] body) throws IOException {
        URI asked = exchange.getRequestURI();
        if (exchange.getRequestHeaders().containsKey("authorization")) {
            tokens.incrementAndGet();
        }
        if ("PATCH".equals(exchange.getRequestHeaders().getFirst("x-http-method-override"))) {
            changes.put(asked.getPath(), unpacked(exchange, body));
        }
        if (asked.getPath().startsWith(UPLOADS) && exchange.getRequestMethod().equals("POST")) {
            remember(asked, unpacked(exchange, body));
        }
    }

    private static String unpacked(HttpExchange exchange, byte[] body) throws IOException {
        byte[] plain = "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"))
                ? new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes()
                : body;
        return new String(plain, StandardCharsets.ISO_8859_1);
    }

    private void remember(URI asked, String text) {
        int begin = text.indexOf('{');
        if (begin >= 0) {
            // Reads the metadata and not what may stand behind it.
            JsonObject object = JsonParser.parseReader(new JsonReader(new StringReader(text.substring(begin))))
                    .getAsJsonObject();
            uploads.put(object.get("name").getAsString(), asked.getQuery() + " " + object);
        }
    }

    @Override
    Answer told(HttpExchange exchange, Answer answer) {
        URI asked = exchange.getRequestURI();
        Answer told = new Answer(answer.status(), decorated(asked, answer.body()));
        if (asked.getPath().startsWith(UPLOADS)) {
            return toUploads.apply(told);
        }
        return String.valueOf(asked.getQuery()).contains("alt=media") ? toDownloads.apply(told) : told;
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
}
