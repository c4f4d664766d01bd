package dev.phigate.audit.store;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands before Azurite and speaks the part of the REST API that it does not know (learn.microsoft.com/rest/api/storageservices): a
 * container that keeps versions immutable, and holds. It also lies as it is told.
 */
final class AzurePeer extends Peer {
    private static final String MODE = "x-ms-immutability-policy-mode";
    private static final String UNTIL = "x-ms-immutability-policy-until-date";
    private static final String HOLD = "x-ms-legal-hold";

    /** The headers of the newest upload of a blob, by its path. */
    final Map<String, Map<String, String>> uploads = new ConcurrentHashMap<>();

    /** What holds were last set to, by the paths of their blobs. */
    final Map<String, String> holds = new ConcurrentHashMap<>();

    /** What becomes of the checksum that an upload is confirmed with. */
    volatile UnaryOperator<String> confirming = UnaryOperator.identity();

    /** What becomes of the mode of the policy that a blob was uploaded with. */
    volatile UnaryOperator<String> keeping = mode -> mode.toLowerCase(Locale.ROOT);

    AzurePeer(int behind) throws IOException {
        super(behind);
    }

    @Override
    void asked(HttpExchange exchange, byte[] body) throws IOException {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
        String path = exchange.getRequestURI().getPath();
        if (headers.containsKey("x-ms-blob-type")) {
            uploads.put(path, headers);
        }
        if (isHold(exchange)) {
            holds.put(path, headers.getOrDefault("x-ms-legal-hold", ""));
        }
    }

    private static boolean isHold(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestURI().getQuery()).contains("comp=legalhold");
    }

    @Override
    Answer told(HttpExchange exchange, Answer answer) {
        if (isHold(exchange)) {
            exchange.getResponseHeaders()
                    .set("x-ms-legal-hold", holds.get(exchange.getRequestURI().getPath()));
            return new Answer(200, "");
        }
        if ("restype=container".equals(exchange.getRequestURI().getQuery())) {
            exchange.getResponseHeaders().set("x-ms-immutable-storage-with-versioning-enabled", "true");
        }
        @Nullable
        Map<String, String> uploaded = uploads.get(exchange.getRequestURI().getPath());
        if (exchange.getRequestMethod().equals("HEAD") && uploaded != null) {
            exchange.getResponseHeaders().set(MODE, keeping.apply(uploaded.getOrDefault(MODE, "")));
            exchange.getResponseHeaders().set(UNTIL, uploaded.getOrDefault(UNTIL, ""));
            exchange.getResponseHeaders().set(HOLD, uploaded.getOrDefault(HOLD, "false"));
        }
        String confirmed = exchange.getResponseHeaders().getFirst("content-md5");
        if (exchange.getRequestMethod().equals("PUT") && confirmed != null) {
            exchange.getResponseHeaders().set("content-md5", confirming.apply(confirmed));
        }
        return answer;
    }
}
