package dev.phigate.balancer;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Comparator;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * One run through everything the balancer does in use, for the JVM to record what it loads and compiles
 * ({@code -XX:AOTCacheOutput}). Takes nothing and leaves nothing: certificate, configuration, host and log are made for it.
 */
final class Training {
    private static final int ROUNDS = 50;

    private Training() {}

    /** Runs once; throws when anything is not as in use. */
    static void run() throws IOException, GeneralSecurityException, InterruptedException {
        Path folder = Files.createTempDirectory("phigate-balancer-training");
        try {
            SSLContext tls = ThrowAwayCertificate.write(folder);
            HttpsServer host = host(tls);
            try {
                Files.writeString(
                        folder.resolve("balancer.yaml"),
                        document(folder, host.getAddress().getPort()));
                Balancer balancer = Balancer.start(BalancerConfig.read(folder.resolve("balancer.yaml")));
                try {
                    use(balancer.addresses(), tls);
                    balancer.reload();
                } finally {
                    balancer.stop();
                }
            } finally {
                host.stop(0);
            }
        } finally {
            delete(folder);
        }
    }

    private static String document(Path folder, int hostPort) {
        return """
                listeners:
                  - {name: https, port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key}}
                upstreams:
                  - {name: host, hosts: ["https://127.0.0.1:PORT"], tls: {trust: DIR/server.crt, serverName: localhost}}
                routes:
                  - {name: all, listener: https, upstream: host}
                audit: {directory: DIR/audit, origin: training, segment: 1MiB}
                admin: {port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key, clientTrust: DIR/server.crt, clients: [localhost]}}
                shutdown: {drain: 0ms}
                """.replace("DIR", folder.toString()).replace("PORT", Integer.toString(hostPort));
    }

    private static HttpsServer host(SSLContext tls) throws IOException {
        HttpsServer host = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        host.setHttpsConfigurator(new HttpsConfigurator(tls));
        host.createContext("/", exchange -> {
            try (InputStream in = exchange.getRequestBody()) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                out.write(new byte[1024]);
            }
        });
        host.start();
        return host;
    }

    /** Both protocols, both engines, both methods, and the administrators' interface. */
    private static void use(String addresses, SSLContext tls) throws IOException, InterruptedException {
        SSLParameters asBrowsers = tls.getDefaultSSLParameters();
        asBrowsers.setCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"});
        for (HttpClient.Version version : HttpClient.Version.values()) {
            if (version.compareTo(HttpClient.Version.HTTP_2) > 0) {
                break;
            }
            for (SSLParameters parameters : new SSLParameters[] {tls.getDefaultSSLParameters(), asBrowsers}) {
                try (HttpClient client = HttpClient.newBuilder()
                        .version(version)
                        .sslContext(tls)
                        .sslParameters(parameters)
                        .build()) {
                    for (int i = 0; i < ROUNDS; i++) {
                        send(client, 200, request(port(addresses, "https")).GET());
                        send(
                                client,
                                200,
                                request(port(addresses, "https")).POST(HttpRequest.BodyPublishers.ofString("body")));
                    }
                    send(client, 200, request(port(addresses, "admin")).GET());
                }
            }
        }
    }

    private static HttpRequest.Builder request(int port) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/readyz"));
    }

    private static void send(HttpClient client, int expected, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
        if (status != expected) {
            throw new IOException("training: answered " + status + " (expected: " + expected + ")");
        }
    }

    private static int port(String addresses, String listener) {
        String after = addresses.substring(addresses.indexOf(listener + "="));
        int from = after.indexOf(':') + 1;
        int to = after.indexOf(' ') < 0 ? after.length() : after.indexOf(' ');
        return Integer.parseInt(after.substring(from, to));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
