package dev.phigate.balancer.peers;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;

/**
 * A real server as a host, with a certificate of its own and with demand for the balancer's; it asks the {@link Application}. With each
 * answer it says whom it has seen and by what name it was asked ({@code x-seen}), the protocol ({@code x-spoken}) and the port that the
 * connection came from ({@code x-port}).
 */
@NullUnmarked // a null where none should be fails the test that meets it
final class Peer {
    /** Which server, and what the balancer speaks with it. */
    enum Kind {
        NGINX_BY_HTTP_1("nginx", 1),
        NGINX_BY_HTTP_2("nginx", 2),
        HAPROXY_BY_HTTP_1("haproxy", 1),
        HAPROXY_BY_HTTP_2("haproxy", 2);

        private final String program;
        private final int version;

        Kind(String program, int version) {
            this.program = program;
            this.version = version;
        }

        boolean isNginx() {
            return program.equals("nginx");
        }

        boolean isHttp2() {
            return version == 2;
        }

        /** What the upstream's section says of it. */
        String upstream() {
            return isHttp2() ? "protocol: http/2" : "protocol: http/1.1";
        }
    }

    /** Without worker_shutdown_timeout, nginx waits a minute for the first request of a connection before it ends. */
    private static final String NGINX = """
            daemon off; pid DIR/pid; error_log DIR/error.log; user USER; worker_processes 2; worker_shutdown_timeout 5s;
            events {}
            http {
              access_log off; client_body_temp_path DIR/a; proxy_temp_path DIR/b; fastcgi_temp_path DIR/c;
              uwsgi_temp_path DIR/d; scgi_temp_path DIR/e; client_max_body_size 100m;
              keepalive_timeout IDLE; keepalive_requests MOST; proxy_http_version 1.1; proxy_set_header Connection "";
              upstream application { server 127.0.0.1:APPLICATION; keepalive 8; }
              server {
                listen 127.0.0.1:PORT ssl;
                ssl_certificate CERT; ssl_certificate_key KEY; ssl_client_certificate TRUST; ssl_verify_client on;
                add_header x-seen "$ssl_client_s_dn $ssl_server_name" always;
                add_header x-spoken $server_protocol always;
                add_header x-port $remote_port always;
                location / { proxy_pass https://application; }
                location /ws {
                  proxy_pass https://application;
                  proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;
                }
                location /file { alias DIR/file; gzip on; gzip_proxied any; gzip_types text/plain; default_type text/plain; }
                location /small { client_max_body_size 1k; proxy_pass https://application; }
              }
            }
            """;

    private static final String HAPROXY = """
            global
              hard-stop-after 5s
            defaults
              mode http
              timeout connect 5s
              timeout client 30s
              timeout server 30s
              timeout http-keep-alive IDLE
            frontend in
              bind 127.0.0.1:PORT ssl crt PEM ca-file TRUST verify required alpn ALPN
              http-request set-var(txn.spoken) req.ver
              http-response set-header x-seen "CN=%[ssl_c_s_dn(CN)] %[ssl_fc_sni]"
              http-response set-header x-spoken HTTP/%[var(txn.spoken)]
              http-response set-header x-port %[src_port]
              default_backend application
            backend application
              server one 127.0.0.1:APPLICATION ssl verify none
            """;

    /** How long a connection may be idle where it does not matter, as servers write it. */
    static final String LONG = "30s";

    private static final int MOST_SIGNALS = 20;

    private final Kind kind;
    private final Path folder;
    private final Path configuration;
    private final int port;
    private Process process;

    /**
     * Starts one.
     *
     * @param application the port of what it asks
     * @param idle how long it keeps a connection that is not used
     * @param most how many requests it takes on a connection, as far as it knows such a limit
     */
    Peer(Kind kind, Bench bench, int application, String idle, int most) throws IOException {
        this.kind = kind;
        port = Bench.freePort();
        folder = Files.createDirectory(bench.folder.resolve(kind.program + port));
        configuration = folder.resolve("configuration");
        Path both = folder.resolve("both.pem");
        Files.writeString(
                both, Files.readString(bench.workload.certificateFile()) + Files.readString(bench.workload.keyFile()));
        Files.write(folder.resolve("file"), Application.TEXT);
        Files.writeString(
                configuration,
                (kind.isNginx() ? NGINX : HAPROXY)
                        .replace("PORT ssl;", kind.isHttp2() ? "PORT ssl http2;" : "PORT ssl;")
                        .replace("ALPN", kind.isHttp2() ? "h2" : "http/1.1")
                        .replace("DIR", folder.toString())
                        .replace("USER", System.getProperty("user.name"))
                        .replace("IDLE", idle)
                        .replace("MOST", Integer.toString(most))
                        .replace("PORT", Integer.toString(port))
                        .replace("APPLICATION", Integer.toString(application))
                        .replace("CERT", bench.workload.certificateFile().toString())
                        .replace("KEY", bench.workload.keyFile().toString())
                        .replace("PEM", both.toString())
                        .replace("TRUST", bench.pki.trustFile().toString()));
        start();
    }

    String url() {
        return "https://127.0.0.1:" + port;
    }

    String authority() {
        return "127.0.0.1:" + port;
    }

    /** Starts it on its port, where it may have been before. */
    void start() throws IOException {
        List<String> command = kind.isNginx()
                ? List.of("nginx", "-p", folder.toString(), "-c", configuration.toString())
                // As master, so that a signal reloads it.
                : List.of("haproxy", "-W", "-db", "-f", configuration.toString());
        Path log = folder.resolve("log");
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new AssertionError(kind.program + " is not installed; this test needs it (scripts/phigate setup)", e);
        }
        Bench.eventually(kind.program + " listens", () -> {
            if (!process.isAlive()) {
                throw new AssertionError(kind.program + " has ended: " + Files.readString(log));
            }
            return accepts();
        });
    }

    private boolean accepts() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Lets it read its configuration again, by new processes beside those that end. */
    void reload() throws IOException {
        signal(kind.isNginx() ? "HUP" : "USR2");
    }

    /** Lets it end with the last answer that is under way. */
    void stop() throws IOException, InterruptedException {
        for (int i = 0; i < MOST_SIGNALS; i++) {
            signal(kind.isNginx() ? "QUIT" : "USR1");
            // HAProxy hears nothing while it reloads.
            if (process.waitFor(1, TimeUnit.SECONDS)) {
                return;
            }
        }
        throw new AssertionError(kind.program + " did not end: " + Files.readString(folder.resolve("log")));
    }

    private void signal(String name) throws IOException {
        Program.run(List.of("kill", "-" + name, Long.toString(process.pid())));
    }

    void end() throws InterruptedException {
        // Its children end with it; what it does not end itself is ended here.
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
    }
}
