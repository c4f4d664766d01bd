package dev.phigate.balancer.training;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * The host and the client of the balancer's training. Writes the certificate of all three into a folder and the port of the host on
 * standard output, takes the balancer's addresses from standard input, and ends when every request was answered as in use.
 */
public final class TrainingPeers {
    private static final int ROUNDS = 50;

    private TrainingPeers() {}

    /**
     * Serves, asks, ends.
     *
     * @param arguments the folder
     */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException, InterruptedException {
        SSLContext tls = ThrowAwayCertificate.write(Path.of(arguments[0]));
        HttpsServer host = host(tls);
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            System.out.println(host.getAddress().getPort());
            String addresses = in.readLine();
            if (addresses != null) {
                use(addresses, tls);
            }
        } finally {
            host.stop(0);
        }
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
}
