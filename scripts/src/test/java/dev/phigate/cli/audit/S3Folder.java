package dev.phigate.cli.audit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A folder that speaks as much of S3 as a reader asks for (docs.aws.amazon.com/AmazonS3/latest/API): ListObjectsV2 and GetObject, path style. */
final class S3Folder implements AutoCloseable {
    private final Path bucket;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    S3Folder(Path bucket) throws IOException {
        this.bucket = bucket;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/bucket", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) throws IOException {
        String key = exchange.getRequestURI().getPath().replaceFirst("^/bucket/?", "");
        if (key.isEmpty()) {
            answer(exchange, 200, listed(query(exchange)).getBytes(StandardCharsets.UTF_8));
        } else if (Files.isRegularFile(bucket.resolve(key))) {
            answer(exchange, 200, Files.readAllBytes(bucket.resolve(key)));
        } else {
            answer(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>".getBytes(StandardCharsets.UTF_8));
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> values = new TreeMap<>();
        for (String pair :
                String.valueOf(exchange.getRequestURI().getRawQuery()).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                values.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return values;
    }

    private String listed(Map<String, String> query) throws IOException {
        String prefix = query.getOrDefault("prefix", "");
        StringBuilder answer = new StringBuilder("<ListBucketResult><IsTruncated>false</IsTruncated>");
        if (!query.containsKey("delimiter")) {
            try (var all = Files.walk(bucket)) {
                all.filter(Files::isRegularFile)
                        .map(file -> bucket.relativize(file).toString())
                        .filter(key -> key.startsWith(prefix))
                        .sorted()
                        .forEach(key -> answer.append("<Contents><Key>" + key + "</Key></Contents>"));
            }
        } else if (Files.isDirectory(bucket.resolve(prefix))) {
            try (var inside = Files.list(bucket.resolve(prefix))) {
                inside.sorted().forEach(file -> {
                    String key = prefix + file.getFileName();
                    answer.append(
                            Files.isDirectory(file)
                                    ? "<CommonPrefixes><Prefix>" + key + "/</Prefix></CommonPrefixes>"
                                    : "<Contents><Key>" + key + "</Key></Contents>");
                });
            }
        }
        return answer.append("</ListBucketResult>").toString();
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
