package dev.phigate.audit.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
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
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Stands before an emulator, passes on what it is asked, and lets a test see the questions and change the answers. */
abstract class Peer implements AutoCloseable {
    private static final List<String> OF_A_CONNECTION = List.of(
            "accept-encoding", "connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI behind;

    /** An answer under way, a character for each byte of its body. */
    record Answer(int status, String body) {}

    Peer(int behind) throws IOException {
        this.behind = URI.create("http://127.0.0.1:" + behind);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Sees a question before it is passed on. */
    abstract void asked(HttpExchange exchange, byte[] body) throws IOException;

    /** What is answered instead; the headers of the answer are those of the exchange. */
    abstract Answer told(HttpExchange exchange, Answer answer);

    private void serve(HttpExchange exchange) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readAllBytes();
            asked(exchange, body);
            HttpResponse<byte[]> answer = passOn(exchange, body);
            answer.headers().map().forEach((name, values) -> {
                if (!OF_A_CONNECTION.contains(name)) {
                    values.forEach(value -> exchange.getResponseHeaders()
                            .add(
                                    name,
                                    value.replace(behind.toString(), address().toString())));
                }
            });
            answer(
                    exchange,
                    told(
                            exchange,
                            new Answer(answer.statusCode(), new String(answer.body(), StandardCharsets.ISO_8859_1))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Without it the client would only see the connection end, and try for a minute.
            answer(exchange, new Answer(400, e.toString()));
        }
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        byte[] sent = answer.body().getBytes(StandardCharsets.ISO_8859_1);
        exchange.sendResponseHeaders(answer.status(), sent.length == 0 ? -1 : sent.length);
        if (sent.length > 0) {
            exchange.getResponseBody().write(sent);
        }
        exchange.close();
    }

    private HttpResponse<byte[]> passOn(HttpExchange exchange, byte[] body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(behind.toString() + exchange.getRequestURI()))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_A_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
        client.close();
    }
}
