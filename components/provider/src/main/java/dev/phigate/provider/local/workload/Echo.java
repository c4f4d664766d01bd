package dev.phigate.provider.local.workload;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsExchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Answers each request with what was received, as JSON, and logs a line: method, path without query, client, TLS, bytes. */
final class Echo implements HttpHandler {
    private static final String NO_CLIENT = "none";

    private final String name;

    Echo(String name) {
        this.name = name;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            SSLSession session = ((HttpsExchange) exchange).getSSLSession();
            long received = count(exchange.getRequestBody());
            String path = exchange.getRequestURI().getPath();
            ObjectNode answer = path.equals("/healthz")
                    ? JsonNodeFactory.instance
                            .objectNode()
                            .put("workload", name)
                            .put("status", "ok")
                    : received(exchange, session, received);
            respond(exchange, (answer + "\n").getBytes(StandardCharsets.UTF_8));
            log(exchange.getRequestMethod() + " " + path + " 200 client=\"" + client(session) + "\" "
                    + session.getProtocol() + " " + session.getCipherSuite() + " received=" + received);
        }
    }

    private ObjectNode received(HttpExchange exchange, SSLSession session, long bytes) {
        ObjectNode answer = JsonNodeFactory.instance
                .objectNode()
                .put("workload", name)
                .put("method", exchange.getRequestMethod())
                .put("path", exchange.getRequestURI().getRawPath())
                .put("query", exchange.getRequestURI().getRawQuery())
                .put("bodyBytes", bytes)
                .put("client", client(session));
        ObjectNode tls = answer.putObject("tls");
        tls.put("protocol", session.getProtocol()).put("cipherSuite", session.getCipherSuite());
        ObjectNode headers = answer.putObject("headers");
        exchange.getRequestHeaders().forEach((header, values) -> {
            ArrayNode list = headers.putArray(header.toLowerCase(Locale.ROOT));
            values.forEach(list::add);
        });
        return answer;
    }

    /** The headers of an answer to HEAD are those of GET (RFC 9110, 9.3.2). */
    private static void respond(HttpExchange exchange, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
    }

    private static long count(InputStream body) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long count = 0;
        for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
            count += read;
        }
        return count;
    }

    private static String client(SSLSession session) {
        try {
            return session.getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException anonymous) {
            return NO_CLIENT;
        }
    }

    /** A path may hold anything once decoded: what could forge a line is shown as a question mark. */
    @SuppressWarnings("SystemOut") // standard output is the log
    private static void log(String line) {
        System.out.println(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line.replaceAll("\\p{Cntrl}", "?"));
    }
}
